#include "ledger/parked_practices.h"

#include <gtest/gtest.h>

#include "ledger/testing_season.h"

namespace qcdr::ledger {
namespace {

using Turn = ParkedPractices::Turn;

constexpr PracticeId kPractice(1234);
constexpr PracticeId kOther(1235);
constexpr Offset kAt(17);

ParkedPlace place(std::uint64_t number, Offset since = kAt) {
  return {kPractice, since, number};
}

class ParkedPracticesTest : public testing::Test {
 protected:
  ParkedPracticesTest() { restart(); }
  // What was in memory is thrown away.
  void restart() {
    if (parked_) freeze();
    parked_ = std::make_unique<ParkedPractices>(rows_, &digest_);
    ASSERT_TRUE(parked_->load().is_ok());
  }
  void freeze() {
    RowBatch batch;
    parked_->freeze(&batch);
    rows_.write(batch);
  }
  Turn turn(std::optional<ParkedPlace> of = std::nullopt) { return parked_->turn(kPractice, of); }

  MemoryRows rows_;
  StateDigest digest_;
  std::unique_ptr<ParkedPractices> parked_;
};

TEST_F(ParkedPracticesTest, WhoIsNotParkedIsFolded) {
  EXPECT_EQ(turn(), Turn::kFold);
  EXPECT_EQ(parked_->count(), 0u);
  freeze();
  EXPECT_EQ(rows_.size(), 0u);
  EXPECT_EQ(digest_, StateDigest());
}

TEST_F(ParkedPracticesTest, RecordsAreNumberedInTheirOrderAcrossRestarts) {
  EXPECT_EQ(parked_->park(kPractice, Poison::kSealed, kAt), place(0));
  EXPECT_EQ(turn(), Turn::kLayAside);
  EXPECT_EQ(parked_->turn(kOther, std::nullopt), Turn::kFold);
  EXPECT_EQ(parked_->lay_aside(kPractice, std::nullopt), place(1));
  restart();
  EXPECT_EQ(parked_->practices(), std::vector<PracticeId>{kPractice});
  EXPECT_EQ(parked_->lay_aside(kPractice, std::nullopt), place(2));
  // What is laid back before the release waits on, under its number.
  EXPECT_EQ(turn(place(1)), Turn::kLayAside);
  EXPECT_EQ(parked_->lay_aside(kPractice, place(1)), place(1));
  // And says which it is: of several letters of one record the last one counts.
  EXPECT_EQ(parked_->poison_at(place(0)), Poison::kSealed);
  EXPECT_EQ(parked_->poison_at(place(1)), std::nullopt);
  EXPECT_EQ(parked_->poison_at(place(0, Offset(3))), std::nullopt);
}

TEST_F(ParkedPracticesTest, ReleasedWithoutThePoisonTheRestIsFoldedInItsOrder) {
  parked_->park(kPractice, Poison::kSealed, kAt);
  parked_->lay_aside(kPractice, std::nullopt);
  parked_->lay_aside(kPractice, std::nullopt);
  parked_->release(place(0), true);
  restart();
  EXPECT_EQ(turn(place(2)), Turn::kLayAside);  // not its turn
  EXPECT_EQ(turn(place(0)), Turn::kPassOver);
  EXPECT_EQ(turn(place(1)), Turn::kFold);
  parked_->folded(kPractice);
  EXPECT_EQ(turn(place(1)), Turn::kPassOver);
  // What is new goes behind what waits.
  EXPECT_EQ(turn(), Turn::kLayAside);
  EXPECT_EQ(parked_->lay_aside(kPractice, std::nullopt), place(3));
  EXPECT_EQ(turn(place(2)), Turn::kFold);
  parked_->folded(kPractice);
  EXPECT_EQ(turn(place(3)), Turn::kFold);
  parked_->folded(kPractice);
  EXPECT_EQ(turn(), Turn::kFold);
  EXPECT_EQ(turn(place(3)), Turn::kPassOver);
  freeze();
  EXPECT_EQ(rows_.size(), 0u);
  EXPECT_EQ(digest_, StateDigest());
}

TEST_F(ParkedPracticesTest, ThePoisonAloneLeftOutEndsIt) {
  parked_->park(kPractice, Poison::kClaim, kAt);
  parked_->release(place(0), true);
  EXPECT_EQ(turn(), Turn::kFold);
  EXPECT_EQ(digest_, StateDigest());
}

TEST_F(ParkedPracticesTest, AMendedRecordThatCannotBeFoldedEitherParksUnderItsNumber) {
  parked_->park(kPractice, Poison::kSealed, kAt);
  parked_->lay_aside(kPractice, std::nullopt);
  parked_->release(place(0), false);
  EXPECT_EQ(turn(place(0)), Turn::kFold);
  EXPECT_EQ(parked_->park(kPractice, Poison::kMalformed, Offset(99)), place(0));
  EXPECT_EQ(turn(place(0)), Turn::kLayAside);
  EXPECT_EQ(turn(place(1)), Turn::kLayAside);
  parked_->release(place(0), false);
  EXPECT_EQ(turn(place(0)), Turn::kFold);
}

// Who was to bring the mended record never did.
TEST_F(ParkedPracticesTest, WhatWasToComeMendedCanStillBeLeftOut) {
  parked_->park(kPractice, Poison::kSealed, kAt);
  parked_->lay_aside(kPractice, std::nullopt);
  parked_->release(place(0), false);
  restart();
  parked_->release(place(0), true);
  EXPECT_EQ(turn(place(0)), Turn::kPassOver);
  EXPECT_EQ(turn(place(1)), Turn::kFold);
  parked_->folded(kPractice);
  EXPECT_EQ(parked_->count(), 0u);
  EXPECT_EQ(digest_, StateDigest());
  // Once it has come and was folded, it stays.
  parked_->park(kPractice, Poison::kSealed, kAt);
  parked_->lay_aside(kPractice, std::nullopt);
  parked_->release(place(0), false);
  parked_->folded(kPractice);
  restart();
  parked_->release(place(0), true);
  parked_->release(place(1), true);
  EXPECT_EQ(turn(place(1)), Turn::kFold);
}

TEST_F(ParkedPracticesTest, AReleaseOfSomethingElseChangesNothing) {
  parked_->release(place(0), true);
  EXPECT_EQ(parked_->count(), 0u);
  parked_->park(kPractice, Poison::kSealed, kAt);
  parked_->lay_aside(kPractice, std::nullopt);
  const StateDigest before = digest_;
  parked_->release(place(0, Offset(16)), true);
  parked_->release(place(1), true);
  parked_->release({kOther, kAt, 0}, true);
  EXPECT_EQ(digest_, before);
  EXPECT_EQ(turn(place(1)), Turn::kLayAside);
  parked_->release(place(0), true);
  parked_->release(place(1), true);  // it is released: nothing is left out
  EXPECT_EQ(turn(place(1)), Turn::kFold);
  // Of a time before: it stands on the log where it was.
  EXPECT_EQ(turn(place(1, Offset(3))), Turn::kPassOver);
  EXPECT_EQ(turn(place(2)), Turn::kPassOver);
}

TEST_F(ParkedPracticesTest, TheDigestIsOfWhatStandsAndNotOfNumbersAndOffsets) {
  parked_->park(kPractice, Poison::kSealed, kAt);
  const StateDigest one = digest_;
  EXPECT_FALSE(one == StateDigest());
  parked_->lay_aside(kPractice, std::nullopt);
  EXPECT_EQ(digest_, one);
  StateDigest again;
  restart();
  parked_->add_items(&again);
  EXPECT_EQ(again, one);
  MemoryRows other_rows;
  StateDigest other;
  ParkedPractices elsewhere(other_rows, &other);
  ASSERT_TRUE(elsewhere.load().is_ok());
  elsewhere.park(kPractice, Poison::kSealed, Offset(4711));
  EXPECT_EQ(other, one);
  elsewhere.release({kPractice, Offset(4711), 0}, false);
  EXPECT_FALSE(other == one);
}

TEST_F(ParkedPracticesTest, ADamagedRowIsAnError) {
  parked_->park(kPractice, Poison::kSealed, kAt);
  RowBatch batch;
  parked_->freeze(&batch);
  const RowBatch::Row& row = batch.rows().front();
  for (std::size_t size = 0; size < row.value->size(); ++size) {
    MemoryRows rows;
    RowBatch shorter;
    shorter.put(row.family, row.key, row.value->substr(0, size));
    rows.write(shorter);
    StateDigest digest;
    EXPECT_EQ(ParkedPractices(rows, &digest).load().code(), ErrorCode::kCorruption) << size;
  }
}

}  // namespace
}  // namespace qcdr::ledger
