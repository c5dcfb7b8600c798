#include "scoring/situation.h"

#include <gtest/gtest.h>

#include <random>

#include "rulebook/parameter_names.h"
#include "scoring/score_tree.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

class Score2022 : public ::testing::Test {
 protected:
  ResolvedRules rules_ = resolve(built_in_2022());

  static Profile unknown_status() {
    Profile profile;
    profile.kind = ClinicianKind::kPhysician;
    return profile;
  }
  static Profile quality_80_activities_100(Profile profile) {
    profile.quality_percent = decimal("80");
    profile.activities_percent = decimal("100");
    return profile;
  }
  ScoreSummary score(const Profile& profile) { return compute(score_input(rules_, profile)); }
  RangeCause cause(const Profile& profile, std::string_view name) {
    for (const RangeCause& each : range_causes(score_input(rules_, profile))) {
      if (each.name == name) return each;
    }
    ADD_FAILURE() << "no cause " << name;
    return {};
  }
};

// Quality 80 %, activities 100 %, no cost, more than 15 clinicians, no list of special statuses.
TEST_F(Score2022, SpreadBySpecialStatusAlone) {
  Profile profile = quality_80_activities_100(unknown_status());
  profile.small_practice = Known::kNo;
  const ScoreSummary summary = score(profile);
  EXPECT_EQ(summary.final_score, decimal("59"));
  EXPECT_EQ(summary.adjustment.percent, decimal("-1.92"));
  EXPECT_EQ(summary.adjustment.basis, AdjustmentBasis::kPublished);
  EXPECT_EQ(summary.adjustment.applies, Known::kUnknown);
  EXPECT_TRUE(summary.category(Category::kPromotingInteroperability).unknown);
  EXPECT_TRUE(summary.category(Category::kCost).unknown);
  const RangeCause status = cause(profile, "specialStatus");
  EXPECT_EQ(status.low, decimal("59"));
  EXPECT_EQ(status.high, decimal("83"));
  // Cost alone: 80 x .30 + 100 x .15 = 39, and 30 more with full cost.
  EXPECT_EQ(cause(profile, "cost").low, decimal("39"));
  EXPECT_EQ(cause(profile, "cost").high, decimal("69"));
  EXPECT_EQ(cause(profile, "complexPatientBonus").high, decimal("69"));
  // All together: cost 0, PI at its weight; PI reweighted, cost 100 and the bonus: 44+30+15+10.
  EXPECT_EQ(summary.low, decimal("39"));
  EXPECT_EQ(summary.high, decimal("99"));
  EXPECT_EQ(range_causes(score_input(rules_, profile)).size(), 3U);
}

TEST_F(Score2022, AKnownStatusDecides) {
  Profile profile = quality_80_activities_100(unknown_status());
  profile.small_practice = Known::kNo;
  profile.non_patient_facing = Known::kYes;
  EXPECT_EQ(score(profile).final_score, decimal("83"));
  EXPECT_EQ(score(profile).adjustment.basis, AdjustmentBasis::kFitted);
  EXPECT_EQ(score(quality_80_activities_100(profile_without_status())).final_score, decimal("59"));
}

TEST_F(Score2022, NurseAnesthetistsAreReweightedAutomatically) {
  Profile profile = quality_80_activities_100(unknown_status());
  profile.kind = ClinicianKind::kCrna;
  profile.small_practice = Known::kNo;
  EXPECT_EQ(score(profile).final_score, decimal("83"));
  EXPECT_FALSE(score(profile).category(Category::kPromotingInteroperability).unknown);
  // Data cancel it: 80 x .55 + 100 x .15 + 0 x .30.
  profile.promoting_interoperability_percent = Decimal();
  EXPECT_EQ(score(profile).final_score, decimal("59"));
}

TEST_F(Score2022, AnUnnamedTypeIsUnknownUnlessItIsAGroup) {
  Profile profile = quality_80_activities_100(profile_without_status(ClinicianKind::kUnspecified));
  EXPECT_TRUE(score(profile).category(Category::kPromotingInteroperability).unknown);
  profile.group = true;
  EXPECT_FALSE(score(profile).category(Category::kPromotingInteroperability).unknown);
}

TEST_F(Score2022, SmallPracticeHasItsWeightsAndReweighting) {
  Profile profile = quality_80_activities_100(profile_without_status());
  profile.small_practice = Known::kYes;
  const ScoreSummary summary = score(profile);
  EXPECT_EQ(summary.category(Category::kQuality).weight, 50);
  EXPECT_EQ(summary.category(Category::kActivities).weight, 50);
  EXPECT_EQ(summary.final_score, decimal("90"));
  profile.cost_percent = decimal("50");
  EXPECT_EQ(score(profile).final_score, decimal("77"));  // 80 x .40 + 50 x .30 + 100 x .30
}

TEST_F(Score2022, UnknownSizeSpansBonusWeightsAndReweighting) {
  Profile profile = profile_without_status();
  profile.small_practice = Known::kUnknown;
  profile.activities_percent = decimal("100");
  profile.complex_patient_bonus = Decimal();
  const auto input = score_input(
      rules_, profile,
      {counts(built_in_2022(), "424", 50, 0), counts(built_in_2022(), "404", 60, 0, 40)});
  const ScoreSummary summary = compute(input);
  // Both are of one cluster of four. Not small: 10 / 40 x .55 + .15. Small: (10 + 3 + 6) / 40 x .50
  // + .50.
  EXPECT_EQ(summary.final_score, decimal("28.75"));
  const std::vector<RangeCause> causes = range_causes(input);
  ASSERT_EQ(causes.size(), 2U);
  EXPECT_EQ(causes[1].name, "smallPractice");
  EXPECT_EQ(causes[1].low, summary.final_score);
  EXPECT_EQ(causes[1].high, decimal("73.75"));
  EXPECT_TRUE(summary.category(Category::kQuality).unknown);
}

TEST_F(Score2022, NothingSentIsZeroAndNeverTheThreshold) {
  const ScoreSummary summary = score(unknown_status());
  EXPECT_EQ(summary.final_score, Decimal());
  EXPECT_FALSE(summary.fewer_categories);
  EXPECT_EQ(summary.adjustment.percent, decimal("-9"));
  EXPECT_EQ(summary.low, Decimal());
  // Only cost can still bring something; there is no complex patient bonus without any data.
  EXPECT_EQ(summary.high, decimal("30"));
  Profile profile = unknown_status();
  profile.complex_patient_bonus = decimal("5");
  EXPECT_EQ(score(profile).final_score, Decimal());
}

TEST_F(Score2022, FewerThanTwoCategoriesGiveTheThreshold) {
  Profile profile = profile_without_status(ClinicianKind::kCrna);
  profile.quality_percent = decimal("90");
  profile.complex_patient_bonus = decimal("5");
  profile.reweighted_by_approval =
      static_cast<CategorySet>(category_bit(Category::kActivities) | category_bit(Category::kCost));
  ScoreSummary summary = score(profile);
  EXPECT_TRUE(summary.fewer_categories);
  EXPECT_EQ(summary.final_score, decimal("75"));
  EXPECT_EQ(summary.complex_patient_bonus, Decimal());
  EXPECT_EQ(summary.adjustment.percent, Decimal());
  for (const CategoryScore& category : summary.categories) EXPECT_EQ(category.weight, 0);
  // Two are enough, and submitted activities cancel their approval.
  profile.activities_percent = decimal("100");
  summary = score(profile);
  EXPECT_FALSE(summary.fewer_categories);
  EXPECT_EQ(summary.final_score, decimal("96.5"));  // 90 x .85 + 100 x .15 + 5
}

TEST_F(Score2022, TheScoreEndsAtAHundred) {
  Profile profile = profile_without_status(ClinicianKind::kCrna);
  profile.quality_percent = decimal("100");
  profile.activities_percent = decimal("100");
  profile.complex_patient_bonus = decimal("4");
  EXPECT_EQ(score(profile).final_score, decimal("100"));
}

TEST_F(Score2022, AssistantsAreNotAdjusted) {
  Profile profile = profile_without_status(ClinicianKind::kCaa);
  EXPECT_EQ(score(profile).adjustment.applies, Known::kNo);
  profile.kind = ClinicianKind::kPhysician;
  profile.eligible = Known::kYes;
  EXPECT_EQ(score(profile).adjustment.applies, Known::kYes);
}

TEST_F(Score2022, ACategoryThatTheYearDoesNotWeighIsNeverUnknown) {
  TestYear year(built_in_2022());
  // As in 2020 and 2021: the tables weigh cost, and CMS reweighted everybody's.
  year.set_parameter(rulebook::names::kCostScored, "0");
  const ResolvedRules rules = resolve(year);
  Profile profile = quality_80_activities_100(profile_without_status());
  profile.cost_percent = decimal("100");
  EXPECT_EQ(compute(score_input(rules, profile)).final_score, decimal("59"));
  profile.cost_percent.reset();
  EXPECT_FALSE(compute(score_input(rules, profile)).category(Category::kCost).unknown);
}

// Every way in which the unknowns of a profile can turn out, one score each.
std::vector<Decimal> all_outcomes(const ResolvedRules& rules, const ScoreInput& input) {
  std::vector<Decimal> scores;
  const auto both = [](Known known) {
    return known == Known::kUnknown ? std::vector<Known>{Known::kNo, Known::kYes}
                                    : std::vector<Known>{known};
  };
  for (const Known small : both(input.profile.small_practice)) {
    for (const Known facing : both(input.profile.non_patient_facing)) {
      for (const char* cost : {"none", "0", "100"}) {
        for (const char* bonus : {"0", "10"}) {
          ScoreInput known = input;
          known.rules = &rules;
          known.profile.small_practice = small;
          known.profile.non_patient_facing = facing;
          known.profile.hospital_based = known.profile.asc_based = Known::kNo;
          if (!known.profile.cost_percent) {
            if (std::string_view(cost) == "none") {
              known.profile.reweighted_by_approval |= category_bit(Category::kCost);
            } else {
              known.profile.cost_percent = decimal(cost);
            }
          }
          if (!known.profile.complex_patient_bonus) {
            known.profile.complex_patient_bonus = decimal(bonus);
          }
          scores.push_back(compute(known).final_score);
        }
      }
    }
  }
  return scores;
}

TEST_F(Score2022, TheRangeIsThatOfAllOutcomes) {
  std::mt19937 random(11);
  const auto one_in = [&](int n) { return random() % static_cast<unsigned>(n) == 0; };
  const auto known = [&] { return static_cast<Known>(random() % 3); };
  const auto percent = [&] { return Decimal::from_integer(static_cast<int>(random() % 101)); };
  for (int round = 0; round < 500; ++round) {
    Profile profile =
        profile_without_status(one_in(3) ? ClinicianKind::kCrna : ClinicianKind::kPhysician);
    profile.small_practice = known();
    profile.non_patient_facing = known();
    if (one_in(2)) profile.activities_percent = percent();
    if (one_in(4)) profile.promoting_interoperability_percent = percent();
    if (one_in(3)) profile.cost_percent = percent();
    if (one_in(3)) {
      profile.complex_patient_bonus = Decimal::from_integer(static_cast<int>(random() % 11));
    }
    std::vector<MeasureInput> measures;
    for (const char* id : {"404", "424", "430"}) {
      if (one_in(4)) continue;
      measures.push_back(counts(built_in_2022(), id, static_cast<int>(random() % 100),
                                static_cast<int>(random() % 10), static_cast<int>(random() % 60)));
    }
    const ScoreInput input = score_input(rules_, profile, measures);
    const ScoreSummary summary = compute(input);
    const std::vector<Decimal> outcomes = all_outcomes(rules_, input);
    EXPECT_EQ(summary.low, *std::min_element(outcomes.begin(), outcomes.end()));
    EXPECT_EQ(summary.high, *std::max_element(outcomes.begin(), outcomes.end()));
    EXPECT_LE(summary.low, summary.final_score);
    EXPECT_GE(summary.high, summary.final_score);
    EXPECT_LE(summary.adjustment.low, summary.adjustment.percent);
    EXPECT_GE(summary.adjustment.high, summary.adjustment.percent);
  }
}

}  // namespace
}  // namespace qcdr::scoring
