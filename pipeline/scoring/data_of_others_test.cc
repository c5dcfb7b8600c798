// What others may send for the same clinician: a cause of the range, with numbers worked by hand.
#include <gtest/gtest.h>

#include "scoring/situation.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

class DataOfOthers : public ::testing::Test {
 protected:
  static const CauseRange* cause(const BoundedList<CauseRange, kUnknowns>& causes) {
    for (const CauseRange& each : causes) {
      if (each.cause == Unknown::kDataOfOthers) return &each;
    }
    return nullptr;
  }
  // Everything but what others send is known: no status, no bonus, cost left out by the pathway.
  static Profile known() {
    Profile profile = profile_without_status();
    profile.complex_patient_bonus = Decimal();
    profile.cost_percent = decimal("0");
    profile.others_may_report = true;
    return profile;
  }
  ResolvedRules rules_ = resolve(built_in_2022());
};

// 424 and 430 at 100 % are of the cluster of anesthesia care: 10 + 7 of 40 = 42.5 %. Weights
// 30/30/15/25, cost 0 %: 12.75. Others send from outside it, so that six places count, and fill
// four of them with 10 points each: 57 of 60 = 95 %, activities and promoting interoperability at
// 100 %: 28.50 + 15 + 25 = 68.50.
TEST_F(DataOfOthers, FillWhatIsMissingHere) {
  const ScoreInput input =
      score_input(rules_, known(),
                  {counts(built_in_2022(), "424", 50, 0), counts(built_in_2022(), "430", 50, 0)});
  const ScoreSummary summary = compute(input);
  EXPECT_EQ(summary.final_score.to_fixed(2), "12.75");
  const CauseRange full = range_with_data_of_others(input);
  const auto causes = range_by_cause(input);
  const CauseRange* others = cause(causes);
  ASSERT_NE(others, nullptr);
  EXPECT_EQ(others->low, summary.final_score);  // CMS takes the best: nothing is taken away
  EXPECT_EQ(others->high.to_fixed(2), "68.50");
  EXPECT_EQ(others->adjustment_high.to_fixed(2), "-0.78");  // -9 x (75 - 68.5) / 75
  // It is a range beside the other, which speaks of the data that are here.
  EXPECT_EQ(summary.low, summary.final_score);
  EXPECT_EQ(summary.high, summary.final_score);
  EXPECT_EQ(full.low, others->low);
  EXPECT_EQ(full.high, others->high);
}

// The bonus of 10 on top: 68.50 + 10.
TEST_F(DataOfOthers, AllTogetherIsGivenBesideTheRange) {
  Profile profile = known();
  profile.complex_patient_bonus.reset();
  const ScoreInput input =
      score_input(rules_, profile,
                  {counts(built_in_2022(), "424", 50, 0), counts(built_in_2022(), "430", 50, 0)});
  const CauseRange full = range_with_data_of_others(input);
  EXPECT_EQ(compute(input).high.to_fixed(2), "22.75");
  EXPECT_EQ(full.low.to_fixed(2), "12.75");
  EXPECT_EQ(full.high.to_fixed(2), "78.50");
}

// Reweighted promoting interoperability stays so: 55/30/15/0, 42.5 % and 95 %: 23.375 to 52.25
// + 15.
TEST_F(DataOfOthers, AReweightedCategoryIsNotFilled) {
  Profile profile = known();
  profile.non_patient_facing = Known::kYes;
  const ScoreInput input =
      score_input(rules_, profile,
                  {counts(built_in_2022(), "424", 50, 0), counts(built_in_2022(), "430", 50, 0)});
  const auto causes = range_by_cause(input);
  ASSERT_NE(cause(causes), nullptr);
  EXPECT_EQ(cause(causes)->low.to_fixed(2), "23.38");
  EXPECT_EQ(cause(causes)->high.to_fixed(2), "67.25");
}

// A report of promoting interoperability that was made here is not made better by another's.
TEST_F(DataOfOthers, WhatIsReportedHereStaysAsItIs) {
  Profile profile = known();
  profile.quality_percent = decimal("80");
  profile.activities_percent = decimal("100");
  profile.promoting_interoperability_percent = decimal("40");
  EXPECT_EQ(cause(range_by_cause(score_input(rules_, profile))), nullptr);
  profile.activities_percent = decimal("50");  // 15 x 50 %
  const auto causes = range_by_cause(score_input(rules_, profile));
  ASSERT_NE(cause(causes), nullptr);
  EXPECT_EQ(cause(causes)->high - cause(causes)->low, decimal("7.5"));
}

TEST_F(DataOfOthers, NothingIsAssumedWhereNothingIsSentOrNobodyElseReports) {
  const ScoreInput nothing = score_input(rules_, known());
  EXPECT_EQ(cause(range_by_cause(nothing)), nullptr);
  EXPECT_EQ(compute(nothing).high, Decimal());
  Profile alone = known();
  alone.others_may_report = false;
  const ScoreInput input = score_input(rules_, alone, {counts(built_in_2022(), "424", 50, 0)});
  EXPECT_EQ(cause(range_by_cause(input)), nullptr);
  EXPECT_EQ(compute(input).high, compute(input).final_score);
}

// 404 reported too little (0 points) holds its place: 424 10 of 40, others fill four places of six.
// A small practice has 3 points and a bonus of 6: 10 + 3 + 6 of 40, and 10 + 3 + 40 + 6 = 59 of 60.
TEST_F(DataOfOthers, AMeasureThatIsReportedHoldsItsPlace) {
  Profile profile = known();
  profile.activities_percent = decimal("100");
  profile.promoting_interoperability_percent = decimal("0");
  const std::vector<MeasureInput> measures = {counts(built_in_2022(), "424", 50, 0),
                                              counts(built_in_2022(), "404", 20, 0, 80)};
  const auto causes = range_by_cause(score_input(rules_, profile, measures));
  ASSERT_NE(cause(causes), nullptr);
  // 25 % to 83.3333 % of 30.
  EXPECT_EQ((cause(causes)->high - cause(causes)->low).to_fixed(2), "17.50");
  profile.small_practice = Known::kYes;  // 30/30/15/25 stays: reported
  const auto small = range_by_cause(score_input(rules_, profile, measures));
  ASSERT_NE(cause(small), nullptr);
  const Decimal weight = Decimal::from_integer(
      compute(score_input(rules_, profile, measures)).category(Category::kQuality).weight);
  EXPECT_EQ((cause(small)->high - cause(small)->low).to_fixed(2),
            (weight * (Decimal::ratio(59, 60) - Decimal::ratio(19, 40))).to_fixed(2));
}

}  // namespace
}  // namespace qcdr::scoring
