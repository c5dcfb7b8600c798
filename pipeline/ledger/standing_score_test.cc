// Two numbers, worked by hand.
#include "ledger/standing_score.h"

#include <gtest/gtest.h>

#include "scoring/test_year.h"

namespace qcdr::ledger {
namespace {

Block block(BlockReason reason, bool held, bool refused, bool closed) {
  Block made;
  made.reason = reason;
  made.held_late = held;
  made.refused = refused;
  made.closed = closed;
  return made;
}

struct Standing {
  Standing() : rules(scoring::resolve(scoring::built_in_2022())) {
    input.rules = &rules;
    input.profile.quality_percent = Decimal::from_integer(80);
    input.profile.activities_percent = Decimal::from_integer(100);
    input.profile.small_practice = scoring::Known::kNo;
    input.profile.complex_patient_bonus = Decimal();
  }
  TwoScores scores() {
    StandingScore accepted;
    accepted.sent = DataSent::kAccepted;
    accepted.summary = scoring::compute_with_causes(input, &accepted.causes);
    return two_scores(input, accepted, readiness, held, &nothing);
  }
  scoring::ResolvedRules rules;
  scoring::ScoreInput input;
  Readiness readiness;
  HeldData held;
  ScoreOfNothing nothing;
};

std::string value(const StandingScore& score) {
  return score.summary.final_score.to_fixed(2);
}

const scoring::CauseRange* cause(const StandingScore& score, scoring::Unknown name) {
  for (const scoring::CauseRange& each : score.causes) {
    if (each.cause == name) return &each;
  }
  return nullptr;
}

// Situation 5: quality 80 %, activities 100 %, cost left out. Weights 55/0/15/30 with nothing of
// promoting interoperability: 44 + 15 = 59. Reweighted, 85/0/15/0: 68 + 15 = 83.
TEST(StandingScore, AnUnknownStatusIsASpreadOfItsOwn) {
  Standing standing;
  const TwoScores scores = standing.scores();
  EXPECT_TRUE(scores.same());
  EXPECT_EQ(value(scores.as_things_stand), "59.00");
  const scoring::CauseRange* status =
      cause(scores.as_things_stand, scoring::Unknown::kSpecialStatus);
  ASSERT_NE(status, nullptr);
  EXPECT_EQ(status->low.to_fixed(2), "59.00");
  EXPECT_EQ(status->high.to_fixed(2), "83.00");
  EXPECT_NE(cause(scores.as_things_stand, scoring::Unknown::kCost), nullptr);
  standing.input.profile.non_patient_facing = scoring::Known::kYes;
  const TwoScores known = standing.scores();
  EXPECT_EQ(value(known.as_things_stand), "83.00");
  EXPECT_EQ(cause(known.as_things_stand, scoring::Unknown::kSpecialStatus), nullptr);
}

// Situation 2: nothing may be sent, so nothing is submitted: 0.00 and -9.00 %.
TEST(StandingScore, WhatMayNotBeSentIsNotSubmitted) {
  Standing standing;
  standing.input.profile.non_patient_facing = scoring::Known::kYes;
  standing.readiness.blocks = {block(BlockReason::kIndividualConsent, false, false, false)};
  const TwoScores before = standing.scores();
  EXPECT_EQ(value(before.as_things_stand), "0.00");
  EXPECT_EQ(before.as_things_stand.summary.adjustment.percent.to_fixed(2), "-9.00");
  EXPECT_EQ(value(before.if_all_open_items_done), "83.00");
  standing.readiness.blocks[0].closed = true;
  const TwoScores after = standing.scores();
  EXPECT_TRUE(after.same());
  EXPECT_EQ(value(after.if_all_open_items_done), "0.00");
  standing.readiness.blocks = {block(BlockReason::kIndividualConsent, true, false, true)};
  EXPECT_EQ(value(standing.scores().if_all_open_items_done), "83.00");
  standing.readiness.blocks = {block(BlockReason::kOptOut, false, true, false)};
  EXPECT_EQ(value(standing.scores().if_all_open_items_done), "0.00");
}

// Cost is CMS's own: it can still make points where nothing is sent. 2022 weighs it 30.
TEST(StandingScore, TheRangeOfNothingIsWhatCmsHasItself) {
  Standing standing;
  standing.input.profile.non_patient_facing = scoring::Known::kYes;
  standing.readiness.blocks = {block(BlockReason::kRegistration, false, false, true)};
  const StandingScore score = standing.scores().as_things_stand;
  EXPECT_EQ(score.summary.low.to_fixed(2), "0.00");
  EXPECT_EQ(score.summary.high.to_fixed(2), "30.00");
  ASSERT_NE(cause(score, scoring::Unknown::kCost), nullptr);
}

// Situation 10: everything reweighted and the set held: the performance threshold.
TEST(StandingScore, ApprovedCircumstancesReweightWhatIsNotSent) {
  Standing standing;
  for (std::size_t i = 0; i < scoring::kCategories; ++i) {
    standing.input.profile.reweight(static_cast<scoring::Category>(i),
                                    scoring::ReweightReason::kExtremeAndUncontrollable);
  }
  standing.readiness.blocks = {block(BlockReason::kCircumstances, false, true, false)};
  const TwoScores scores = standing.scores();
  EXPECT_EQ(value(scores.as_things_stand), "75.00");
  EXPECT_TRUE(scores.same());
}

// Situation 8: an activity that came late is in the second number only. One of high weight is 20 of
// 40 points, twice that for who is non-patient facing: 100 %. 0.85 x 80 = 68; + 15 = 83.
TEST(StandingScore, HeldActivitiesAreInTheSecondNumberOnly) {
  Standing standing;
  standing.input.profile.activities_percent.reset();
  standing.input.profile.non_patient_facing = scoring::Known::kYes;
  Activity activity;
  activity.activity_id = "IA_PSPA_6";
  activity.held = true;
  standing.held.activities.push_back(activity);
  const TwoScores scores = standing.scores();
  EXPECT_EQ(value(scores.as_things_stand), "68.00");
  EXPECT_EQ(value(scores.if_all_open_items_done), "83.00");
}

// 2022 weighs 55/0/15/30 where cost is left out and nothing reweights: 0.55 x 80 = 44,
// activities 15.
TEST(StandingScore, WhatIsWithheldIsNotSubmittedAndTheRestIs) {
  Standing standing;
  standing.input.profile.non_patient_facing = scoring::Known::kNo;
  Block kept = block(BlockReason::kIndividualConsent, false, true, false);
  kept.categories = kActivitiesBit;
  standing.readiness.withheld = {kept};
  EXPECT_EQ(value(standing.scores().as_things_stand), "44.00");
  EXPECT_TRUE(standing.scores().same());
  kept.categories = kQualityBit;
  standing.readiness.withheld = {kept};
  EXPECT_EQ(value(standing.scores().as_things_stand), "15.00");
  // A revocation of an opt-out that is held is an open item.
  kept = block(BlockReason::kOptOut, true, false, true);
  kept.categories = kActivitiesBit;
  standing.readiness.withheld = {kept};
  EXPECT_EQ(value(standing.scores().as_things_stand), "44.00");
  EXPECT_EQ(value(standing.scores().if_all_open_items_done), "59.00");
}

// Promoting interoperability reported in full is 30 points; approved circumstances reweight it only
// where its data stay here: 85/0/15/0, 0.85 x 80 + 15 = 83. Sent, it is 44 + 15 + 30 = 89.
TEST(StandingScore, DataThatStayHereDoNotCancelTheirReweighting) {
  Standing standing;
  standing.input.profile.non_patient_facing = scoring::Known::kNo;
  standing.input.profile.promoting_interoperability_percent = Decimal::from_integer(100);
  standing.input.profile.reweight(scoring::Category::kPromotingInteroperability,
                                  scoring::ReweightReason::kExtremeAndUncontrollable);
  EXPECT_EQ(value(standing.scores().as_things_stand), "89.00");
  Block kept = block(BlockReason::kCircumstances, false, true, false);
  kept.categories = kInteroperabilityBit;
  standing.readiness.withheld = {kept};
  EXPECT_EQ(value(standing.scores().as_things_stand), "83.00");
}

TEST(StandingScore, NothingSubmittedKeepsWhatIsKnownOfTheClinician) {
  Standing standing;
  standing.input.profile.hospital_based = scoring::Known::kYes;
  standing.input.profile.cost_percent = Decimal::from_integer(40);
  const scoring::ScoreInput nothing = nothing_submitted(standing.input);
  EXPECT_EQ(nothing.profile.hospital_based, scoring::Known::kYes);
  EXPECT_EQ(nothing.profile.cost_percent, standing.input.profile.cost_percent);
  EXPECT_FALSE(nothing.profile.quality_percent.has_value());
  EXPECT_FALSE(nothing.profile.activities_percent.has_value());
  EXPECT_TRUE(nothing.measures.empty());
}

// The score of somebody for whom nothing is sent is kept for the next one with the same profile.
TEST(StandingScore, OneProfileDoesNotGetTheScoreOfAnother) {
  Standing standing;
  standing.readiness.blocks = {block(BlockReason::kPayment, false, false, false)};
  EXPECT_EQ(value(standing.scores().as_things_stand), "0.00");
  // Cost alone stays, by CMS's own figures: one scorable category, so the threshold.
  standing.input.profile.reweight(scoring::Category::kQuality,
                                  scoring::ReweightReason::kExtremeAndUncontrollable);
  standing.input.profile.reweight(scoring::Category::kActivities,
                                  scoring::ReweightReason::kExtremeAndUncontrollable);
  standing.input.profile.reweight(scoring::Category::kPromotingInteroperability,
                                  scoring::ReweightReason::kExtremeAndUncontrollable);
  EXPECT_EQ(value(standing.scores().as_things_stand), "75.00");
  EXPECT_EQ(value(standing.scores().as_things_stand), "75.00");
  standing.input.profile.reweighted_by_approval = 0;
  EXPECT_EQ(value(standing.scores().as_things_stand), "0.00");
}

}  // namespace
}  // namespace qcdr::ledger
