// The decision to send: every check, at the record before and after the request.
#include <gtest/gtest.h>

#include "ledger/testing_submissions.h"

namespace qcdr::ledger {
namespace {

using Codes = std::multiset<FindingCode>;
using Request = v1::SubmissionRequest;

TEST_F(SubmissionTest, WhatPassesEveryCheckIsFrozenWithTheRecordsThatLetItPass) {
  const SignedBatch batch = certify("b1", {group(), pair(1)});
  send(pair(1), batch);
  ASSERT_EQ(out.size(), 1u) << (told.empty() ? "" : told[0].parameters[0]);
  EXPECT_TRUE(told.empty());
  const auto& document = std::get<FrozenDocument>(out[0]);
  EXPECT_EQ(document.category, 1);
  EXPECT_EQ(document.certification_id, "b1");
  EXPECT_EQ(sha256(document.payload), document.payload_sha256);
  EXPECT_EQ(document.tin, season.tin_row(1).token);
  std::set<BlockReason> passed;
  for (const PassedGate& gate : document.checks) {
    passed.insert(static_cast<BlockReason>(gate.reason));
    if (static_cast<BlockReason>(gate.reason) != BlockReason::kIndividualConsent) continue;
    EXPECT_EQ(gate.record_id, "c1/0");
  }
  EXPECT_EQ(passed.count(BlockReason::kIndividualConsent), 1u);
  EXPECT_EQ(passed.count(BlockReason::kReconciliation), 1u);
  EXPECT_EQ(passed.count(BlockReason::kCertification), 1u);
  EXPECT_EQ(state(pair(1)), DocumentState::kFrozen);
  EXPECT_FALSE(is_there(pair(2)));
  send(group(), batch);
  EXPECT_EQ(frozen(), 2u);
}

TEST_F(SubmissionTest, TheSameRequestAgainChangesNothing) {
  const SignedBatch batch = certify("b1", {pair(1)});
  const Request asked = request(Request::ACTION_SEND, pair(1), batch);
  season.submit(asked, kMarch);
  const StateDigest digest = season.digest();
  season.submit(asked, kMarch);
  season.restart();
  season.submit(asked, kMarch);
  EXPECT_EQ(season.digest(), digest);
  EXPECT_EQ(out.size(), 1u);
  EXPECT_TRUE(told.empty());
}

TEST_F(SubmissionTest, AnOptOutOneRecordBeforeTheRequestKeepsItHere) {
  const SignedBatch batch = certify("b1", {pair(1), pair(2)});
  opt_out_now(1);
  send(pair(1), batch);
  send(pair(2), batch);
  EXPECT_FALSE(is_there(pair(1)));
  EXPECT_EQ(state(pair(2)), DocumentState::kFrozen);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_BLOCKED});
  EXPECT_EQ(reason(), "optOut");
  const auto kept = submissions().requests().value();
  ASSERT_EQ(kept.at("q1").refusals.size(), 1u);
  EXPECT_EQ(kept.at("q1").refusals[0].reason, BlockReason::kOptOut);
  EXPECT_EQ(kept.at("q1").granted, 0);
  EXPECT_EQ(kept.at("q2").granted, kQualityBit);
}

TEST_F(SubmissionTest, AnOptOutOneRecordAfterTheRequestCancels) {
  const SignedBatch batch = certify("b1", {group(), pair(1)});
  send(pair(1), batch);
  send(group(), batch);
  opt_out_now(1);
  EXPECT_EQ(state(pair(1)), DocumentState::kCancelled);
  EXPECT_EQ(state(group()), DocumentState::kFrozen);  // nobody opts out of a group
  ASSERT_EQ(cancelled(), 1u);
  EXPECT_EQ(last_cancel().reason, static_cast<std::uint32_t>(BlockReason::kOptOut));
  EXPECT_FALSE(last_cancel().withdraw);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_CANCELLED});
}

TEST_F(SubmissionTest, EveryCheckOfReadinessIsAsked) {
  struct Try {
    const char* reason;
    v1::RecordKind kind;
    v1::Row row;
  };
  v1::Row unpaid = registration({1}, false, 0);
  v1::Row unsigned_row = registration({1}, true, 0);
  unsigned_row.mutable_practice_registration()->clear_agreements();
  v1::Row revoked;
  revoked.mutable_individual_consent()->set_tin(1);
  revoked.mutable_individual_consent()->set_npi(Season::npi(1).value());
  revoked.mutable_individual_consent()->set_action(v1::CONSENT_ACTION_REVOKE);
  v1::Row closed = registration({1}, true, 0);
  closed.mutable_practice_registration()->set_closed_on(Season::day(12, 1));
  const Try tries[] = {
      {"payment", kRegistrationKind, unpaid},
      {"agreement", kRegistrationKind, unsigned_row},
      {"individualConsent", v1::RECORD_KIND_INDIVIDUAL_CONSENT, revoked},
      {"registration", kRegistrationKind, closed},
  };
  for (const Try& each : tries) {
    told.clear();
    record(each.kind, each.row, kMarch);
    send(pair(1), batch_of("none", {pair(1)}));
    const bool found = std::any_of(told.begin(), told.end(), [&](const LedgerFinding& finding) {
      return finding.code == code_number(FindingCode::SUBMISSION_BLOCKED) &&
             finding.parameters[0] == each.reason;
    });
    EXPECT_TRUE(found) << each.reason;
    EXPECT_FALSE(is_there(pair(1)));
  }
}

TEST_F(SubmissionTest, AGroupNeedsItsOfficersConsentAndItsElection) {
  v1::Row officer;
  officer.mutable_officer_consent()->set_tin(1);
  officer.mutable_officer_consent()->set_action(v1::CONSENT_ACTION_REVOKE);
  const SignedBatch batch = certify("b1", {group(), pair(1)});
  send(group(), batch);
  record(v1::RECORD_KIND_OFFICER_CONSENT, officer, kMarch);
  EXPECT_EQ(state(group()), DocumentState::kCancelled);
  EXPECT_EQ(last_cancel().reason, static_cast<std::uint32_t>(BlockReason::kOfficerConsent));
  told.clear();
  send(group(), batch);
  EXPECT_EQ(reason(), "officerConsent");
  season.option("o2", kJune, 1, v1::REPORTING_LEVEL_GROUP);
  told.clear();
  send(pair(1), batch);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_BLOCKED});
  EXPECT_EQ(reason(), "reportingOption");
}

// The wrong-TIN guard.
TEST_F(SubmissionTest, AReopenedReconciliationKeepsTheTinHere) {
  const SignedBatch batch = certify("b1", {group(), pair(1)});
  send(group(), batch);
  // Somebody who is on no roster.
  season.cases("k2", kMarch, {{"new", Season::day(6, 20), {{1, 3}}, Season::temperature(true)}});
  season.cases("k3", kFinalDate,
               {{"new2", Season::day(6, 20), {{1, 3}}, Season::temperature(true)}});
  EXPECT_EQ(state(group()), DocumentState::kCancelled);
  EXPECT_EQ(last_cancel().reason, static_cast<std::uint32_t>(BlockReason::kReconciliation));
  told.clear();
  send(group(), certify("b2", {group()}));
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_BLOCKED});
  EXPECT_EQ(reason(), "reconciliation");
}

TEST_F(SubmissionTest, TheWindowIsOpenToItsLastSecond) {
  const SignedBatch batch = certify("b1", {pair(1), pair(2)});
  send(pair(1), batch, kWindowLast);
  EXPECT_EQ(state(pair(1)), DocumentState::kFrozen);
  send(pair(2), batch, kWindowClosed);
  EXPECT_FALSE(is_there(pair(2)));
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_WINDOW_CLOSED});
}

// By the request's own receipt: a record before it may bear a later time.
TEST_F(SubmissionTest, TheWindowIsThatOfTheRequestsOwnReceipt) {
  const SignedBatch batch = certify("b1", {pair(1)});
  season.wait_until(kWindowClosed);
  send(pair(1), batch, kWindowLast);
  EXPECT_EQ(state(pair(1)), DocumentState::kFrozen);
}

TEST_F(SubmissionTest, BeforeTheWindowNothingIsSent) {
  const SignedBatch batch = batch_of("b1", {pair(1)});
  send(pair(1), batch, Season::at("2023-01-03T09:59:59-05:00"));
  EXPECT_EQ(codes().count(FindingCode::SUBMISSION_WINDOW_CLOSED), 1u);
}

TEST_F(SubmissionTest, ACertificationForOtherPayloadsIsNone) {
  const SignedBatch other = certify("b1", {pair(2)});
  send(pair(1), other);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_PAYLOAD_NOT_CERTIFIED});
  // Nor does a proof under another root help.
  told.clear();
  SignedBatch forged = batch_of("b1", {pair(1)});
  send(pair(1), forged);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_PAYLOAD_NOT_CERTIFIED});
  EXPECT_FALSE(is_there(pair(1)));
}

TEST_F(SubmissionTest, AChangedByteAfterTheCertificationStopsTheSend) {
  const SignedBatch batch = certify("b1", {pair(1)});
  cases("k2", kFinalDate, 1, false);
  send(pair(1), batch);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_PAYLOAD_NOT_CERTIFIED});
  EXPECT_FALSE(is_there(pair(1)));
}

TEST_F(SubmissionTest, ACertificationThatIsReplacedOrTakenBackCountsNoMore) {
  const SignedBatch first = certify("b1", {pair(1), pair(2)});
  send(pair(1), first);
  const SignedBatch second = certify("b2", {pair(2)}, kMarch, "b1");
  EXPECT_EQ(state(pair(1)), DocumentState::kCancelled);
  EXPECT_EQ(last_cancel().reason, static_cast<std::uint32_t>(BlockReason::kCertification));
  told.clear();
  send(pair(2), first);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_NOT_CERTIFIED});
  send(pair(2), second);
  EXPECT_EQ(state(pair(2)), DocumentState::kFrozen);
  v1::Row taken_back = certification(second, "b1");
  taken_back.set_action(v1::ROW_ACTION_WITHDRAW);
  record(v1::RECORD_KIND_CERTIFICATION, taken_back, kMarch);
  EXPECT_EQ(state(pair(2)), DocumentState::kCancelled);
}

TEST_F(SubmissionTest, AnAuditFindingKeepsItHereUntilItIsSettled) {
  const SignedBatch batch = certify("b1", {pair(1), pair(2)});
  send(pair(1), batch);
  v1::Row audit;
  v1::AuditCorrection& fact = *audit.mutable_audit_correction();
  fact.set_audit_finding("A-7");
  fact.set_opens_at(kMarch.milliseconds());
  fact.set_closes_at(Season::at("2023-03-10T12:00:00-05:00").milliseconds());
  fact.set_reason("rate of errors");
  record(v1::RECORD_KIND_AUDIT_CORRECTION, audit, kMarch);
  EXPECT_EQ(state(pair(1)), DocumentState::kCancelled);
  told.clear();
  send(pair(2), batch);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_AUDIT_OPEN});
  v1::Row cleared;
  cleared.mutable_officer_decision()->set_subject(v1::OfficerDecision::SUBJECT_HELD_TIN);
  cleared.mutable_officer_decision()->set_verdict(v1::OfficerDecision::VERDICT_APPROVE);
  cleared.mutable_officer_decision()->set_record_id("A-7");
  cleared.mutable_officer_decision()->set_reason("settled");
  record(v1::RECORD_KIND_OFFICER_DECISION, cleared, kMarch);
  send(pair(2), batch);
  EXPECT_EQ(state(pair(2)), DocumentState::kFrozen);
}

TEST_F(SubmissionTest, OnlyTheRegistryAsksAndOnlyForWhomItKnows) {
  const SignedBatch batch = certify("b1", {pair(1)});
  Request asked = request(Request::ACTION_SEND, pair(1), batch);
  asked.mutable_actor()->set_authority(v1::AUTHORITY_PRACTICE_OFFICER);
  season.submit(asked, kMarch);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_AUTHORITY_MISSING});
  told.clear();
  asked = request(Request::ACTION_SEND, pair(1), batch);
  asked.set_entity_kind(v1::ENTITY_KIND_GROUP);
  season.submit(asked, kMarch);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_ENTITY_UNKNOWN});
  told.clear();
  asked = request(Request::ACTION_SEND, pair(1), batch);
  asked.set_entity_kind(v1::ENTITY_KIND_APM_ENTITY);
  season.submit(asked, kMarch);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_KIND_NOT_SENT});
  EXPECT_TRUE(out.empty());
}

TEST_F(SubmissionTest, ATinThatOthersReportForIsNotSentByOneOfThem) {
  const SignedBatch batch = certify("b1", {group(), pair(1)});
  send(group(), batch);
  v1::StageTwoClaim claim;
  claim.set_practice_id(1234);
  claim.set_performance_year(2022);
  claim.set_entity_id(std::string(group().bytes()));
  claim.set_entity_kind(v1::ENTITY_KIND_GROUP);
  claim.mutable_version()->set_offset(1);
  claim.add_others()->set_practice_id(1235);
  season.ledger().begin_record({Offset(900), kMarch, kMarch});
  ASSERT_TRUE(season.ledger().apply_claim(claim, Offset(900)).is_ok());
  take();
  EXPECT_EQ(state(group()), DocumentState::kCancelled);
  EXPECT_EQ(last_cancel().code, code_number(FindingCode::SUBMISSION_ENTITY_SHARED));
  told.clear();
  send(group(), batch);
  EXPECT_EQ(codes().count(FindingCode::SUBMISSION_ENTITY_SHARED), 1u);
  EXPECT_EQ(frozen(), 1u);
}

TEST_F(SubmissionTest, CategoriesThatStayHereAreTold) {
  v1::Row row = opt_out(1, 1, true);
  row.mutable_opt_out()->add_categories(v1::CATEGORY_IMPROVEMENT_ACTIVITIES);
  record(kActivityKind, activity(1, Season::day(3, 1), Season::day(8, 31)), kJune);
  record(kOptOutKind, row, kJune);
  const SignedBatch batch = certify("b1", {pair(1)});
  send(pair(1), batch);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_CATEGORY_WITHHELD});
  EXPECT_EQ(frozen(), 1u);
  EXPECT_EQ(std::get<FrozenDocument>(out[0]).left_out.size(), 1u);
  told.clear();
  maker.leave_out = 4;
  send(pair(2), certify("b2", {pair(2)}));
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_CATEGORY_LEFT_OUT});
  told.clear();
  Request asked = request(Request::ACTION_SEND, pair(2), certify("b3", {pair(2)}));
  asked.add_categories(v1::CATEGORY_IMPROVEMENT_ACTIVITIES);
  season.submit(asked, kMarch);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_NOTHING_TO_SEND});
}

TEST_F(SubmissionTest, APathwayThatIsNotNamedIsNotGuessed) {
  v1::Row row;
  row.mutable_reporting_option()->set_tin(1);
  row.mutable_reporting_option()->set_level(v1::REPORTING_LEVEL_BOTH);
  row.mutable_reporting_option()->set_pathway(v1::PATHWAY_MVP);
  record(v1::RECORD_KIND_REPORTING_OPTION, row, kJune);
  send(pair(1), certify("b1", {pair(1)}));
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_PROGRAM_NOT_SAID});
}

TEST_F(SubmissionTest, BytesThatAreNoRequestAreNotFolded) {
  Request asked = request(Request::ACTION_SEND, pair(1));
  EXPECT_TRUE(PracticeSubmissions::is_sound(asked));
  Request bad = asked;
  bad.set_entity_id("short");
  EXPECT_FALSE(PracticeSubmissions::is_sound(bad));
  bad = asked;
  bad.clear_request_id();
  EXPECT_FALSE(PracticeSubmissions::is_sound(bad));
  bad = asked;
  bad.add_proofs()->add_hashes("not 32 bytes");
  EXPECT_FALSE(PracticeSubmissions::is_sound(bad));
}

}  // namespace
}  // namespace qcdr::ledger
