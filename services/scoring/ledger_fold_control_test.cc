// What control records do, and what is said of the state when a deadline passes.
#include <functional>

#include "qcdr/v1/audit.pb.h"
#include "qcdr/v1/readiness.pb.h"
#include "qcdr/v1/score_projection.pb.h"
#include "scoring/ledger_fold_rig.h"

namespace qcdr {
namespace {

// A deadline that passes is told to those for whom it closes something, and to nobody else.
TEST_F(LedgerFoldTest, APassedDeadlineIsToldToThoseWhomItConcerns) {
  ASSERT_TRUE(apply(chunk("u1")).is_ok());
  ASSERT_TRUE(apply(completed("u1")).is_ok());
  emit();
  const auto pass = [&](const char* name, const char* passes_at) {
    partition_time_ = Instant::parse(passes_at).value();
    v1::RegistryRecord record;
    record.mutable_control()->set_performance_year(kYear);
    record.mutable_control()->set_due_at(partition_time_.milliseconds());
    record.mutable_control()->mutable_deadline_passed()->set_deadline(name);
    EXPECT_TRUE(apply(record).is_ok());
  };
  // Nothing is elected, so the reporting option is what closes, for the pair and for the group.
  pass("reporting-option", "2023-02-01T00:00:00-06:00");
  std::size_t readiness = 0;
  std::size_t projections = 0;
  for (const auto& output : emit()) {
    ASSERT_TRUE(output.value.has_value());
    EXPECT_LE(output.value->size(), 1024u);
    if (output.topic == kScoreProjectionsTopic) {
      ++projections;
      v1::ScoreProjection message;
      ASSERT_TRUE(message.ParseFromString(*output.value));
      EXPECT_FALSE(message.will_be_sent());
      EXPECT_EQ(message.as_things_stand().value(), 0);
      EXPECT_EQ(message.as_things_stand().adjustment(), -90000);
    }
    if (output.topic != kReadinessTopic) continue;
    ++readiness;
    v1::Readiness message;
    ASSERT_TRUE(message.ParseFromString(*output.value));
    bool closed = false;
    for (const v1::Blocker& block : message.blocks()) {
      closed = closed || (block.reason() == v1::Blocker::REASON_REPORTING_OPTION && block.closed());
    }
    EXPECT_TRUE(closed);
  }
  EXPECT_EQ(projections, 2u);
  EXPECT_EQ(readiness, 2u);
  pass("validation-report", "2023-06-01T00:00:00-04:00");
  const auto outputs = emit();
  ASSERT_EQ(outputs.size(), 1u);  // the state's digest alone
  EXPECT_EQ(outputs.front().topic, kAuditTopic);
}

v1::RegistryRecord deadline(const std::string& name) {
  v1::RegistryRecord record;
  record.mutable_control()->set_event_id("deadline/2022/" + name);
  record.mutable_control()->set_performance_year(kYear);
  record.mutable_control()->mutable_deadline_passed()->set_deadline(name);
  return record;
}

v1::AuditedStateDigest state_in(const std::vector<stream::OutputRecord>& outputs) {
  v1::AuditRecord audit;
  EXPECT_EQ(outputs.back().topic, kAuditTopic);
  EXPECT_TRUE(audit.ParseFromString(*outputs.back().value));
  return audit.state_digest();
}

// In the middle of a batch, with rows that are not written: the digest is that of a fold that ends
// there, and what comes behind it is folded as if nothing had been.
TEST_F(LedgerFoldTest, ADeadlineTellsTheDigestOfWhatWasFoldedUntilThen) {
  ASSERT_TRUE(apply(chunk("u1")).is_ok());
  ASSERT_TRUE(apply(completed("u1")).is_ok());
  EXPECT_FALSE(fold_->ends_batch());
  freeze();
  const StateDigest until_then = fold_->digest();

  rows_ = {};
  restart(StateDigest());
  ASSERT_TRUE(apply(deadline("too-early")).is_ok());
  EXPECT_FALSE(fold_->ends_batch());  // nothing is there to speak of
  EXPECT_TRUE(emit().empty());
  ASSERT_TRUE(apply(chunk("u1")).is_ok());
  ASSERT_TRUE(apply(completed("u1")).is_ok());
  ASSERT_TRUE(apply(deadline("final-data")).is_ok());
  EXPECT_TRUE(fold_->ends_batch());
  EXPECT_GT(fold_->dirty_bytes(), 0u);
  const v1::AuditedStateDigest state = state_in(emit());
  EXPECT_FALSE(fold_->ends_batch());
  EXPECT_EQ(state.digest(), until_then.bytes());
  EXPECT_EQ(state.event_id(), "deadline/2022/final-data");
  EXPECT_EQ(state.offset(), offset_ - 1);
  ASSERT_TRUE(apply(chunk("u1")).is_ok());  // a repeat: what is known of it lies over the store
  ASSERT_TRUE(apply(chunk("u2")).is_ok());
  ASSERT_TRUE(apply(completed("u2")).is_ok());
  emit();
  freeze();
  EXPECT_EQ(fold_->dirty_bytes(), 0u);
  const StateDigest with_deadline = fold_->digest();

  rows_ = {};
  restart(StateDigest());
  for (const char* upload : {"u1", "u2"}) {
    ASSERT_TRUE(apply(chunk(upload)).is_ok());
    ASSERT_TRUE(apply(completed(upload)).is_ok());
  }
  emit();
  freeze();
  EXPECT_EQ(fold_->digest(), with_deadline);
}

TEST_F(LedgerFoldTest, TheChainOfAuditRecordsGoesOnAfterARestart) {
  ASSERT_TRUE(apply(chunk("u1")).is_ok());
  ASSERT_TRUE(apply(completed("u1")).is_ok());
  std::string previous(32, '\0');
  for (std::uint64_t number = 1; number <= 3; ++number) {
    ASSERT_TRUE(apply(deadline("number-" + std::to_string(number))).is_ok());
    const auto outputs = emit();
    v1::AuditRecord audit;
    ASSERT_TRUE(audit.ParseFromString(*outputs.back().value));
    EXPECT_EQ(audit.sequence(), number);
    EXPECT_EQ(audit.previous_sha256(), previous);
    EXPECT_EQ(outputs.back().key, audit.writer());
    previous = std::string(view(sha256(*outputs.back().value)));
    freeze();
    restart(fold_->digest());
  }
  ASSERT_TRUE(fold_->rules_changed(Offset(offset_), "others", Instant()).is_ok());
  ASSERT_TRUE(apply(deadline("by-our-rules-again")).is_ok());
  const auto outputs = emit();
  v1::AuditRecord audit;
  ASSERT_TRUE(audit.ParseFromString(*outputs.back().value));
  EXPECT_EQ(audit.sequence(), 1u);
  EXPECT_TRUE(audit.writer().ends_with("." + std::to_string(offset_ - 1))) << audit.writer();
}

// Its key was destroyed, and the record that says so comes behind this one.
TEST_F(LedgerFoldTest, WhatIsAboutAWholeYearPassesOverWhatWasDeleted) {
  v1::RegistryRecord hold;
  hold.mutable_control()->set_performance_year(kYear);
  hold.mutable_control()->mutable_hold_lifted()->set_kind(v1::RECORD_KIND_ANESTHESIA_CASE);
  const std::vector<std::function<Status()>> ways = {
      [&] { return apply(deadline("final-data")); }, [&] { return apply(hold); },
      [&] { return fold_->rules_changed(Offset(offset_), "others", Instant()); }};
  for (const auto& way : ways) {
    rows_ = {};
    keys_.destroyed = false;
    restart(StateDigest());
    ASSERT_TRUE(apply(chunk("u1")).is_ok());
    ASSERT_TRUE(apply(completed("u1")).is_ok());
    emit();
    freeze();
    restart(fold_->digest());
    keys_.destroyed = true;
    const Status done = way();
    ASSERT_TRUE(done.is_ok()) << done.to_string();
    EXPECT_FALSE(fold_->reproducible());
    std::size_t taken_back = 0;
    for (const auto& output : emit()) taken_back += output.value ? 0u : 1u;
    EXPECT_EQ(taken_back, 4u);  // score and readiness of the pair and its group
    freeze();
    EXPECT_EQ(fold_->digest(), StateDigest());
  }
}

}  // namespace
}  // namespace qcdr
