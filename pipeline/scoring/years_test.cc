// What differs between years, on the built-in tables: one example of each, by hand.
#include <gtest/gtest.h>

#include "scoring/score.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

class Years : public ::testing::Test {
 protected:
  // Rules of a year, which must outlive what is made of them.
  const ResolvedRules& rules_of(int year) {
    rules_ = resolve(*rulebook::Rulebook::built_in().find_year(PerformanceYear(year)));
    return rules_;
  }
  MeasureInput met(std::string_view id, std::int64_t met, std::int64_t not_met = 0) const {
    return counts(*rules_.year_rules, id, met, not_met);
  }
  MeasureInput from_claims(std::string_view id, std::string_view rate, std::int64_t cases) const {
    MeasureInput input = counts(*rules_.year_rules, id, 0, 0, cases);
    input.collection = CollectionType::kAdministrativeClaims;
    input.supplied_rate = decimal(rate);
    return input;
  }
  MeasureScore one(const Profile& profile, const MeasureInput& measure) const {
    return compute(score_input(rules_, profile, {measure})).measures[0];
  }
  Decimal final_score(const Profile& profile) const {
    return compute(score_input(rules_, profile)).final_score;
  }

  ResolvedRules rules_;
};

// 97 % is 7.5 points on the ladder of 2025, which has no cap; in 2024 100 % has seven.
TEST_F(Years, ToppedOutMeasuresThatSpecialtiesLack) {
  rules_of(2024);
  EXPECT_EQ(one(profile_without_status(), met("430", 100)).points, decimal("7"));
  rules_of(2025);
  EXPECT_EQ(one(profile_without_status(), met("430", 97, 3)).points, decimal("7.5"));
  EXPECT_EQ(one(profile_without_status(), met("430", 100)).points, decimal("10"));
  EXPECT_EQ(one(profile_without_status(), met("430", 83, 17)).points, decimal("1"));
  // Inverse: 3 % is between 2 and 4.
  EXPECT_EQ(one(profile_without_status(), met("406", 3, 97)).points, decimal("7.5"));
}

TEST_F(Years, AMeasureOfPathwaysAloneIsNoneOfTraditionalMips) {
  rules_of(2025);
  Profile profile = profile_without_status();
  const MeasureInput measure = met("112", 50, 50);
  EXPECT_EQ(one(profile, measure).basis, PointsBasis::kPathwaysOnly);
  const ScoreSummary summary = compute(score_input(rules_, profile, {measure}));
  EXPECT_FALSE(summary.category(Category::kQuality).submitted);
  EXPECT_EQ(summary.quality_places, 6);
  profile.participation = Participation::kMvp;
  EXPECT_EQ(one(profile, measure).basis, PointsBasis::kBenchmark);
  rules_of(2021);
  profile = profile_without_status();
  profile.group = true;
  profile.group_size = 100;
  EXPECT_EQ(one(profile, from_claims("MCC1", "30", 100)).basis, PointsBasis::kPathwaysOnly);
}

TEST_F(Years, HeartFailureFromClaimsIsOfGroups) {
  rules_of(2024);
  Profile profile = profile_without_status();
  EXPECT_EQ(one(profile, from_claims("492", "60", 21)).basis, PointsBasis::kClaimsNotScored);
  profile.group = true;
  profile.group_size = 2;
  EXPECT_EQ(one(profile, from_claims("492", "60", 21)).basis, PointsBasis::kBenchmark);
}

TEST_F(Years, ActivitiesAreCountedFrom2025On) {
  ScoreInput input = score_input(rules_of(2025), profile_without_status());
  input.activities.push_back(rules_.year_rules->find_activity("IA_PSPA_16"));
  EXPECT_EQ(compute(input).category(Category::kActivities).percent, decimal("50"));
  input.profile.small_practice = Known::kYes;
  EXPECT_EQ(compute(input).category(Category::kActivities).percent, decimal("100"));
  input.profile.small_practice = Known::kNo;
  input.activities.push_back(rules_.year_rules->find_activity("IA_BE_6"));
  EXPECT_EQ(compute(input).category(Category::kActivities).percent, decimal("100"));
}

// 2019 to 2021: neutral below two categories; from two on what is missing is reweighted.
TEST_F(Years, AutomaticCircumstancesOfIndividuals) {
  rules_of(2020);
  Profile profile = profile_without_status();
  EXPECT_EQ(final_score(profile), decimal("45"));
  profile.quality_percent = decimal("90");
  EXPECT_EQ(final_score(profile), decimal("45"));
  profile.activities_percent = decimal("100");
  EXPECT_EQ(final_score(profile), decimal("91.5"));  // 85 x 0.9 + 15
  profile.promoting_interoperability_percent = decimal("50");
  EXPECT_EQ(final_score(profile), decimal("79.5"));  // 55 x 0.9 + 15 + 30 x 0.5
  profile.promoting_interoperability_percent.reset();
  profile.group = true;
  EXPECT_EQ(final_score(profile), decimal("64.5"));
  const ScoreSummary summary = compute(score_input(rules_, profile));
  EXPECT_LE(summary.low, summary.final_score);
  EXPECT_GE(summary.high, summary.final_score);
}

TEST_F(Years, CostDoesNotCancelAutomaticCircumstances) {
  rules_of(2019);
  Profile profile = profile_without_status();
  profile.quality_percent = decimal("80");
  profile.activities_percent = decimal("100");
  profile.cost_percent = decimal("100");
  EXPECT_EQ(final_score(profile), decimal("83"));  // 85 x 0.8 + 15
}

TEST_F(Years, SmallPracticesHadTheirBonusOnTheFinalScoreOf2018) {
  rules_of(2018);
  Profile profile = profile_without_status();
  profile.cost_percent = decimal("0");
  profile.activities_percent = decimal("100");
  EXPECT_EQ(final_score(profile), decimal("15"));
  profile.small_practice = Known::kYes;
  EXPECT_EQ(final_score(profile), decimal("20"));
  profile.activities_percent.reset();
  EXPECT_EQ(final_score(profile), decimal("0"));  // nothing is submitted
}

TEST_F(Years, CostMeasuresOf2017AreNotScored) {
  ScoreInput input = score_input(rules_of(2017), profile_without_status());
  input.cost_measures.push_back(
      {rules_.year_rules->find_cost_measure("TPCC_1"), decimal("10000"), 400});
  const ScoreSummary summary = compute(input);
  EXPECT_EQ(summary.category(Category::kCost).weight, 0);
  EXPECT_EQ(summary.final_score, Decimal());
}

// Nobody in a MIPS value pathway is without an applicable measure.
TEST_F(Years, AMissingApplicableMeasureIsNoReasonInAnMvp) {
  rules_of(2024);
  Profile profile = profile_without_status();
  profile.activities_percent = decimal("100");
  profile.reweight(Category::kQuality, ReweightReason::kNoApplicableMeasure);
  EXPECT_TRUE(compute(score_input(rules_, profile)).category(Category::kQuality).reweighted);
  profile.participation = Participation::kMvp;
  EXPECT_FALSE(compute(score_input(rules_, profile)).category(Category::kQuality).reweighted);
}

// Two outcome measures with equal points: the one that has no bonus to lose is the required one.
TEST_F(Years, TheRequiredMeasureIsTheOneWhoseBonusIsCheapest) {
  rules_of(2021);
  // 404 at 1 % has three points and a bonus of two; 424 at 0 % has three points and none.
  const std::vector<MeasureInput> measures = {met("404", 1, 99), met("424", 0, 100)};
  const ScoreSummary summary = compute(score_input(rules_, profile_without_status(), measures));
  EXPECT_EQ(summary.measures[0].points, decimal("3"));
  EXPECT_EQ(summary.measures[1].points, decimal("3"));
  // (3 + 3 + 2) of the cluster's 50.
  EXPECT_EQ(summary.category(Category::kQuality).percent, decimal("16"));
}

}  // namespace
}  // namespace qcdr::scoring
