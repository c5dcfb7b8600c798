// Feedback of CMS, reviews, roles and acknowledgements, written by the fold and read again.
#include "ledger/after_cms.h"

#include <gtest/gtest.h>

#include "ledger/testing_rows.h"

namespace qcdr::ledger {
namespace {

const Instant kAugust = Season::at("2023-08-14T10:00:00-05:00");
const Instant kSeptember = Season::at("2023-09-28T10:00:00-05:00");

v1::Row feedback(int npi, std::uint32_t version, v1::CmsFeedback::Stage stage, std::int64_t score,
                 bool shared = true) {
  v1::Row row;
  v1::CmsFeedback* fact = row.mutable_cms_feedback();
  fact->set_tin(1);
  fact->set_npi(npi == 0 ? 0 : Season::npi(npi).value());
  fact->set_stage(stage);
  fact->set_version(version);
  fact->set_released_on(Season::day(8, 10) + 365);
  fact->set_purpose("comparison");
  fact->set_action(shared ? v1::CONSENT_ACTION_GRANT : v1::CONSENT_ACTION_REVOKE);
  fact->set_final_score(score);
  fact->set_adjustment(-19'200);
  v1::FeedbackCategory* category = fact->add_categories();
  category->set_category(v1::CATEGORY_QUALITY);
  category->set_percent(805'000);
  category->set_weight(85);
  v1::FeedbackMeasure* measure = fact->add_measures();
  measure->set_measure_id("424");
  measure->set_points(70'000);
  measure->set_performance_rate(985'000);
  measure->set_picked(true);
  return row;
}

v1::Row review(const char* id, v1::ReviewCase::State state) {
  v1::Row row;
  v1::ReviewCase* fact = row.mutable_review_case();
  fact->set_case_id(id);
  fact->set_tin(1);
  fact->set_npi(Season::npi(1).value());
  fact->set_state(state);
  fact->set_cause(v1::ReviewCase::CAUSE_CALCULATION);
  fact->set_reached_at(kSeptember.milliseconds());
  if (state == v1::ReviewCase::STATE_SCORE_REVISED) fact->set_revised_score(830'000);
  return row;
}

std::vector<SharedFeedback> all_feedback(Season& season) {
  season.restart();
  return read_feedback(season.practice().facts()).value();
}

TEST(AfterCms, FeedbackIsReadAsItWasShared) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("f", kAugust, v1::RECORD_KIND_CMS_FEEDBACK,
                feedback(1, 1, v1::CmsFeedback::STAGE_FINAL, 595'000));
  const auto all = all_feedback(season);
  ASSERT_EQ(all.size(), 1u);
  const SharedFeedback& one = all.front();
  EXPECT_EQ(one.entity, season.pair_row(1, 1).entity);
  EXPECT_EQ(one.final_score.to_fixed(2), "59.50");
  EXPECT_EQ(one.adjustment->to_fixed(2), "-1.92");
  EXPECT_FALSE(one.complex_patient_bonus);
  EXPECT_EQ(one.purpose, "comparison");
  EXPECT_EQ(one.released_on.to_string(), "2023-08-10");
  ASSERT_NE(one.find_category(1), nullptr);
  EXPECT_EQ(one.find_category(1)->percent.to_fixed(2), "80.50");
  EXPECT_EQ(one.find_category(2), nullptr);
  ASSERT_NE(one.find_measure("424"), nullptr);
  EXPECT_EQ(one.find_measure("424")->rate->to_fixed(2), "98.50");
  EXPECT_EQ(one.origin.received_at, kAugust);
}

TEST(AfterCms, ARescoreIsANewVersionAndTheNewestCounts) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {1, 2, "B"}});
  const EntityId whom = season.pair_row(1, 1).entity;
  season.record("f1", kAugust, v1::RECORD_KIND_CMS_FEEDBACK,
                feedback(1, 1, v1::CmsFeedback::STAGE_FINAL, 595'000));
  season.record("f2", kSeptember, v1::RECORD_KIND_CMS_FEEDBACK,
                feedback(1, 2, v1::CmsFeedback::STAGE_REVISED, 610'000));
  auto all = all_feedback(season);
  EXPECT_EQ(all.size(), 2u);
  ASSERT_NE(newest_feedback(all, whom), nullptr);
  EXPECT_EQ(newest_feedback(all, whom)->final_score.to_fixed(2), "61.00");
  EXPECT_EQ(newest_feedback(all, season.pair_row(1, 2).entity), nullptr);

  // Taken back: nothing of it is read, and the one before it counts again.
  season.record("f3", kSeptember, v1::RECORD_KIND_CMS_FEEDBACK,
                feedback(1, 2, v1::CmsFeedback::STAGE_REVISED, 610'000, false));
  all = all_feedback(season);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(newest_feedback(all, whom)->final_score.to_fixed(2), "59.50");
  const SharedFeedback& taken_back = all.back();
  EXPECT_FALSE(taken_back.shared);
  EXPECT_EQ(taken_back.final_score, Decimal());
  EXPECT_TRUE(taken_back.measures.empty());
  EXPECT_FALSE(taken_back.adjustment);
}

TEST(AfterCms, OfOneVersionTheLaterStageCounts) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("f1", kAugust, v1::RECORD_KIND_CMS_FEEDBACK,
                feedback(1, 1, v1::CmsFeedback::STAGE_FINAL, 600'000));
  season.record("f2", kSeptember, v1::RECORD_KIND_CMS_FEEDBACK,
                feedback(1, 1, v1::CmsFeedback::STAGE_PREVIEW, 590'000));
  const auto all = all_feedback(season);
  EXPECT_EQ(newest_feedback(all, season.pair_row(1, 1).entity)->stage, FeedbackStage::kFinal);
}

TEST(AfterCms, ReviewsAndWhoMayFileThem) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("c1", kAugust, v1::RECORD_KIND_REVIEW_CASE,
                review("REV-1", v1::ReviewCase::STATE_FILED));
  season.record("c2", kSeptember, v1::RECORD_KIND_REVIEW_CASE,
                review("REV-1", v1::ReviewCase::STATE_SCORE_REVISED));
  season.restart();
  const auto cases = read_review_cases(season.practice().facts()).value();
  ASSERT_EQ(cases.size(), 1u);
  EXPECT_EQ(cases.front().id, "REV-1");
  EXPECT_EQ(cases.front().state, ReviewState::kScoreRevised);
  EXPECT_TRUE(is_decision(cases.front().state));
  EXPECT_EQ(cases.front().revised_score->to_fixed(2), "83.00");
  EXPECT_FALSE(cases.front().documents_due_at);
  EXPECT_EQ(cases.front().entity, season.pair_row(1, 1).entity);

  const EntityId whom = season.pair_row(1, 1).entity;
  EXPECT_FALSE(read_review_authorisation(season.practice().facts(), whom).value());
  for (const bool given : {true, false}) {
    v1::Row row;
    row.mutable_review_authorisation()->set_tin(1);
    row.mutable_review_authorisation()->set_npi(Season::npi(1).value());
    row.mutable_review_authorisation()->set_action(given ? v1::CONSENT_ACTION_GRANT
                                                         : v1::CONSENT_ACTION_REVOKE);
    season.record(given ? "a1" : "a2", kSeptember, v1::RECORD_KIND_REVIEW_AUTHORISATION, row);
    EXPECT_EQ(read_review_authorisation(season.practice().facts(), whom).value()->given, given);
  }
}

TEST(AfterCms, RolesAndAcknowledgements) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  v1::Row row;
  v1::RoleGrant* grant = row.mutable_role_grant();
  grant->set_subject("user-17");
  grant->set_role(v1::RoleGrant::ROLE_STAFF_USER);
  grant->set_organisation(v1::RoleGrant::ORGANISATION_PRACTICE);
  grant->set_tin(1);
  grant->set_action(v1::CONSENT_ACTION_GRANT);
  season.record("g1", kAugust, v1::RECORD_KIND_ROLE_GRANT, row);
  auto grants = read_role_grants(season.practice().facts()).value();
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_EQ(grants.front().user, "user-17");
  EXPECT_EQ(grants.front().role, UserRole::kStaffUser);
  EXPECT_EQ(grants.front().entity, season.tin_row(1).group_entity);
  EXPECT_TRUE(grants.front().given);

  EXPECT_FALSE(read_preview_acknowledgement(season.practice().facts(), "user-17").value());
  v1::Row said;
  said.mutable_confirmation()->set_subject(v1::Confirmation::SUBJECT_PREVIEW_CAN_CHANGE);
  said.mutable_confirmation()->set_upload_id("user-17");
  said.mutable_confirmation()->set_confirmed(true);
  season.record("k1", kSeptember, v1::RECORD_KIND_CONFIRMATION, said);
  season.restart();
  const auto found = read_preview_acknowledgement(season.practice().facts(), "user-17").value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->received_at, kSeptember);
  EXPECT_FALSE(read_preview_acknowledgement(season.practice().facts(), "user-18").value());
}

}  // namespace
}  // namespace qcdr::ledger
