// Feedback beside a projection: nodes, and the causes of what differs.
#include "review/comparison.h"

#include <gtest/gtest.h>

#include "ledger/standing_score.h"
#include "review/causes.h"
#include "rulebook/rulebook.h"

namespace qcdr::review {
namespace {

using scoring::Known;
using scoring::ScoreInput;

constexpr PerformanceYear kYear(2022);

const scoring::ResolvedRules& rules() {
  static const scoring::ResolvedRules kRules =
      scoring::resolve(*rulebook::Rulebook::built_in().find_year(kYear));
  return kRules;
}

Decimal number(const char* text) {
  return Decimal::parse(text).value();
}

// A nurse anesthetist's group of 16 with a measure, activities and no special status in doubt.
ScoreInput a_group() {
  ScoreInput input;
  input.rules = &rules();
  input.as_of = Instant::parse("2023-08-14T10:00:00-05:00").value();
  input.profile.group = true;
  input.profile.small_practice = Known::kNo;
  input.profile.non_patient_facing = Known::kYes;
  input.profile.hospital_based = Known::kNo;
  input.profile.asc_based = Known::kNo;
  input.profile.rural = Known::kNo;
  input.profile.hpsa = Known::kNo;
  input.profile.facility_based = Known::kNo;
  input.profile.measure_applicability = Known::kYes;
  for (const char* id : {"404", "424", "430"}) {
    scoring::MeasureInput measure;
    measure.measure = rules().year_rules->find_measure(id);
    measure.eligible_population = 100;
    measure.performance_met = 90;
    measure.performance_not_met = 10;
    input.measures.push_back(measure);
  }
  for (const char* id : {"IA_PSPA_7", "IA_PSPA_16"}) {
    const rulebook::Activity* activity = rules().year_rules->find_activity(id);
    EXPECT_NE(activity, nullptr) << id;
    input.activities.push_back(activity);
  }
  return input;
}

// What CMS would answer to an input.
ledger::SharedFeedback answer_to(const ScoreInput& input) {
  const scoring::ScoreSummary summary = scoring::compute(input);
  ledger::SharedFeedback cms;
  cms.shared = true;
  cms.stage = ledger::FeedbackStage::kFinal;
  cms.version = 1;
  cms.final_score = summary.final_score;
  for (std::size_t i = 0; i < scoring::kCategories; ++i) {
    const auto category = static_cast<scoring::Category>(i);
    cms.categories.push_back({proto_category(category), summary.categories[i].percent,
                              static_cast<std::uint32_t>(summary.categories[i].weight)});
  }
  for (const scoring::MeasureScore& score : summary.measures) {
    if (score.basis == scoring::PointsBasis::kNotSubmitted) continue;
    cms.measures.push_back({score.measure->id, score.points, score.performance_rate, score.picked});
  }
  return cms;
}

Diagnosis diagnosis_of(const ScoreInput& ours, const ledger::SharedFeedback& cms,
                       const KnownFacts& facts = {}) {
  const scoring::ScoreSummary summary = scoring::compute(ours);
  return diagnose(ours, summary, cms, facts);
}

TEST(Comparison, OfTheSameScoreNothingDiffers) {
  const ScoreInput input = a_group();
  const auto nodes = compare(input, scoring::compute(input), answer_to(input));
  EXPECT_GT(nodes.size(), 8u);
  for (const Node& node : nodes) EXPECT_TRUE(node.same()) << node.path;
  EXPECT_EQ(differing(nodes), 0u);
  EXPECT_TRUE(diagnosis_of(input, answer_to(input)).causes.empty());
}

TEST(Comparison, NamesEachNodeThatDiffers) {
  const ScoreInput input = a_group();
  ledger::SharedFeedback cms = answer_to(input);
  cms.measures[1].rate = number("89.99");
  cms.measures.push_back({"IA_PSPA_7", Decimal::from_integer(1), std::nullopt, true});
  std::vector<std::string> differ;
  for (const Node& node : compare(input, scoring::compute(input), cms)) {
    if (!node.same()) differ.push_back(node.path);
  }
  // The second activity is missing on CMS's side, the first has other points.
  EXPECT_EQ(differ, (std::vector<std::string>{"measure/424/rate", "activity/IA_PSPA_7/points",
                                              "activity/IA_PSPA_16/points"}));
}

TEST(Comparison, TwoPlacesAreCompared) {
  const ScoreInput input = a_group();
  const scoring::ScoreSummary summary = scoring::compute(input);
  ledger::SharedFeedback cms = answer_to(input);
  cms.final_score = summary.final_score + number("0.001");
  const bool rounds_up = cms.final_score.rounded(2) != summary.final_score.rounded(2);
  EXPECT_EQ(compare(input, summary, cms).front().same(), !rounds_up);
  cms.final_score = summary.final_score + number("0.01");
  EXPECT_FALSE(compare(input, summary, cms).front().same());
  EXPECT_EQ(compare(input, summary, cms).front().difference(), number("0.01"));
}

TEST(Causes, AStatusThatWasNotRecognised) {
  ScoreInput at_cms = a_group();
  at_cms.profile.non_patient_facing = Known::kNo;
  KnownFacts facts;
  facts.list_date = "2022-12-20";
  const Diagnosis diagnosis = diagnosis_of(a_group(), answer_to(at_cms), facts);
  ASSERT_FALSE(diagnosis.causes.empty());
  EXPECT_EQ(diagnosis.causes.front().cause, Cause::kStatusNotRecognised);
  EXPECT_EQ(diagnosis.causes.front().differences_left, 0u);
  ASSERT_EQ(diagnosis.causes.front().evidence.size(), 2u);
  EXPECT_NE(diagnosis.causes.front().evidence[0].find("non-patient facing"), std::string::npos);
  EXPECT_NE(diagnosis.causes.front().evidence[1].find("2022-12-20"), std::string::npos);
}

TEST(Causes, AReweightingThatWasNotApplied) {
  ScoreInput ours = a_group();
  ours.profile.reweight(scoring::Category::kActivities,
                        scoring::ReweightReason::kExtremeAndUncontrollable);
  ours.activities = {};
  ScoreInput at_cms = ours;
  at_cms.profile.reweighted_by_approval = 0;
  at_cms.profile.reweight_reasons = {};
  KnownFacts facts;
  facts.approvals = {"reweighting of ia approved 2022-12-15"};
  const Diagnosis diagnosis = diagnosis_of(ours, answer_to(at_cms), facts);
  ASSERT_FALSE(diagnosis.causes.empty());
  EXPECT_EQ(diagnosis.causes.front().cause, Cause::kReweightingNotApplied);
  EXPECT_EQ(diagnosis.causes.front().differences_left, 0u);
  EXPECT_EQ(diagnosis.causes.front().evidence.back(), facts.approvals.front());
}

TEST(Causes, DataUnderAnotherTin) {
  const ScoreInput at_cms = ledger::nothing_submitted(a_group());
  KnownFacts facts;
  facts.cases = 100;
  facts.other_tins = {"*****4321"};
  facts.receipts = {"quality: sent 2023-03-14T15:00:00.000Z"};
  const Diagnosis diagnosis = diagnosis_of(a_group(), answer_to(at_cms), facts);
  ASSERT_FALSE(diagnosis.causes.empty());
  const LikelyCause& first = diagnosis.causes.front();
  EXPECT_EQ(first.cause, Cause::kWrongTinOrNpi);
  EXPECT_EQ(first.differences_left, 0u);
  ASSERT_EQ(first.evidence.size(), 4u);
  EXPECT_EQ(first.evidence[1], "this registry holds 100 cases that count");
  EXPECT_EQ(first.evidence[2], "the clinician stands under *****4321, too");
  EXPECT_EQ(first.evidence[3], facts.receipts.front());
}

TEST(Causes, ADenominatorThatWasNotLowered) {
  ScoreInput at_cms = a_group();
  at_cms.profile.measure_applicability = Known::kNo;
  const Diagnosis diagnosis = diagnosis_of(a_group(), answer_to(at_cms));
  ASSERT_FALSE(diagnosis.causes.empty());
  EXPECT_EQ(diagnosis.causes.front().cause, Cause::kDenominatorNotLowered);
  EXPECT_EQ(diagnosis.causes.front().differences_left, 0u);
}

TEST(Causes, MeasureDataThatCmsHoldsOtherwise) {
  ScoreInput at_cms = a_group();
  at_cms.measures[2].performance_met = 60;
  at_cms.measures[2].performance_not_met = 40;
  const Diagnosis diagnosis = diagnosis_of(a_group(), answer_to(at_cms));
  ASSERT_FALSE(diagnosis.causes.empty());
  EXPECT_EQ(diagnosis.causes.front().cause, Cause::kMeasureData);
  EXPECT_EQ(diagnosis.causes.front().differences_left, 0u);
  EXPECT_NE(diagnosis.causes.front().evidence.front().find("measure/430"), std::string::npos);
}

TEST(Causes, WhatOnlyCmsKnowsIsNobodysError) {
  ScoreInput at_cms = a_group();
  at_cms.profile.cost_percent = number("62.5");
  at_cms.profile.complex_patient_bonus = number("3.21");
  ledger::SharedFeedback cms = answer_to(at_cms);
  cms.complex_patient_bonus = number("3.21");
  const Diagnosis diagnosis = diagnosis_of(a_group(), cms);
  EXPECT_EQ(diagnosis.taken_from_cms, (std::vector<std::string>{"cost", "complex patient bonus"}));
  EXPECT_EQ(diagnosis.differences, 0u);
  EXPECT_TRUE(diagnosis.causes.empty());
  EXPECT_EQ(diagnosis.expected.final_score, scoring::compute(at_cms).final_score);
}

TEST(Causes, AnythingElseIsOther) {
  ledger::SharedFeedback cms = answer_to(a_group());
  cms.final_score = cms.final_score - number("0.37");
  const Diagnosis diagnosis = diagnosis_of(a_group(), cms);
  ASSERT_EQ(diagnosis.causes.size(), 1u);
  EXPECT_EQ(diagnosis.causes.front().cause, Cause::kOther);
  EXPECT_EQ(record_cause(Cause::kOther), "OTHER");
}

TEST(Causes, AnAdjustmentOfSomebodyWhomMipsDoesNotReach) {
  ledger::SharedFeedback cms = answer_to(a_group());
  cms.adjustment = number("-1.92");
  KnownFacts facts;
  facts.applies = Known::kNo;
  facts.list_date = "2022-12-20";
  const Diagnosis diagnosis = diagnosis_of(a_group(), cms, facts);
  ASSERT_EQ(diagnosis.causes.size(), 1u);
  EXPECT_EQ(diagnosis.causes.front().cause, Cause::kStatusNotRecognised);
  cms.adjustment = Decimal();
  EXPECT_TRUE(diagnosis_of(a_group(), cms, facts).causes.empty());
}

}  // namespace
}  // namespace qcdr::review
