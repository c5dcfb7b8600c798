#include "submission/attempt_ledger.h"

#include <gtest/gtest.h>

#include "core/finding_codes.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr::submission {
namespace {

using v1::SubmissionReceipt;

class AttemptLedgerTest : public ::testing::Test {
 protected:
  AttemptLedgerTest() { open(); }
  void open() {
    ledger_.reset();
    auto opened = AttemptLedger::open(rows_);
    ASSERT_TRUE(opened.is_ok()) << opened.status().to_string();
    ledger_ = std::make_unique<AttemptLedger>(std::move(opened).value());
  }
  void say(const v1::SubmissionDocumentRecord& record) {
    log_.push_back(record);
    ASSERT_TRUE(ledger_->apply(record, Offset(next_++)).is_ok());
  }
  void document(const std::string& id, std::int64_t version, const std::string& program = "",
                std::uint32_t generation = 1) {
    v1::SubmissionDocumentRecord record;
    v1::SubmissionDocument& document = *record.mutable_document();
    document.set_document_id(id);
    document.mutable_version()->set_offset(version);
    document.mutable_version()->set_generation(generation);
    document.set_practice_id(1234);
    document.set_performance_year(2022);
    document.set_entity_id("entity-of-12");
    document.set_category(v1::CATEGORY_QUALITY);
    document.set_payload_sha256(std::string(32, 'h'));
    document.set_program_name(program);
    say(record);
  }
  void attempt(const std::string& id, std::uint32_t number) {
    v1::SubmissionDocumentRecord record;
    record.mutable_attempt()->set_document_id(id);
    record.mutable_attempt()->set_attempt(number);
    record.mutable_attempt()->set_attempted_at(7'000 + number);
    record.mutable_attempt()->set_method(v1::SubmissionAttempt::METHOD_PUT);
    say(record);
  }
  void receipt(const std::string& id, std::uint32_t number, SubmissionReceipt::Outcome outcome,
               std::uint32_t code = 140'070) {
    v1::SubmissionDocumentRecord record;
    record.mutable_receipt()->set_document_id(id);
    record.mutable_receipt()->set_attempt(number);
    record.mutable_receipt()->set_outcome(outcome);
    record.mutable_receipt()->set_cms_measurement_set_id("set");
    record.mutable_receipt()->add_codes(code);
    say(record);
  }
  void cancel(const std::string& id, std::int64_t version, bool withdraw = false) {
    v1::SubmissionDocumentRecord record;
    record.mutable_cancel()->set_document_id(id);
    record.mutable_cancel()->mutable_version()->set_offset(version);
    record.mutable_cancel()->mutable_version()->set_generation(1);
    record.mutable_cancel()->set_withdraw(withdraw);
    say(record);
  }
  LedgerRow row(const std::string& id) { return ledger_->find(id).value().value(); }
  std::int64_t open_since(const std::string& id) {
    return ledger_->slot(row(id).slot).value().value().open_since_milliseconds;
  }

  MemoryLedgerRows rows_;
  std::unique_ptr<AttemptLedger> ledger_;
  std::vector<v1::SubmissionDocumentRecord> log_;
  std::int64_t next_ = 5;
};

TEST_F(AttemptLedgerTest, FollowsADocumentToItsEnd) {
  document("a", 1);
  EXPECT_EQ(row("a").state, AttemptState::kWaiting);
  EXPECT_EQ(row("a").slot, hex("entity-of-12") + "/2022/1/mips/registry");
  EXPECT_TRUE(ledger_->unfinished().contains("a"));
  attempt("a", 1);
  EXPECT_EQ(row("a").state, AttemptState::kOpen);
  EXPECT_EQ(open_since("a"), 7'001);
  receipt("a", 1, SubmissionReceipt::OUTCOME_UNKNOWN);
  EXPECT_EQ(open_since("a"), 7'001);  // it is not known still
  attempt("a", 2);
  receipt("a", 2, SubmissionReceipt::OUTCOME_SENT);
  EXPECT_EQ(row("a").state, AttemptState::kSent);
  EXPECT_EQ(open_since("a"), 0);
  receipt("a", 2, SubmissionReceipt::OUTCOME_READ_BACK_EQUAL);
  EXPECT_EQ(row("a").state, AttemptState::kVerified);
  EXPECT_EQ(row("a").set_id, "set");
  EXPECT_EQ(row("a").codes, std::vector<std::uint32_t>{140'070});
  EXPECT_TRUE(ledger_->unfinished().empty());
  EXPECT_EQ(ledger_->states().at(AttemptState::kVerified), 1U);
}

TEST_F(AttemptLedgerTest, ARecordIsFoldedOnceAndSurvivesARestart) {
  document("a", 1);
  attempt("a", 1);
  const LedgerRow before = row("a");
  open();
  EXPECT_EQ(ledger_->next_offset(), Offset(7));
  EXPECT_EQ(row("a"), before);
  EXPECT_TRUE(ledger_->unfinished().contains("a"));
  // From the beginning again.
  for (std::size_t i = 0; i < log_.size(); ++i) {
    ASSERT_TRUE(ledger_->apply(log_[i], Offset(5 + static_cast<std::int64_t>(i))).is_ok());
  }
  EXPECT_EQ(row("a"), before);
  ASSERT_TRUE(ledger_->pass(Offset(9)).is_ok());
  open();
  EXPECT_EQ(ledger_->next_offset(), Offset(10));
}

TEST_F(AttemptLedgerTest, ANewerDocumentTakesTheSlotAndHearsOfTheOpenAttempt) {
  document("a", 1);
  attempt("a", 1);
  document("b", 2);
  EXPECT_EQ(row("a").state, AttemptState::kSuperseded);
  EXPECT_EQ(ledger_->unfinished(), std::set<std::string>{"b"});
  EXPECT_EQ(open_since("b"), 7'001);
  attempt("a", 2);  // an instance that had not heard of it
  EXPECT_EQ(row("a").state, AttemptState::kSuperseded);
  EXPECT_EQ(open_since("b"), 7'002);
  document("c", 1);  // older than what is there
  EXPECT_EQ(row("c").state, AttemptState::kSuperseded);
  EXPECT_EQ(row("b").state, AttemptState::kWaiting);
  document("d", 3, "G0059");  // of another program: another set
  EXPECT_EQ(row("b").state, AttemptState::kWaiting);
  document("a", 4);  // the data are what they were before
  EXPECT_EQ(row("a").state, AttemptState::kWaiting);
  EXPECT_EQ(row("b").state, AttemptState::kSuperseded);
}

TEST_F(AttemptLedgerTest, ACancelHoldsUntilTheDocumentIsFrozenAgain) {
  document("a", 1);
  cancel("a", 2);
  EXPECT_TRUE(row("a").cancelled);
  EXPECT_TRUE(ledger_->unfinished().contains("a"));  // somebody must say that it was not sent
  receipt("a", 1, SubmissionReceipt::OUTCOME_CANCELLED);
  EXPECT_TRUE(ledger_->unfinished().empty());
  document("a", 3);
  EXPECT_FALSE(row("a").cancelled);
  EXPECT_EQ(row("a").state, AttemptState::kWaiting);
  cancel("a", 2);  // it speaks of the document as it was before
  EXPECT_FALSE(row("a").cancelled);
  cancel("unknown", 9);
  EXPECT_FALSE(ledger_->find("unknown").value().has_value());
}

// A new generation begins with the oldest input: an old document must not go over a newer one.
TEST_F(AttemptLedgerTest, AnotherGenerationSaysNothingNew) {
  document("a", 1);
  receipt("a", 1, SubmissionReceipt::OUTCOME_READ_BACK_EQUAL);
  document("b", 5);
  receipt("b", 1, SubmissionReceipt::OUTCOME_READ_BACK_EQUAL);
  document("a", 1, "", 2);
  EXPECT_EQ(row("a").state, AttemptState::kSuperseded);
  EXPECT_TRUE(ledger_->unfinished().empty());
  document("b", 5, "", 2);
  EXPECT_EQ(row("b").state, AttemptState::kVerified);
  EXPECT_TRUE(ledger_->unfinished().empty());
  cancel("b", 6);
  document("b", 5, "", 3);
  EXPECT_TRUE(row("b").cancelled);
  document("c", 5, "", 4);  // another one by the new rules
  EXPECT_EQ(ledger_->unfinished(), std::set<std::string>{"c"});
  EXPECT_EQ(row("b").state, AttemptState::kSuperseded);
}

TEST_F(AttemptLedgerTest, AWithdrawalIsUnfinishedUntilItIsDoneOrRefused) {
  document("a", 1);
  receipt("a", 1, SubmissionReceipt::OUTCOME_READ_BACK_EQUAL);
  cancel("a", 2);
  EXPECT_TRUE(ledger_->unfinished().empty());  // what is at CMS stays there
  cancel("a", 3, true);
  EXPECT_TRUE(ledger_->unfinished().contains("a"));
  receipt("a", 1, SubmissionReceipt::OUTCOME_READ_BACK_EQUAL);  // of the delivery under way
  EXPECT_TRUE(ledger_->unfinished().contains("a"));
  receipt("a", 1, SubmissionReceipt::OUTCOME_REFUSED,
          code_number(FindingCode::CMS_WITHDRAWAL_REFUSED));
  EXPECT_TRUE(ledger_->unfinished().empty());
  cancel("a", 4, true);
  receipt("a", 2, SubmissionReceipt::OUTCOME_WITHDRAWN);
  EXPECT_TRUE(ledger_->unfinished().empty());
  EXPECT_EQ(row("a").state, AttemptState::kWithdrawn);
}

TEST_F(AttemptLedgerTest, AReceiptOfAnEarlierAttemptSaysNothingOfTheLast) {
  document("a", 1);
  attempt("a", 1);
  attempt("a", 2);
  receipt("a", 1, SubmissionReceipt::OUTCOME_SENT);
  EXPECT_EQ(row("a").state, AttemptState::kOpen);
}

TEST_F(AttemptLedgerTest, WhatIsNotKnownIsNotGuessedAt) {
  v1::SubmissionDocumentRecord record;
  EXPECT_EQ(ledger_->apply(record, Offset(next_)).code(), ErrorCode::kFailedPrecondition);
  document("a", 1);
  record.mutable_receipt()->set_document_id("a");
  record.mutable_receipt()->set_attempt(1);
  record.mutable_receipt()->set_outcome(static_cast<SubmissionReceipt::Outcome>(99));
  EXPECT_EQ(ledger_->apply(record, Offset(next_)).code(), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(ledger_->next_offset(), Offset(next_));
}

TEST(LedgerRowTest, BytesAreThese) {
  SlotRow slot{"ab", {2, 1, 3}, 4};
  EXPECT_EQ(hex(encode_slot(slot)), "01026162020000000000000001000000030000000400000000000000");
  EXPECT_EQ(decode_slot(encode_slot(slot)).value(), slot);
  EXPECT_EQ(hex(encode_place(Offset(258))), "010201000000000000");
}

TEST(LedgerRowTest, DamageIsNotPassedOver) {
  LedgerRow row;
  row.document_id = "d";
  row.slot = "s";
  row.entity_id = "e";
  row.codes = {1, 140'082};
  row.cancelled = true;
  const std::string bytes = encode_row(row);
  EXPECT_EQ(decode_row("d", bytes).value(), row);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(decode_row("d", bytes.substr(0, size)).status().code(), ErrorCode::kCorruption)
        << size;
  }
  EXPECT_FALSE(decode_row("d", bytes + "x").is_ok());
  for (const std::pair<std::size_t, char>& wrong :
       {std::pair<std::size_t, char>{0, 2}, {1, 0}, {1, 11}, {2, 4}}) {
    std::string damaged = bytes;
    damaged[wrong.first] = wrong.second;
    EXPECT_FALSE(decode_row("d", damaged).is_ok()) << wrong.first;
  }
}

}  // namespace
}  // namespace qcdr::submission
