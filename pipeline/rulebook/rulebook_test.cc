#include "rulebook/rulebook.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "rulebook/parameter_names.h"
#include "rulebook/source_file.h"

namespace qcdr::rulebook {
namespace {

const YearRules& rules() {
  return *Rulebook::built_in().find_year(PerformanceYear(2022));
}

const YearRules& rules_of(int year) {
  return *Rulebook::built_in().find_year(PerformanceYear(year));
}

std::string value_in(int year, std::string_view name) {
  const Parameter* parameter = rules_of(year).find_parameter(name);
  return parameter == nullptr ? "none" : parameter->value.to_string();
}

TEST(Rulebook, KnowsTheYearsWhoseScoresItCanCompose) {
  std::vector<PerformanceYear> years;
  for (int year = 2017; year <= 2026; ++year) years.emplace_back(year);
  EXPECT_EQ(Rulebook::built_in().years(), years);
  EXPECT_EQ(Rulebook::built_in().find_year(PerformanceYear(2016)), nullptr);
  EXPECT_EQ(Rulebook::built_in().find_year(PerformanceYear(2027)), nullptr);
  EXPECT_EQ(rules().year(), PerformanceYear(2022));
}

TEST(Rulebook, YearsFrom2019OnTakeRecords) {
  for (const PerformanceYear year : Rulebook::built_in().years()) {
    const YearRules& each = *Rulebook::built_in().find_year(year);
    EXPECT_EQ(each.specifications().empty(), year < PerformanceYear(2019)) << year.value();
    EXPECT_EQ(each.calendar().empty(), year < PerformanceYear(2019)) << year.value();
    EXPECT_EQ(each.windows().empty(), year < PerformanceYear(2019)) << year.value();
  }
}

// 42 CFR 414.1405(b) to (d), payment years 2019 to 2028.
TEST(Rulebook, HoldsTheAdjustmentOfEveryYear) {
  struct Row {
    int year;
    const char* threshold;
    const char* additional;
    const char* percent;
    const char* scaling;
    const char* exceptional;
  };
  constexpr Row kRows[] = {
      {2017, "3", "70", "4", "0.0725", "0.1585"},   {2018, "15", "70", "5", "0.0626", "0.1367"},
      {2019, "30", "75", "7", "0", "0.1793"},       {2020, "45", "85", "9", "0.002", "0.1852"},
      {2021, "60", "85", "9", "0.0134", "0.2219"},  {2022, "75", "89", "9", "0.2475", "0.6033"},
      {2023, "75", "none", "9", "0.23935", "none"}, {2024, "75", "none", "9", "0.1167", "none"},
      {2025, "75", "none", "9", "none", "none"},    {2026, "75", "none", "9", "none", "none"}};
  for (const Row& row : kRows) {
    EXPECT_EQ(value_in(row.year, names::kThreshold), row.threshold) << row.year;
    EXPECT_EQ(value_in(row.year, names::kAdditionalThreshold), row.additional) << row.year;
    EXPECT_EQ(value_in(row.year, names::kMaximumNegativePercent), row.percent) << row.year;
    EXPECT_EQ(value_in(row.year, names::kMaximumPositivePercent), row.percent) << row.year;
    EXPECT_EQ(value_in(row.year, names::kScalingFactor), row.scaling) << row.year;
    EXPECT_EQ(value_in(row.year, names::kExceptionalFactor), row.exceptional) << row.year;
  }
}

TEST(Rulebook, AParameterHasNoValueInAYearToWhichItDoesNotApply) {
  EXPECT_EQ(value_in(2021, names::kHighPriorityBonusOutcome), "2");
  EXPECT_EQ(value_in(2022, names::kHighPriorityBonusOutcome), "none");
  EXPECT_EQ(value_in(2021, names::kNewMeasureFirstYear), "none");
  EXPECT_EQ(value_in(2018, names::kFinalSmallPracticeBonus), "5");
  EXPECT_EQ(value_in(2019, names::kFinalSmallPracticeBonus), "none");
  EXPECT_EQ(value_in(2019, names::kSmallPracticeBonus), "6");
  EXPECT_EQ(value_in(2017, names::kComplexPatientBonusMaximum), "none");
  EXPECT_EQ(value_in(2024, names::kActivityPointsMedium), "10");
  EXPECT_EQ(value_in(2025, names::kActivityPointsMedium), "none");
  EXPECT_EQ(value_in(2025, names::kActivityPointsEach), "20");
  EXPECT_EQ(value_in(2021, names::kCostScored), "0");
  EXPECT_EQ(value_in(2023, names::kDataCompleteness), "70");
  EXPECT_EQ(value_in(2024, names::kDataCompleteness), "75");
}

TEST(Rulebook, AnswersParametersWithUnitAndCitation) {
  const Parameter& threshold = rules().parameter(names::kThreshold);
  EXPECT_EQ(threshold.value, Decimal::from_integer(75));
  EXPECT_EQ(threshold.unit, "points");
  EXPECT_EQ(threshold.citation.title, "42 CFR 414.1405(b)(9)(i)");
  EXPECT_EQ(threshold.citation.confidence, Confidence::kRegulation);
  EXPECT_TRUE(threshold.citation.verified());
  EXPECT_EQ(threshold.description, "Performance threshold");
  EXPECT_EQ(threshold.usable_from, Instant());
  EXPECT_EQ(rules().find_parameter("final/no-such-thing"), nullptr);
}

TEST(RulebookDeathTest, AParameterThatCodeNamesMustExist) {
  EXPECT_DEATH(rules().parameter("final/no-such-thing"), "found");
}

TEST(Rulebook, FittedFactorsCarryTheirPublicationAndAHistory) {
  const Parameter& factor = rules().parameter(names::kScalingFactor);
  EXPECT_EQ(factor.value.to_string(), "0.2475");
  EXPECT_EQ(factor.usable_from, Instant::parse("2023-08-10T00:00:00-04:00").value());
  EXPECT_EQ(factor.provenance, Provenance::kFitted);
  EXPECT_FALSE(factor.citation.verified());
  const Parameter* earlier =
      rules().find_parameter_in(PerformanceYear(2021), names::kScalingFactor);
  ASSERT_NE(earlier, nullptr);
  EXPECT_EQ(earlier->value.to_string(), "0.0134");
  EXPECT_LT(earlier->usable_from, factor.usable_from);
  EXPECT_EQ(rules().find_parameter_in(PerformanceYear(2016), names::kThreshold), nullptr);
}

TEST(Rulebook, WeightsOfSmallPracticesDifferWhereInteroperabilityIsGone) {
  const auto weight = [](std::string_view name) {
    return rules().parameter(name).value.to_string();
  };
  EXPECT_EQ(weight("weights/general/pi/quality"), "55");
  EXPECT_EQ(weight("weights/small-practice/pi/quality"), "40");
  EXPECT_EQ(weight("weights/general/cost+pi/quality"), "85");
  EXPECT_EQ(weight("weights/general/cost+pi/ia"), "15");
  EXPECT_EQ(weight("weights/small-practice/cost+pi/ia"), "50");
  EXPECT_EQ(weight("weights/general/none/cost"), "30");
}

TEST(Rulebook, HoldsEveryQualityMeasureAndBenchmarkOfTheYear) {
  EXPECT_EQ(rules().measures().size(), 516u);
  EXPECT_EQ(rules().benchmarks().size(), 372u);
  const Measure* temperature = rules().find_measure("424");
  ASSERT_NE(temperature, nullptr);
  EXPECT_EQ(temperature->type, MeasureType::kOutcome);
  EXPECT_TRUE(temperature->outcome);
  EXPECT_TRUE(temperature->high_priority);
  EXPECT_FALSE(temperature->registry_measure);
  const Measure* smoking = rules().find_measure("404");
  ASSERT_NE(smoking, nullptr);
  EXPECT_EQ(smoking->type, MeasureType::kIntermediateOutcome);
  EXPECT_EQ(rules().find_measure("9"), nullptr);
  EXPECT_EQ(rules().find_measure("zzz"), nullptr);
  const Measure* suppressed = rules().find_measure("238");
  ASSERT_NE(suppressed, nullptr);
  EXPECT_EQ(suppressed->suppressed_for, std::vector<std::string>{"registry"});
}

TEST(Rulebook, HoldsTheTablesOfEveryYear) {
  struct Row {
    int year;
    std::size_t measures;
    std::size_t benchmarks;
    std::size_t activities;
    std::size_t cost;
  };
  // 2017 without the twenty benchmarks whose measure CMS does not list.
  constexpr Row kRows[] = {{2017, 894, 552, 93, 2},   {2018, 996, 480, 113, 2},
                           {2019, 813, 449, 118, 10}, {2020, 652, 386, 106, 20},
                           {2021, 585, 368, 105, 20}, {2022, 516, 372, 105, 25},
                           {2023, 471, 385, 103, 25}, {2024, 413, 358, 106, 29},
                           {2025, 435, 380, 104, 35}, {2026, 405, 293, 95, 35}};
  for (const Row& row : kRows) {
    EXPECT_EQ(rules_of(row.year).measures().size(), row.measures) << row.year;
    EXPECT_EQ(rules_of(row.year).benchmarks().size(), row.benchmarks) << row.year;
    EXPECT_EQ(rules_of(row.year).activities().size(), row.activities) << row.year;
    EXPECT_EQ(rules_of(row.year).cost_measures().size(), row.cost) << row.year;
    EXPECT_EQ(rules_of(row.year).pathways().size(), row.year >= 2023 ? 1u : 0u) << row.year;
  }
}

std::string bounds_of(int year, std::string_view measure, std::string_view collection_type) {
  const Benchmark* benchmark = rules_of(year).find_benchmark(measure, collection_type);
  if (benchmark == nullptr) return "none";
  std::string bounds = std::to_string(benchmark->first_decile) + ":";
  for (std::size_t i = static_cast<std::size_t>(benchmark->first_decile); i <= 10; ++i) {
    bounds += " " + benchmark->bounds[i].to_string();
  }
  if (benchmark->seven_point_cap) bounds += " capped";
  return bounds;
}

TEST(Rulebook, ReadsBenchmarksAsEachYearMeansThem) {
  // Topped out, with the ladder of 2025 instead of a cap; inverse from the worst to the best.
  EXPECT_EQ(bounds_of(2024, "430", "registry"),
            "1: 83.13 96.13 99.15 99.74 99.89 99.955 100 100 100 100 capped");
  EXPECT_EQ(bounds_of(2025, "430", "registry"), "1: 84 86 88 90 92 94 96 98 99 100");
  EXPECT_EQ(bounds_of(2025, "406", "registry"), "1: 16 14 12 10 8 6 4 2 1 0");
  // Cost from 2024 on: deviations from the median, 10 points at the lowest.
  EXPECT_EQ(bounds_of(2024, "TPCC_1", "administrativeClaims"),
            "1: 2383.26 2304.64 2226.03 2147.41 1990.18 1832.95 1675.72 1361.27 1204.04 1046.81");
  // Nine bounds and the best value before 2022, or ten.
  EXPECT_EQ(bounds_of(2021, "480", "administrativeClaims"),
            "2: 0.0298 0.0269 0.0251 0.0239 0.0229 0.0218 0.0209 0.02 0.0186");
  EXPECT_EQ(bounds_of(2021, "MCC1", "administrativeClaims").substr(0, 12), "1: 100 41.48");
  EXPECT_EQ(bounds_of(2018, "TPCC_1", "administrativeClaims").substr(0, 20),
            "1: 79929.9 18838.8 1");
  // 2018 capped six measures, which only the list of measures says.
  EXPECT_NE(bounds_of(2018, "021", "registry").find("capped"), std::string::npos);
  EXPECT_EQ(bounds_of(2018, "430", "registry").find("capped"), std::string::npos);
}

TEST(Rulebook, ThreeBenchmarksTurnRound) {
  std::vector<std::string> irregular;
  for (const PerformanceYear year : Rulebook::built_in().years()) {
    for (const Benchmark& benchmark : rules_of(year.value()).benchmarks()) {
      if (!benchmark.irregular) continue;
      irregular.push_back(std::to_string(year.value()) + " " + benchmark.measure_id);
    }
  }
  EXPECT_EQ(irregular, (std::vector<std::string>{"2017 AQI18", "2018 CAHPS_9", "2020 ACRAD25"}));
}

TEST(Rulebook, SomeMeasuresAreOfPathwaysAlone) {
  EXPECT_TRUE(rules_of(2021).find_measure("MCC1")->pathways_only);
  EXPECT_TRUE(rules_of(2025).find_measure("112")->pathways_only);
  EXPECT_FALSE(rules_of(2025).find_measure("404")->pathways_only);
  EXPECT_EQ(rules_of(2025).find_measure("430")->uncapped_for, std::vector<std::string>{"registry"});
}

TEST(Rulebook, HoldsTheBenchmarksOfAnesthesia) {
  const Benchmark* smoking = rules().find_benchmark("404", "registry");
  ASSERT_NE(smoking, nullptr);
  EXPECT_EQ(smoking->benchmark_year, 2020);
  EXPECT_FALSE(smoking->topped_out);
  EXPECT_EQ(smoking->first_decile, 2);
  EXPECT_EQ(smoking->bounds[3].to_string(), "53.76");
  EXPECT_EQ(smoking->bounds[10].to_string(), "99.6");
  const Benchmark* temperature = rules().find_benchmark("424", "registry");
  ASSERT_NE(temperature, nullptr);
  EXPECT_TRUE(temperature->topped_out);
  EXPECT_FALSE(temperature->seven_point_cap);
  EXPECT_TRUE(rules().find_benchmark("430", "registry")->seven_point_cap);
  EXPECT_EQ(rules().find_benchmark("430", "claims"), nullptr);
}

TEST(Rulebook, SpecificationsStandInOrderOfMeasureId) {
  for (int year = 2019; year <= 2026; ++year) {
    std::string previous;
    std::set<std::string> slots;
    for (const MeasureSpecification& specification : rules_of(year).specifications()) {
      EXPECT_LE(previous, specification.measure_id);
      previous = specification.measure_id;
      EXPECT_TRUE(slots.insert(specification.slot_name()).second) << specification.slot_name();
      const Measure& measure = rules_of(year).measures()[specification.index.value()];
      EXPECT_EQ(measure.id, specification.measure_id);
      EXPECT_EQ(specification.packed_source_id,
                pack_measure_id(measure.registry_measure ? measure.id : "PQRS" + measure.id));
      EXPECT_FALSE(specification.unmodelled.empty());
    }
    EXPECT_LE(slots.size(), 31u) << year;
    EXPECT_GE(slots.size(), 9u) << year;
  }
}

TEST(Rulebook, PacksCodesAsTheLogCarriesThem) {
  EXPECT_EQ(pack_quality_code("G9771", ""), 0x4739373731u);
  EXPECT_EQ(pack_quality_code("6030F", "8P"), 0x3850'3630333046u);
  EXPECT_EQ(pack_quality_code("036", ""), 0x3033360000u);
  EXPECT_EQ(pack_quality_code("", ""), 0u);
  EXPECT_EQ(pack_quality_code("G97711", ""), 0u);
  EXPECT_EQ(pack_quality_code("G9771", "P"), 0u);
  EXPECT_EQ(pack_measure_id("PQRS424"), 0x5051525334323400u);
  EXPECT_EQ(pack_measure_id("PQRS42400"), 0u);
}

TEST(Rulebook, DigestIsStableWithinABinary) {
  EXPECT_EQ(&Rulebook::built_in(), &Rulebook::built_in());
  EXPECT_NE(Rulebook::built_in().digest(), Hash256{});
  EXPECT_GT(embedded_files().size(), 50u);
}

}  // namespace
}  // namespace qcdr::rulebook
