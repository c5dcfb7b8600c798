#include "scoring/quality.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "rulebook/parameter_names.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

class Quality2022 : public ::testing::Test {
 protected:
  const rulebook::YearRules& year_ = built_in_2022();
  ResolvedRules rules_ = resolve(year_);

  MeasureScore score(std::string_view id, std::int64_t met, std::int64_t not_met,
                     std::int64_t unreported = 0, bool small_practice = false) {
    return score_measure(rules_, counts(year_, id, met, not_met, unreported), small_practice);
  }
};

TEST_F(Quality2022, CompletenessIsReachedAtTheLimit) {
  EXPECT_TRUE(score("404", 50, 20, 30).complete);
  EXPECT_FALSE(score("404", 50, 19, 31).complete);
  // The limit is compared with the rate as it is rounded and shown: 69.995 % is 70.00 %.
  EXPECT_TRUE(score("404", 13'999, 0, 6'001).complete);
  EXPECT_FALSE(score("404", 13'998, 0, 6'002).complete);
}

TEST_F(Quality2022, ExceptionsCountAsReported) {
  const MeasureScore with = score_measure(rules_, counts(year_, "404", 40, 20, 30, 10), false);
  EXPECT_EQ(with.reporting_rate, decimal("70"));
  EXPECT_TRUE(with.complete);
  EXPECT_EQ(with.performance_rate, decimal("66.67"));
}

TEST_F(Quality2022, IncompleteEarnsNothingAndThreeInASmallPractice) {
  EXPECT_EQ(score("404", 60, 0, 40).points, Decimal());
  EXPECT_EQ(score("404", 60, 0, 40, true).points, decimal("3"));
}

TEST_F(Quality2022, CaseMinimumIsReachedAtTwenty) {
  EXPECT_EQ(score("424", 20, 0).points, decimal("10"));
  EXPECT_EQ(score("424", 19, 0).points, decimal("3"));
  EXPECT_EQ(score("424", 19, 0).basis, PointsBasis::kBelowCaseMinimum);
}

TEST_F(Quality2022, EqualCutPointsJumpToTheLastDecile) {
  EXPECT_EQ(score("424", 500, 0).points, decimal("10"));
  EXPECT_EQ(score("424", 500, 0).decile, 10);
  // 99.99 % stays in the last decile that has room: 6 + (99.99 - 99.97) / (100 - 99.97).
  const MeasureScore below = score("424", 9'999, 1);
  EXPECT_EQ(below.performance_rate, decimal("99.99"));
  EXPECT_EQ(below.decile, 6);
  EXPECT_EQ(below.points, decimal("6.6667"));
}

TEST_F(Quality2022, SevenPointCap) {
  EXPECT_EQ(score("430", 500, 0).points, decimal("7"));
  EXPECT_EQ(score("430", 500, 0).decile, 10);
  EXPECT_EQ(score("430", 9'999, 1).points, decimal("7"));
  // 6 + (99.9 - 99.88) / (99.99 - 99.88): below the cap nothing is taken.
  EXPECT_EQ(score("430", 999, 1).points, decimal("6.1818"));
}

TEST_F(Quality2022, InterpolationAndCutPoints) {
  EXPECT_EQ(score("404", 80, 20).points, decimal("6.5302"));
  EXPECT_EQ(score("404", 7'658, 2'342).points, decimal("6"));
  EXPECT_EQ(score("404", 5'376, 4'624).points, decimal("3"));
  EXPECT_EQ(score("404", 5'376, 4'624).decile, 3);
  EXPECT_EQ(score("404", 5'375, 4'625).points, decimal("3"));
  EXPECT_EQ(score("404", 5'375, 4'625).decile, kBelowDeciles);
  EXPECT_EQ(score("404", 0, 100).points, decimal("3"));
}

TEST_F(Quality2022, NothingReportedIsNotSubmitted) {
  const MeasureScore none = score("404", 0, 0, 100);
  EXPECT_EQ(none.basis, PointsBasis::kNotSubmitted);
  const MeasureScore exceptions = score_measure(rules_, counts(year_, "404", 0, 0, 0, 50), false);
  EXPECT_EQ(exceptions.basis, PointsBasis::kNoRate);
  EXPECT_EQ(exceptions.points, Decimal());
}

// Deciles 3..10 start at 30, 40 ... 100, so points are a tenth of the rate.
const std::vector<std::string> kTenths = {"0", "30", "40", "50", "60", "70", "80", "90", "100"};

TEST(Quality, InverseMeasure) {
  TestYear year(built_in_2022());
  rulebook::Measure measure = test_measure("I");
  measure.inverse = true;
  year.add_measure(measure);
  year.add_benchmark("I", {"100", "16", "12", "8", "4", "2", "1", "0.5", "0"});
  const ResolvedRules rules = resolve(year);
  const auto score = [&](std::int64_t met) {
    return score_measure(rules, counts(year, "I", met, 10'000 - met), false);
  };
  EXPECT_EQ(score(0).points, decimal("10"));
  EXPECT_EQ(score(25).points, decimal("9.5"));   // 0.25 %: 9 + (0.5 - 0.25) / (0.5 - 0)
  EXPECT_EQ(score(1'600).points, decimal("3"));  // 16 %: at the cut point
  EXPECT_EQ(score(1'600).decile, 3);
  EXPECT_EQ(score(1'500).points, decimal("3.25"));
  EXPECT_EQ(score(1'601).decile, kBelowDeciles);
  EXPECT_EQ(score(10'000).points, decimal("3"));
}

TEST(Quality, NewMeasures) {
  TestYear year(built_in_2022());
  rulebook::Measure first = test_measure("N1");
  first.first_performance_year = 2022;
  rulebook::Measure second = test_measure("N2");
  second.first_performance_year = 2021;
  year.add_measure(first);
  year.add_measure(second);
  year.add_measure(test_measure("O"));
  const ResolvedRules rules = resolve(year);
  EXPECT_EQ(score_measure(rules, counts(year, "N1", 30, 0), false).points, decimal("7"));
  EXPECT_EQ(score_measure(rules, counts(year, "N2", 30, 0), false).points, decimal("5"));
  EXPECT_EQ(score_measure(rules, counts(year, "O", 30, 0), false).points, decimal("3"));
  // Being new does not rescue missing completeness.
  EXPECT_EQ(score_measure(rules, counts(year, "N1", 30, 0, 30), false).points, Decimal());
}

// As from 2023 on: no points without benchmark or below the case minimum, except in a small
// practice.
TEST(Quality, YearsMayTreatSmallPracticesApart) {
  TestYear year(built_in_2022());
  year.set_parameter(rulebook::names::kPointsWithoutBenchmark, "0");
  year.set_parameter(rulebook::names::kPointsBelowCaseMinimum, "0");
  year.set_parameter(rulebook::names::kFloorPoints, "1");
  year.add_measure(test_measure("O"));
  year.add_measure(test_measure("B"));
  year.add_benchmark("B", {"10", "20", "30", "40", "50", "60", "70", "80", "90", "100"});
  const ResolvedRules rules = resolve(year);
  for (const bool small : {false, true}) {
    const Decimal expected = decimal(small ? "3" : "0");
    EXPECT_EQ(score_measure(rules, counts(year, "O", 30, 0), small).points, expected);
    EXPECT_EQ(score_measure(rules, counts(year, "B", 15, 0), small).points, expected);
  }
  // Ten deciles from the first one on, with a floor of one point.
  EXPECT_EQ(score_measure(rules, counts(year, "B", 15, 85), false).points, decimal("1.5"));
  EXPECT_EQ(score_measure(rules, counts(year, "B", 5, 95), false).points, decimal("1"));
  EXPECT_EQ(score_measure(rules, counts(year, "B", 5, 95), false).decile, kBelowDeciles);
}

TEST(Quality, NewMeasureWithBenchmarkHasItsOwnFloor) {
  TestYear year(built_in_2022());
  rulebook::Measure measure = test_measure("N");
  measure.first_performance_year = 2022;
  year.add_measure(measure);
  year.add_benchmark("N", kTenths);
  const ResolvedRules rules = resolve(year);
  EXPECT_EQ(score_measure(rules, counts(year, "N", 40, 60), false).points, decimal("7"));
  EXPECT_EQ(score_measure(rules, counts(year, "N", 95, 5), false).points, decimal("9.5"));
}

class Picking : public ::testing::Test {
 protected:
  Picking() : year_(built_in_2022()) {
    for (const char* id : {"P1", "P2", "P3", "P4", "P5", "P6", "P7"}) add(id, false, false);
    add("OUT", true, true);
    add("OUT2", true, true);
    add("HP", false, true);
  }
  void add(const char* id, bool outcome, bool high_priority) {
    year_.add_measure(test_measure(id, outcome, high_priority));
    year_.add_benchmark(id, kTenths);
  }
  // Points of each measure in tenths of a point.
  ScoreSummary score(std::vector<std::pair<const char*, int>> points) {
    const ResolvedRules rules = resolve(year_);
    std::vector<MeasureInput> measures;
    for (const auto& [id, tenths] : points) {
      measures.push_back(counts(year_, id, tenths, 100 - tenths));
    }
    return compute(score_input(rules, profile_without_status(), measures));
  }
  Decimal percent(const ScoreSummary& summary) {
    return summary.category(Category::kQuality).percent;
  }
  TestYear year_;
};

TEST_F(Picking, TheOutcomeMeasureIsPickedHoweverLow) {
  const ScoreSummary summary =
      score({{"P1", 90}, {"P2", 90}, {"P3", 90}, {"P4", 90}, {"P5", 90}, {"P6", 80}, {"OUT", 30}});
  EXPECT_EQ(percent(summary), decimal("80"));  // (5 x 9 + 3) / 60
  EXPECT_FALSE(summary.measures[5].picked);
  EXPECT_TRUE(summary.measures[6].picked_as_required);
}

TEST_F(Picking, TheBetterOutcomeMeasureIsTheRequiredOneAndTheOtherCompetes) {
  const ScoreSummary summary = score({{"OUT", 50}, {"OUT2", 60}, {"HP", 100}});
  EXPECT_EQ(percent(summary), decimal("35"));
  EXPECT_TRUE(summary.measures[1].picked_as_required);
  EXPECT_TRUE(summary.measures[0].picked && summary.measures[2].picked);
}

TEST_F(Picking, HighPriorityStandsInForAMissingOutcome) {
  const ScoreSummary summary =
      score({{"P1", 90}, {"P2", 90}, {"P3", 90}, {"P4", 90}, {"P5", 90}, {"P6", 90}, {"HP", 30}});
  EXPECT_EQ(percent(summary), decimal("80"));
}

TEST_F(Picking, WithoutBothOnlyFiveCount) {
  const ScoreSummary summary =
      score({{"P1", 90}, {"P2", 90}, {"P3", 90}, {"P4", 90}, {"P5", 90}, {"P6", 90}, {"P7", 90}});
  EXPECT_EQ(percent(summary), decimal("75"));
}

TEST_F(Picking, AllMeasuresSuppressedReweightsQuality) {
  TestYear year(built_in_2022());
  for (const char* id : {"A", "B", "C", "D", "E", "F"}) {
    rulebook::Measure measure = test_measure(id, true);
    measure.suppressed_for = {std::string(kCollectionType)};
    year.add_measure(measure);
  }
  const ResolvedRules rules = resolve(year);
  std::vector<MeasureInput> measures;
  for (const char* id : {"A", "B", "C", "D", "E", "F"}) {
    measures.push_back(counts(year, id, 50, 0));
  }
  const ScoreSummary summary = compute(score_input(rules, profile_without_status(), measures));
  EXPECT_TRUE(summary.category(Category::kQuality).reweighted);
  EXPECT_EQ(summary.category(Category::kQuality).weight, 0);
}

// One of its collections is incomplete, the other is not: it is one measure all the same, so that a
// place is empty, which the suppressed one takes out. 5 x 3 of 50 points.
TEST_F(Picking, AMeasureCollectedInTwoWaysFillsOnePlace) {
  TestYear year(built_in_2022());
  for (const char* id : {"A", "B", "C", "D", "E"}) year.add_measure(test_measure(id));
  rulebook::Measure suppressed = test_measure("S", true);
  suppressed.suppressed_for = {std::string(kCollectionType)};
  year.add_measure(suppressed);
  const ResolvedRules rules = resolve(year);
  std::vector<MeasureInput> measures;
  for (const char* id : {"A", "B", "C", "D", "E", "S"}) {
    measures.push_back(counts(year, id, 50, 0));
  }
  measures.push_back(counts(year, "A", 10, 0, 90));
  measures.back().collection = CollectionType::kElectronicHealthRecord;
  EXPECT_EQ(percent(compute(score_input(rules, profile_without_status(), measures))),
            decimal("30"));
}

TEST_F(Picking, TheOrderOfTheInputDoesNotMatter) {
  std::mt19937 random(7);
  std::vector<std::pair<const char*, int>> points = {
      {"P1", 90}, {"P2", 90}, {"P3", 70},  {"P4", 90},   {"P5", 70},
      {"P6", 70}, {"P7", 70}, {"OUT", 70}, {"OUT2", 70}, {"HP", 40}};
  const auto picked = [](const ScoreSummary& summary) {
    std::vector<std::string> ids;
    for (const MeasureScore& measure : summary.measures) {
      if (measure.picked) ids.push_back(measure.measure->id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  };
  const std::vector<std::string> first = picked(score(points));
  EXPECT_EQ(first.size(), 6U);
  for (int round = 0; round < 50; ++round) {
    std::shuffle(points.begin(), points.end(), random);
    EXPECT_EQ(picked(score(points)), first);
  }
}

TEST(QualityDeathTest, ImpossibleCountsAssert) {
  const ResolvedRules rules = resolve(built_in_2022());
  MeasureInput input = counts(built_in_2022(), "404", 10, 10);
  input.eligible_population = 19;
  EXPECT_DEATH((void)score_measure(rules, input, false), "eligible_population");
}

}  // namespace
}  // namespace qcdr::scoring
