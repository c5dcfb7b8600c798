// What becomes of documents: replaced, withdrawn, cancelled, sent, read back.
#include <gtest/gtest.h>

#include "ledger/testing_submissions.h"

namespace qcdr::ledger {
namespace {

using Codes = std::multiset<FindingCode>;
using Request = v1::SubmissionRequest;
using Receipt = v1::SubmissionReceipt;

v1::Row withdrawal(const std::string& document, bool approved) {
  v1::Row row;
  v1::OfficerDecision& fact = *row.mutable_officer_decision();
  fact.set_subject(v1::OfficerDecision::SUBJECT_WITHDRAWAL);
  fact.set_verdict(approved ? v1::OfficerDecision::VERDICT_APPROVE
                            : v1::OfficerDecision::VERDICT_REFUSE);
  fact.set_record_id(document);
  fact.set_reason("the practice asked for it");
  return row;
}

class SubmissionCourse : public SubmissionTest {
 protected:
  void ask(Request::Action action, const EntityId& entity, const SignedBatch& batch = {},
           Instant received = kMarch) {
    season.submit(request(action, entity, batch), received);
  }
  std::string id_of(const EntityId& entity) { return hex(view(document(entity).document_id)); }
};

TEST_F(SubmissionCourse, ReceiptsMoveItOnAndARepeatedOneChangesNothing) {
  send(pair(1), certify("b1", {pair(1)}));
  receipt(pair(1), Receipt::OUTCOME_UNKNOWN);
  EXPECT_EQ(state(pair(1)), DocumentState::kUnknown);
  receipt(pair(1), Receipt::OUTCOME_SENT);
  EXPECT_EQ(state(pair(1)), DocumentState::kSent);
  receipt(pair(1), Receipt::OUTCOME_READ_BACK_EQUAL);
  EXPECT_EQ(state(pair(1)), DocumentState::kVerified);
  const StateDigest digest = season.digest();
  receipt(pair(1), Receipt::OUTCOME_SENT);
  receipt(pair(1), Receipt::OUTCOME_READ_BACK_EQUAL);
  receipt(pair(1), Receipt::OUTCOME_UNKNOWN);
  EXPECT_EQ(season.digest(), digest);
  EXPECT_TRUE(told.empty());
}

TEST_F(SubmissionCourse, WhatCmsRefusesOrShowsOtherwiseIsTold) {
  const SignedBatch batch = certify("b1", {pair(1), pair(2)});
  send(pair(1), batch);
  send(pair(2), batch);
  receipt(pair(1), Receipt::OUTCOME_READ_BACK_DIFFERS);
  receipt(pair(2), Receipt::OUTCOME_REFUSED);
  EXPECT_EQ(state(pair(1)), DocumentState::kDiffers);
  EXPECT_EQ(state(pair(2)), DocumentState::kRefused);
  EXPECT_EQ(codes(), (Codes{FindingCode::SUBMISSION_DIFFERS, FindingCode::SUBMISSION_NOT_TAKEN}));
  // The same bytes may be sent again after both.
  ask(Request::ACTION_REPLACE, pair(1), batch);
  ask(Request::ACTION_SEND, pair(2), batch);
  EXPECT_EQ(frozen(), 4u);
}

TEST_F(SubmissionCourse, AReceiptForWhatIsNotKnownIsAFinding) {
  send(pair(1), certify("b1", {pair(1)}));
  Receipt stranger;
  stranger.set_document_id("00ff");
  stranger.set_practice_id(1234);
  stranger.set_performance_year(2022);
  stranger.set_entity_id(std::string(pair(1).bytes()));
  stranger.set_category(v1::CATEGORY_QUALITY);
  stranger.set_outcome(Receipt::OUTCOME_SENT);
  stranger.set_attempt(1);
  season.receive(stranger, kMarch);
  stranger.set_document_id(id_of(pair(1)));
  stranger.set_payload_sha256(std::string(32, 'x'));
  season.receive(stranger, kMarch);
  EXPECT_EQ(codes().count(FindingCode::SUBMISSION_RECEIPT_UNKNOWN), 2u);
  EXPECT_EQ(state(pair(1)), DocumentState::kFrozen);
}

TEST_F(SubmissionCourse, WhatWasSentIsReplacedAndNotSentAgain) {
  const SignedBatch first = certify("b1", {pair(1)});
  ask(Request::ACTION_REPLACE, pair(1), first);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_ACTION_NOT_ALLOWED});  // nothing was sent
  send(pair(1), first);
  receipt(pair(1), Receipt::OUTCOME_READ_BACK_EQUAL);
  const std::string old_id = id_of(pair(1));
  told.clear();
  send(pair(1), first);
  ask(Request::ACTION_REPLACE, pair(1), first);  // there is nothing new
  EXPECT_EQ(codes().count(FindingCode::SUBMISSION_ACTION_NOT_ALLOWED), 2u);
  told.clear();
  cases("k2", kFinalDate, 1, false);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_DATA_CHANGED});
  EXPECT_EQ(state(pair(1)), DocumentState::kVerified);
  const SignedBatch second = certify("b2", {pair(1)}, kMarch, "b1");
  ask(Request::ACTION_REPLACE, pair(1), second);
  EXPECT_NE(id_of(pair(1)), old_id);
  EXPECT_EQ(state(pair(1)), DocumentState::kFrozen);
  EXPECT_EQ(submissions().documents(pair(1)).value().size(), 2u);
  EXPECT_EQ(cancelled(), 0u);
}

TEST_F(SubmissionCourse, BeforeSendingAChangeOfTheDataCancels) {
  send(pair(1), certify("b1", {pair(1)}));
  cases("k2", kFinalDate, 1, false);
  EXPECT_EQ(state(pair(1)), DocumentState::kCancelled);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_DATA_CHANGED});
  // And once it is as it was, the same signature is good for the same bytes.
  cases("k3", kFinalDate, 1, true);
  told.clear();
  Request again = request(Request::ACTION_SEND, pair(1));
  again.set_certification_id("b1");
  season.submit(again, kMarch);
  EXPECT_EQ(state(pair(1)), DocumentState::kFrozen);
  EXPECT_TRUE(told.empty());
}

TEST_F(SubmissionCourse, BeforeSendingAWithdrawalNeedsNobody) {
  send(pair(1), certify("b1", {pair(1)}));
  ask(Request::ACTION_WITHDRAW, pair(1));
  EXPECT_EQ(state(pair(1)), DocumentState::kCancelled);
  EXPECT_FALSE(last_cancel().withdraw);
  EXPECT_EQ(last_cancel().authority, static_cast<std::uint32_t>(v1::AUTHORITY_REGISTRY_OPERATOR));
  ask(Request::ACTION_WITHDRAW, pair(2));
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_ACTION_NOT_ALLOWED});
}

TEST_F(SubmissionCourse, AfterSendingAnOfficerDecidesWhileTheWindowIsOpen) {
  send(pair(1), certify("b1", {pair(1)}));
  receipt(pair(1), Receipt::OUTCOME_SENT);
  ask(Request::ACTION_WITHDRAW, pair(1));
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_WITHDRAWAL_UNDECIDED});
  record(v1::RECORD_KIND_OFFICER_DECISION, withdrawal(id_of(pair(1)), false), kMarch);
  ask(Request::ACTION_WITHDRAW, pair(1));
  EXPECT_EQ(codes().count(FindingCode::SUBMISSION_WITHDRAWAL_UNDECIDED), 2u);
  record(v1::RECORD_KIND_OFFICER_DECISION, withdrawal(id_of(pair(1)), true), kMarch);
  told.clear();
  ask(Request::ACTION_WITHDRAW, pair(1));
  EXPECT_EQ(state(pair(1)), DocumentState::kWithdrawing);
  EXPECT_TRUE(last_cancel().withdraw);
  receipt(pair(1), Receipt::OUTCOME_WITHDRAWN, 2);
  EXPECT_EQ(state(pair(1)), DocumentState::kWithdrawn);
  EXPECT_TRUE(told.empty());
}

TEST_F(SubmissionCourse, ADecisionOfBeforeSaysNothingOfALaterDocument) {
  v1::Row decided = withdrawal("", true);
  decided.mutable_officer_decision()->set_tin(1);
  decided.mutable_officer_decision()->set_npi(Season::npi(1).value());
  record(v1::RECORD_KIND_OFFICER_DECISION, decided, kFinalDate);
  send(pair(1), certify("b1", {pair(1)}));
  receipt(pair(1), Receipt::OUTCOME_SENT);
  ask(Request::ACTION_WITHDRAW, pair(1));
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_WITHDRAWAL_UNDECIDED});
}

TEST_F(SubmissionCourse, AProofUnderAnotherRootIsNotRemembered) {
  send(pair(1), certify("b1", {pair(1)}));
  const SignedBatch other = certify("b2", {pair(2)}, kMarch, "b1");
  told.clear();
  send(pair(1), other);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_PAYLOAD_NOT_CERTIFIED});
}

TEST_F(SubmissionCourse, AfterTheWindowNothingIsWithdrawn) {
  send(pair(1), certify("b1", {pair(1)}));
  receipt(pair(1), Receipt::OUTCOME_SENT);
  record(v1::RECORD_KIND_OFFICER_DECISION, withdrawal(id_of(pair(1)), true), kMarch);
  ask(Request::ACTION_WITHDRAW, pair(1), {}, kWindowClosed);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_WINDOW_CLOSED});
  EXPECT_EQ(state(pair(1)), DocumentState::kSent);
}

TEST_F(SubmissionCourse, ANoAfterSendingAsksForAnOfficerOnce) {
  send(pair(1), certify("b1", {pair(1)}));
  receipt(pair(1), Receipt::OUTCOME_READ_BACK_EQUAL);
  opt_out_now(1);
  EXPECT_EQ(state(pair(1)), DocumentState::kVerified);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_SENT_BUT_BLOCKED});
  EXPECT_EQ(cancelled(), 0u);
  season.consent("again", kMarch, 1, 1, false);
  EXPECT_EQ(codes().size(), 1u);
}

TEST_F(SubmissionCourse, WhatLeftAlthoughItWasCancelledIsTold) {
  send(pair(1), certify("b1", {pair(1)}));
  opt_out_now(1);
  told.clear();
  receipt(pair(1), Receipt::OUTCOME_SENT);
  EXPECT_EQ(state(pair(1)), DocumentState::kSent);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_SENT_AFTER_CANCEL});
}

TEST_F(SubmissionCourse, ARevokedConsentCancels) {
  send(pair(1), certify("b1", {pair(1)}));
  season.consent("no", kMarch, 1, 1, false);
  EXPECT_EQ(state(pair(1)), DocumentState::kCancelled);
  EXPECT_EQ(last_cancel().reason, static_cast<std::uint32_t>(BlockReason::kIndividualConsent));
}

TEST_F(SubmissionCourse, AConsentThatEndsCancelsWhenItsDayHasPassed) {
  v1::Row row;
  v1::IndividualConsent& fact = *row.mutable_individual_consent();
  fact.set_tin(1);
  fact.set_npi(Season::npi(1).value());
  fact.set_action(v1::CONSENT_ACTION_GRANT);
  fact.set_expires_on(LocalDate::from_civil(2023, 3, 7).value().days());
  record(v1::RECORD_KIND_INDIVIDUAL_CONSENT, row, kJune);
  const SignedBatch batch = certify("b1", {pair(1), pair(2)});
  send(pair(1), batch);
  send(pair(2), batch);
  season.wait_until(Season::at("2023-03-07T23:59:59-06:00"));
  EXPECT_EQ(state(pair(1)), DocumentState::kFrozen);
  season.wait_until(Season::at("2023-03-08T00:00:00-06:00"));
  EXPECT_EQ(state(pair(1)), DocumentState::kCancelled);
  EXPECT_EQ(state(pair(2)), DocumentState::kFrozen);
  EXPECT_EQ(cancelled(), 1u);
}

TEST_F(SubmissionCourse, WhatCmsHasIsReadBackOnRequest) {
  const SignedBatch batch = certify("b1", {pair(1)});
  send(pair(1), batch);
  ask(Request::ACTION_VERIFY, pair(1), batch);
  EXPECT_EQ(codes(), Codes{FindingCode::SUBMISSION_ACTION_NOT_ALLOWED});
  receipt(pair(1), Receipt::OUTCOME_READ_BACK_DIFFERS);
  ask(Request::ACTION_VERIFY, pair(1), batch);
  EXPECT_EQ(frozen(), 2u);
  EXPECT_EQ(state(pair(1)), DocumentState::kDiffers);
  receipt(pair(1), Receipt::OUTCOME_READ_BACK_EQUAL);
  EXPECT_EQ(state(pair(1)), DocumentState::kVerified);
}

// A season in which all of it happens.
class Script : public SubmissionCourse {
 public:
  void TestBody() override {}
  std::string play(bool restart_after_each) {
    if (restart_after_each) {
      season.after_record = [this] {
        take();
        season.restart();
      };
    }
    const SignedBatch batch = certify("b1", {group(), pair(1), pair(2)});
    send(group(), batch);
    send(pair(1), batch);
    send(pair(2), batch);
    opt_out_now(1);
    receipt(pair(2), Receipt::OUTCOME_SENT);
    receipt(pair(2), Receipt::OUTCOME_READ_BACK_EQUAL);
    cases("k2", kFinalDate, 2, false);
    season.consent("no", kMarch, 1, 2, false);
    const SignedBatch next = certify("b2", {group()}, kMarch, "b1");
    send(group(), next);
    ask(Request::ACTION_WITHDRAW, pair(2));
    season.wait_until(kWindowClosed);
    std::string said;
    for (const LedgerFinding& finding : told) {
      said += std::to_string(finding.cause.value()) + " " + print_code(finding.code) + "\n";
    }
    for (const DocumentChange& change : out) {
      std::visit(
          [&](const auto& each) {
            said += std::to_string(each.cause.value()) + " " + hex(view(each.document_id)) + "\n";
          },
          change);
      if (const auto* document = std::get_if<FrozenDocument>(&change)) {
        for (const PassedGate& gate : document->checks) said += gate.record_id + " ";
        said += std::to_string(document->data_cutoff.milliseconds()) + "\n";
      }
    }
    return said;
  }
  std::size_t decisions() const { return out.size(); }
  StateDigest end() {
    season.restart();
    EXPECT_TRUE(season.practice().verify().is_ok());
    return season.digest();
  }
};

TEST(SubmissionState, WhereBatchesEndChangesNothing) {
  Script whole;
  Script cut;
  EXPECT_EQ(whole.play(false), cut.play(true));
  EXPECT_GE(whole.decisions(), 6u);
  EXPECT_EQ(whole.end(), cut.end());
}

TEST(SubmissionState, DamagedFactsAreNotRead) {
  SubmissionDocumentFact fact;
  fact.program = "mips";
  const FactValue value = fact.encode();
  const std::string subject = fact.subject();
  ASSERT_TRUE(SubmissionDocumentFact::decode(subject, value).is_ok());
  for (std::size_t size = 0; size < value.canonical.size(); ++size) {
    const FactValue cut{value.canonical.substr(0, size), value.layout};
    EXPECT_FALSE(SubmissionDocumentFact::decode(subject, cut).is_ok()) << size;
  }
  SubmissionRequestFact request;
  request.refusals.push_back({BlockReason::kOptOut, 1, 41});
  const FactValue asked = request.encode();
  ASSERT_EQ(SubmissionRequestFact::decode(asked).value().refusals, request.refusals);
  for (std::size_t size = 0; size < asked.canonical.size(); ++size) {
    const FactValue cut{asked.canonical.substr(0, size), asked.layout};
    EXPECT_FALSE(SubmissionRequestFact::decode(cut).is_ok()) << size;
  }
}

}  // namespace
}  // namespace qcdr::ledger
