#include "rulebook/rulebook.h"

#include <gtest/gtest.h>

#include "rulebook/parameter_names.h"
#include "rulebook/source_file.h"

namespace qcdr::rulebook {
namespace {

const YearRules& rules() {
  return *Rulebook::built_in().find_year(PerformanceYear(2022));
}

TEST(Rulebook, KnowsTheYearsThatHaveMeasures) {
  EXPECT_EQ(Rulebook::built_in().years(), std::vector<PerformanceYear>{PerformanceYear(2022)});
  EXPECT_EQ(Rulebook::built_in().find_year(PerformanceYear(2021)), nullptr);
  EXPECT_EQ(rules().year(), PerformanceYear(2022));
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
  EXPECT_EQ(rules().find_parameter_in(PerformanceYear(2021), names::kThreshold), nullptr);
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
  ASSERT_EQ(rules().specifications().size(), 5u);
  std::string previous;
  for (const MeasureSpecification& specification : rules().specifications()) {
    EXPECT_LT(previous, specification.measure_id);
    previous = specification.measure_id;
    EXPECT_EQ(rules().measures()[specification.index.value()].id, specification.measure_id);
    EXPECT_EQ(specification.packed_source_id, pack_measure_id("PQRS" + specification.measure_id));
    EXPECT_FALSE(specification.unmodelled.empty());
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
