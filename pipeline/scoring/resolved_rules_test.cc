#include "scoring/resolved_rules.h"

#include <gtest/gtest.h>

#include "rulebook/parameter_names.h"
#include "scoring/resolved_weights.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

namespace names = rulebook::names;

constexpr CategorySet kNone = 0;
constexpr CategorySet kCost = category_bit(Category::kCost);
constexpr CategorySet kInteroperability = category_bit(Category::kPromotingInteroperability);

TEST(ResolvedRules, WhatTheYearHasNoParameterOfDoesNotApply) {
  TestYear year(built_in_2022());
  for (const std::string_view name : names::kParametersOfSomeYears) year.remove_parameter(name);
  const ResolvedRules rules = resolve(year);
  EXPECT_FALSE(rules.has_additional_threshold);
  EXPECT_FALSE(rules.cost_scored);
  EXPECT_TRUE(rules.factors.empty() || rules.factors.front().year < year.year());
  EXPECT_EQ(rules.complex_patient_bonus_maximum, Decimal());
  EXPECT_EQ(rules.small_practice_bonus, Decimal());
  EXPECT_EQ(rules.final_small_practice_bonus, Decimal());
  EXPECT_EQ(rules.apm_activities_percent, Decimal());
  EXPECT_EQ(rules.quality_bonuses.end_to_end, Decimal());
  EXPECT_EQ(rules.mvp_required_measures, 0U);
  EXPECT_FALSE(rules.mvp_offered);
  // No cap is the most that a measure can earn.
  EXPECT_EQ(rules.topped_out_cap, rules.points_maximum);
  for (const bool reweighted : rules.reweighted_kind) EXPECT_FALSE(reweighted);
  for (const bool known : {rules.known_kind[1], rules.known_kind[2]}) EXPECT_TRUE(known);
}

// 414.1380(c)(2)(ii)(G) begins with 2022: before, small practices have the general table.
TEST(ResolvedRules, WithoutATableOfTheirOwnSmallPracticesHaveTheGeneralOne) {
  TestYear year(built_in_2022());
  const ResolvedRules own = resolve(year);
  EXPECT_EQ(own.weights_of(WeightTable::kSmallPractice, kInteroperability),
            (Weights{40, 30, 30, 0}));
  EXPECT_EQ(
      weight_parameter(own, WeightTable::kSmallPractice, kInteroperability, Category::kQuality),
      "weights/small-practice/pi/quality");
  year.remove_table("small-practice");
  const ResolvedRules general = resolve(year);
  EXPECT_EQ(general.weights_of(WeightTable::kSmallPractice, kInteroperability),
            (Weights{55, 30, 15, 0}));
  EXPECT_EQ(
      weight_parameter(general, WeightTable::kSmallPractice, kInteroperability, Category::kQuality),
      "weights/general/pi/quality");
  Profile profile = profile_without_status();
  profile.small_practice = Known::kYes;
  profile.quality_percent = profile.activities_percent = decimal("50");
  const ScoreInput input = score_input(general, profile);
  EXPECT_EQ(compute(input).category(Category::kQuality).weight, 85);
}

TEST(ResolvedRules, APathwayWithoutTableIsNotOffered) {
  TestYear year(built_in_2022());
  year.remove_table("app");
  EXPECT_FALSE(resolve(year).has_weights[static_cast<std::size_t>(WeightTable::kApp)]);
}

// In a table that does not weigh cost the rows do not name it.
TEST(ResolvedRules, ATableMayNotWeighCost) {
  TestYear year(built_in_2022());
  year.set_parameter("weights/general/none/quality", "60");
  year.set_parameter("weights/general/none/cost", "0");
  year.set_parameter("weights/general/pi/quality", "85");
  year.set_parameter("weights/general/pi/cost", "0");
  const ResolvedRules rules = resolve(year);
  EXPECT_EQ(rules.weights_of(WeightTable::kGeneral, kCost), (Weights{60, 0, 15, 25}));
  EXPECT_EQ(rules.weights_of(WeightTable::kGeneral, kCost | kInteroperability),
            (Weights{85, 0, 15, 0}));
  EXPECT_EQ(
      weight_parameter(rules, WeightTable::kGeneral, kCost | kInteroperability, Category::kQuality),
      "weights/general/pi/quality");
  EXPECT_EQ(weight_parameter(rules, WeightTable::kGeneral, kCost, Category::kCost),
            "weights/general/none/cost");
}

// CMS reweighted everybody's cost in years whose tables weigh it.
TEST(ResolvedRules, CostThatIsNotScoredIsReweighted) {
  TestYear year(built_in_2022());
  year.set_parameter(names::kCostScored, "0");
  const ResolvedRules rules = resolve(year);
  for (const WeightTable table : {WeightTable::kGeneral, WeightTable::kSmallPractice}) {
    EXPECT_EQ(rules.never_weighed[static_cast<std::size_t>(table)], kCost);
  }
  Profile profile = profile_without_status();
  profile.quality_percent = profile.activities_percent = decimal("100");
  profile.promoting_interoperability_percent = decimal("0");
  profile.cost_percent = decimal("0");
  const ScoreSummary score = compute(score_input(rules, profile));
  EXPECT_EQ(score.category(Category::kCost).weight, 0);
  EXPECT_EQ(score.final_score, decimal("70"));
  EXPECT_EQ(weight_parameter(rules, WeightTable::kGeneral, kCost, Category::kQuality),
            "weights/general/cost/quality");
  EXPECT_EQ(resolve(built_in_2022()).never_weighed[0], kNone);
}

}  // namespace
}  // namespace qcdr::scoring
