#include "scoring/potential.h"

#include <gtest/gtest.h>

#include "scoring/score_tree.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

const Metadata* metadata_of(const ScoreNode& node, std::string_view name) {
  for (const Metadata& entry : node.metadata) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

Decimal decimal_of(const ScoreNode& node, std::string_view name) {
  const Metadata* found = metadata_of(node, name);
  if (found == nullptr) return decimal("-1");
  return std::get<Decimal>(found->value);
}

std::string text_of(const ScoreNode& node, std::string_view code) {
  for (const Message& message : node.messages) {
    if (message.code == code) return message.text;
  }
  return "";
}

std::string how(const ScoreNode& node) {
  const Metadata* found = metadata_of(node, "how");
  return found == nullptr ? "" : std::get<std::string>(found->value);
}

const rulebook::YearRules& built_in(int year) {
  const auto* found = rulebook::Rulebook::built_in().find_year(PerformanceYear(year));
  QCDR_ASSERT(found != nullptr);
  return *found;
}

class Potential : public ::testing::Test {
 protected:
  Decimal most(std::string_view id, std::int64_t met, std::int64_t not_met,
               std::int64_t unreported = 0, std::int64_t exceptions = 0) {
    const ScoreInput input = score_input(rules_, profile_without_status(),
                                         {counts(year_, id, met, not_met, unreported, exceptions)});
    return best_scores(input, false)[0].points;
  }
  static const ScoreNode& quality_of(const ScoreTree& tree) {
    return tree.total.parts[0].original[0];
  }
  static const ScoreNode& part(const ScoreNode& node, std::string_view name) {
    for (const ScoreNode& each : node.parts) {
      if (each.name == name) return each;
    }
    ADD_FAILURE() << "no part " << name;
    return node;
  }

  const rulebook::YearRules& year_ = built_in_2022();
  ResolvedRules rules_ = resolve(year_);
};

TEST_F(Potential, AMeasureEndsAtTenPointsOrAtItsCap) {
  EXPECT_EQ(most("404", 80, 20), decimal("10"));
  EXPECT_EQ(most("430", 80, 20), decimal("7"));
}

TEST_F(Potential, WhatIsNotReportedCouldBe) {
  EXPECT_EQ(most("404", 1, 0, 99), decimal("10"));      // incomplete
  EXPECT_EQ(most("404", 0, 0, 100), decimal("10"));     // nothing at all
  EXPECT_EQ(most("404", 0, 0, 0, 100), decimal("10"));  // no rate
  EXPECT_EQ(most("404", 5, 5), decimal("3"));           // too few cases stay too few
}

TEST_F(Potential, OfAnInverseMeasureNobodyMeetsIt) {
  TestYear year(year_);
  rulebook::Measure measure = test_measure("T1");
  measure.inverse = true;
  year.add_measure(measure);
  year.add_benchmark("T1", {"100", "50", "40", "30", "20", "10", "5", "2", "1"});
  const ResolvedRules rules = resolve(year);
  const ScoreInput input =
      score_input(rules, profile_without_status(), {counts(year, "T1", 50, 50)});
  EXPECT_EQ(best_scores(input, false)[0].points, decimal("10"));
}

TEST_F(Potential, ASuppliedRateComesToTheLastCutPoint) {
  MeasureInput measure = counts(year_, "404", 80, 20);
  measure.supplied_rate = decimal("80");
  measure.supplied_reporting_rate = decimal("10");
  const ScoreInput input = score_input(rules_, profile_without_status(), {measure});
  EXPECT_EQ(best_scores(input, false)[0].points, decimal("10"));
}

TEST_F(Potential, QualityIsWhatIsHereAtItsMost) {
  const auto percent = [&](const std::vector<MeasureInput>& measures, bool small) {
    return potential_quality_percent(score_input(rules_, profile_without_status(), measures),
                                     small);
  };
  // 10 of 404, 7 of 430, 10 of 047, three places without a measure.
  const std::vector<MeasureInput> measures = {
      counts(year_, "404", 80, 20), counts(year_, "430", 80, 20), counts(year_, "047", 80, 20)};
  EXPECT_EQ(percent(measures, false), decimal("45"));
  EXPECT_EQ(percent(measures, true), decimal("55"));
  EXPECT_EQ(percent({}, false), decimal("0"));
}

TEST_F(Potential, TheTreeHasItBesideWhatIsEarned) {
  const ScoreInput input =
      score_input(rules_, profile_without_status(),
                  {counts(year_, "404", 80, 20), counts(year_, "430", 500, 0)});
  const ScoreTree tree = explain(input, compute(input));
  EXPECT_EQ(part(quality_of(tree), "404").value, decimal("6.5302"));
  EXPECT_EQ(decimal_of(part(quality_of(tree), "404"), "potentialPoints"), decimal("10"));
  EXPECT_EQ(decimal_of(part(quality_of(tree), "430"), "potentialPoints"), decimal("7"));
  EXPECT_EQ(text_of(part(quality_of(tree), "430"), "SEVEN_POINT_CAP"),
            "Applied seven-point cap: topped out for the second year, 7 points instead of 10.");
  EXPECT_EQ(text_of(part(quality_of(tree), "404"), "NEXT_DECILE"),
            "18 more cases that meet the measure would reach the next decile.");
  // Both are of a cluster of four: 17 of 40 points.
  EXPECT_EQ(decimal_of(quality_of(tree), "potentialPercent"), decimal("42.5"));
  for (std::size_t i = 1; i < kCategories; ++i) {
    const bool weighs = tree.total.parts[i].weight > Decimal();
    EXPECT_EQ(metadata_of(tree.total.parts[i].original[0], "potentialPercent") != nullptr, weighs);
  }
}

TEST_F(Potential, AGivenPercentHasNone) {
  Profile profile = profile_without_status();
  profile.quality_percent = decimal("50");
  const ScoreInput input = score_input(rules_, profile, {counts(year_, "404", 80, 20)});
  const ScoreTree tree = explain(input, compute(input));
  EXPECT_EQ(metadata_of(quality_of(tree), "potentialPercent"), nullptr);
}

TEST_F(Potential, AMissingOutcomeMeasureCostsItsPlace) {
  // T1 is neither outcome nor high priority: it takes one of the five other places.
  TestYear year(year_);
  year.add_measure(test_measure("T1"));
  year.add_benchmark("T1", {"0", "50", "60", "70", "80", "85", "90", "95", "100"});
  const ResolvedRules rules = resolve(year);
  const ScoreInput input =
      score_input(rules, profile_without_status(), {counts(year, "T1", 100, 0)});
  const ScoreSummary summary = compute(input);
  const ScoreTree tree = explain(input, summary);
  const ScoreNode& missing = part(quality_of(tree), "missing");
  // Ten of sixty points at a weight of 55 %.
  EXPECT_EQ(summary.category(Category::kQuality).weight, 55);
  EXPECT_EQ(decimal_of(missing, "potentialPoints"), decimal("10"));
  EXPECT_EQ(decimal_of(missing, "costsFinalScore").rounded(4), decimal("9.1667"));
  EXPECT_EQ(
      text_of(missing, "MISSING_OUTCOME"),
      "No outcome or high-priority measure is submitted: 0 of 10 points, up to 9.17 points of "
      "the final score.");
}

// Where the bonus fills the denominator, an empty place costs nothing but what is left of it.
TEST_F(Potential, AnEmptyPlaceCostsNoMoreThanIsLeft) {
  QualityScore quality;
  quality.slots = 6;
  quality.submitted = true;
  quality.points = decimal("50");
  const ScoreInput input = score_input(rules_, profile_without_status());
  ScoreSummary summary = compute(input);
  const Decimal weight =
      Decimal::from_integer(summary.category(Category::kQuality).weight) / decimal("100");
  // 50 + 6 of 60 become 60: 6.6667 %.
  EXPECT_EQ(cost_of_empty_place(input, summary, quality, true, {}).final_score.rounded(4),
            (decimal("6.6666666667") * weight).rounded(4));
  summary.final_score = decimal("99.5");
  EXPECT_EQ(cost_of_empty_place(input, summary, quality, true, {}).final_score, decimal("0.5"));
}

TEST(PotentialWords, CompletenessIsThatOfTheYear) {
  const auto words = [](int performance_year, bool small) {
    const rulebook::YearRules& year = built_in(performance_year);
    const ResolvedRules rules = resolve(year);
    Profile profile = profile_without_status();
    profile.small_practice = small ? Known::kYes : Known::kNo;
    const ScoreInput input = score_input(rules, profile, {counts(year, "404", 60, 0, 40)});
    const ScoreTree tree = explain(input, compute(input));
    return text_of(tree.total.parts[0].original[0].parts[0], "INCOMPLETE");
  };
  EXPECT_EQ(words(2022, false), "Below 70 % completeness: 0 points; 3 in a small practice.");
  EXPECT_EQ(words(2024, false), "Below 75 % completeness: 0 points; 3 in a small practice.");
  EXPECT_EQ(words(2024, true),
            "Below 75 % completeness: 3 points in a small practice, 0 in others.");
}

TEST(PotentialWords, AnAmountIsNoPercentage) {
  TestYear year(built_in_2022());
  rulebook::Measure measure = test_measure("T1");
  measure.metric_type = "nonProportion";
  year.add_measure(measure);
  year.add_benchmark("T1", {"0", "50", "60", "70", "80", "85", "90", "95", "200"});
  const ResolvedRules rules = resolve(year);
  MeasureInput amount = counts(year, "T1", 100, 0);
  amount.supplied_rate = decimal("150");
  const ScoreInput input = score_input(rules, profile_without_status(), {amount});
  const std::string text = to_text(explain(input, compute(input)));
  EXPECT_NE(text.find("starts at 95\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("starts at 95 %"), std::string::npos);
}

TEST(PotentialWords, OfCostAndActivitiesAndTheTotal) {
  const rulebook::YearRules& year = built_in(2024);
  const ResolvedRules rules = resolve(year);
  Profile profile = profile_without_status();
  profile.rural = Known::kYes;
  profile.complex_patient_bonus = decimal("2.5");
  ScoreInput input = score_input(rules, profile);
  input.cost_measures.push_back({year.find_cost_measure("TPCC_1"), decimal("1518.495"), 20});
  input.activities.push_back(year.find_activity("IA_PM_2"));
  const ScoreTree tree = explain(input, compute(input));
  const ScoreNode& cost = tree.total.parts[1].original[0];
  EXPECT_EQ(how(cost.parts[0]), "in decile 7 of the benchmark: 7.5 points");
  EXPECT_EQ(decimal_of(cost.parts[0], "potentialPoints"), decimal("10"));
  const ScoreNode& activities = tree.total.parts[2].original[0];
  EXPECT_EQ(how(activities.parts[0]), "high activity, where activities count more: 40 points");
  EXPECT_EQ(how(tree.total.parts[4]), "as CMS computes it, at most 10");
  // 75 % x .3, 100 % x .15 and the bonus.
  EXPECT_EQ(how(tree.total),
            "min(quality 0 + cost 22.5 + ia 15 + pi 0 + complexPatientBonus 2.5, 100) = 40");
}

TEST(PotentialWords, APercentileYearNamesPercentiles) {
  for (const int performance_year : {2022, 2023, 2026}) {
    const rulebook::YearRules& year = built_in(performance_year);
    const ResolvedRules rules = resolve(year);
    const ScoreInput input =
        score_input(rules, profile_without_status(), {counts(year, "404", 80, 20)});
    const ScoreTree tree = explain(input, compute(input));
    const ScoreNode& measure = tree.total.parts[0].original[0].parts[0];
    EXPECT_EQ(metadata_of(measure, "percentiles") != nullptr, performance_year >= 2023);
    EXPECT_EQ(metadata_of(measure, "deciles") != nullptr, performance_year < 2023);
  }
}

}  // namespace
}  // namespace qcdr::scoring
