#include "ledger/entity_ledger.h"

#include <gtest/gtest.h>

#include "ledger/testing_season.h"
#include "qcdr/v1/contribution.pb.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr::ledger {
namespace {

EntityId entity(int number) {
  std::string bytes(EntityId::kBytes, '\0');
  bytes[0] = static_cast<char>(number);
  return EntityId::from_bytes(bytes.data());
}

// A contribution with `met` cases that met measure 424 on time, and `not_met` that did not.
EntityContribution group(std::uint32_t met, std::uint32_t not_met,
                         const std::vector<int>& clinicians = {}) {
  EntityContribution made;
  made.level = EntityLevel::kGroup;
  made.year = PerformanceYear(2022);
  made.counts.cases[0] = met + not_met;
  if (met + not_met > 0) {
    made.counts.tallies.push_back(
        {"424", "", CountClass::kOnTime, {met + not_met, met, not_met, 0}});
  }
  for (int number : clinicians) made.clinicians.push_back({entity(number), 1});
  made.elected = true;
  made.reporting_level = 2;
  return made;
}

class EntityLedgerTest : public testing::Test {
 protected:
  Status contribute(std::uint32_t practice, const std::optional<EntityContribution>& made,
                    std::int64_t version = -1) {
    v1::EntityContribution message;
    message.mutable_version()->set_generation(1);
    message.mutable_version()->set_offset(version < 0 ? offset_ : version);
    message.set_entity_id(std::string(entity(99).bytes()));
    message.set_practice_id(practice);
    message.set_performance_year(2022);
    message.set_withdrawn(!made.has_value());
    if (made) made->write(&message);
    message.set_received_at(1000 + offset_);
    return ledger_->apply(message, Offset(offset_++));
  }
  std::map<PracticeId, StageTwoClaim> claims() {
    std::map<PracticeId, StageTwoClaim> told;
    const auto taken = ledger_->take_claims();
    EXPECT_TRUE(taken.is_ok());
    for (const auto& each : taken.value()) {
      EXPECT_EQ(each.entity, entity(99));
      EXPECT_TRUE(told.emplace(each.practice, each.claim).second);
    }
    return told;
  }
  void freeze() {
    RowBatch batch;
    ledger_->freeze(&batch);
    rows_.write(batch);
  }

  MemoryRows rows_;
  std::unique_ptr<EntityLedger> ledger_ = std::make_unique<EntityLedger>(rows_, StateDigest());
  std::int64_t offset_ = 0;
};

TEST_F(EntityLedgerTest, OnePracticeAloneIsToldNothing) {
  ASSERT_TRUE(contribute(1234, group(3, 1)).is_ok());
  EXPECT_TRUE(claims().empty());
  ASSERT_TRUE(contribute(1234, group(4, 1)).is_ok());
  EXPECT_TRUE(claims().empty());
  ASSERT_TRUE(contribute(1234, std::nullopt).is_ok());
  EXPECT_TRUE(claims().empty());
}

TEST_F(EntityLedgerTest, EachIsToldOfTheOthersAndOfNoClinician) {
  ASSERT_TRUE(contribute(1234, group(3, 1, {1, 2})).is_ok());
  EntityContribution unsigned_one = group(10, 5, {2, 3, 4});
  unsigned_one.blocks.push_back({7, false});
  ASSERT_TRUE(contribute(1235, unsigned_one).is_ok());
  const auto told = claims();
  ASSERT_EQ(told.size(), 2u);
  const StageTwoClaim& first = told.at(PracticeId(1234));
  ASSERT_EQ(first.others.size(), 1u);
  EXPECT_EQ(first.others[0].practice, PracticeId(1235));
  EXPECT_EQ(first.others[0].blocks, unsigned_one.blocks);
  EXPECT_EQ(first.counts, unsigned_one.counts);
  EXPECT_EQ(first.clinicians, 2u);
  EXPECT_EQ(first.shared_pairs, std::vector<EntityId>{entity(2)});
  EXPECT_TRUE(first.shown_by(PracticeId(1234)));
  EXPECT_FALSE(told.at(PracticeId(1235)).shown_by(PracticeId(1235)));
  EXPECT_TRUE(told.at(PracticeId(1235)).others[0].blocks.empty());

  v1::StageTwoClaim message;
  message.set_practice_id(1234);
  first.write(&message);
  const std::string bytes = message.SerializeAsString();
  EXPECT_EQ(bytes.find(std::string(entity(3).bytes())), std::string::npos);
  EXPECT_EQ(bytes.find(std::string(entity(4).bytes())), std::string::npos);
  EXPECT_EQ(message.claimed_by_size(), 2);
  const auto read = StageTwoClaim::read(message);
  ASSERT_TRUE(read.is_ok());
  EXPECT_EQ(read.value(), first);
  EXPECT_EQ(StageTwoClaim::decode(first.encode()).value(), first);
}

// Reason 5, an officer's consent that does not cover activities, and reason 6 for the whole set,
// held.
TEST_F(EntityLedgerTest, AClaimSaysWhoseDataOthersKeepHere) {
  EntityContribution made = group(3, 1);
  made.blocks = {{5, false, kActivitiesBit | kInteroperabilityBit}, {6, true}};
  EXPECT_EQ(EntityContribution::decode(made.encode()).value(), made);
  ASSERT_TRUE(contribute(1234, made).is_ok());
  ASSERT_TRUE(contribute(1235, group(1, 1)).is_ok());
  const StageTwoClaim told = claims().at(PracticeId(1235));
  ASSERT_EQ(told.others.size(), 1U);
  EXPECT_EQ(told.others[0].blocks, made.blocks);
  EXPECT_EQ(StageTwoClaim::decode(told.encode()).value(), told);
  v1::StageTwoClaim message;
  message.set_practice_id(1235);
  told.write(&message);
  EXPECT_FALSE(message.others(0).ready());
  EXPECT_EQ(StageTwoClaim::read(message).value(), told);
}

TEST_F(EntityLedgerTest, SumsAreOfAllOthers) {
  ASSERT_TRUE(contribute(1, group(3, 1)).is_ok());
  ASSERT_TRUE(contribute(2, group(10, 5)).is_ok());
  ASSERT_TRUE(contribute(3, group(100, 50)).is_ok());
  const auto told = claims();
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told.at(PracticeId(1)).counts, group(110, 55).counts);
  EXPECT_EQ(told.at(PracticeId(3)).counts, group(13, 6).counts);
}

TEST_F(EntityLedgerTest, HighestVersionWinsAndRepeatsAreHarmless) {
  ASSERT_TRUE(contribute(1, group(3, 1), 10).is_ok());
  ASSERT_TRUE(contribute(2, group(5, 5), 20).is_ok());
  EXPECT_EQ(claims().size(), 2u);
  ASSERT_TRUE(contribute(2, group(7, 7), 19).is_ok());
  ASSERT_TRUE(contribute(2, group(5, 5), 20).is_ok());
  EXPECT_TRUE(claims().empty());
  ASSERT_TRUE(contribute(2, group(5, 5), 21).is_ok());
  EXPECT_TRUE(claims().empty());  // newer, and the same
  ASSERT_TRUE(contribute(2, group(6, 5), 22).is_ok());
  EXPECT_EQ(claims().size(), 1u);  // only the other one must know
}

TEST_F(EntityLedgerTest, WhenOneLeavesBothAreToldOnce) {
  ASSERT_TRUE(contribute(1, group(3, 1)).is_ok());
  ASSERT_TRUE(contribute(2, group(5, 5)).is_ok());
  EXPECT_EQ(claims().size(), 2u);
  ASSERT_TRUE(contribute(2, std::nullopt).is_ok());
  const auto told = claims();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_FALSE(told.at(PracticeId(1)).shared());
  EXPECT_FALSE(told.at(PracticeId(2)).shared());
  ASSERT_TRUE(contribute(1, group(4, 1)).is_ok());
  EXPECT_TRUE(claims().empty());
}

TEST_F(EntityLedgerTest, StateReadsBackAndItsDigestIsOfContent) {
  ASSERT_TRUE(contribute(1, group(3, 1, {1})).is_ok());
  ASSERT_TRUE(contribute(2, group(5, 5, {2})).is_ok());
  EXPECT_EQ(claims().size(), 2u);
  freeze();
  EntityLedger again(rows_, ledger_->digest());
  const auto verified = again.verify();
  ASSERT_TRUE(verified.is_ok());
  EXPECT_EQ(verified.value(), ledger_->digest());
  const auto present = again.contributions(entity(99));
  ASSERT_TRUE(present.is_ok());
  EXPECT_EQ(present.value().at(PracticeId(2)), group(5, 5, {2}));
  EXPECT_TRUE(again.take_claims().value().empty());

  // Another order, other versions, and a detour: the same content.
  const StateDigest expected = ledger_->digest();
  rows_ = MemoryRows();
  ledger_ = std::make_unique<EntityLedger>(rows_, StateDigest());
  ASSERT_TRUE(contribute(2, group(9, 9)).is_ok());
  ASSERT_TRUE(contribute(3, group(1, 0)).is_ok());
  EXPECT_EQ(claims().size(), 2u);
  ASSERT_TRUE(contribute(3, std::nullopt).is_ok());
  ASSERT_TRUE(contribute(1, group(3, 1, {1})).is_ok());
  ASSERT_TRUE(contribute(2, group(5, 5, {2})).is_ok());
  EXPECT_EQ(claims().size(), 3u);
  EXPECT_EQ(ledger_->digest(), expected);
}

TEST_F(EntityLedgerTest, MalformedContributionsAreRefused) {
  v1::EntityContribution message;
  message.set_entity_id("short");
  EXPECT_FALSE(ledger_->apply(message, Offset(0)).is_ok());
  group(3, 1, {1}).write(&message);
  message.set_entity_id(std::string(entity(1).bytes()));
  message.clear_clinician_types();
  EXPECT_FALSE(ledger_->apply(message, Offset(0)).is_ok());
  message.clear_clinicians();
  message.mutable_counts(0)->set_performance_met(9);  // more outcomes than cases
  EXPECT_FALSE(ledger_->apply(message, Offset(0)).is_ok());
  EXPECT_FALSE(EntityContribution::decode("").is_ok());
  EXPECT_FALSE(StageTwoClaim::decode("\x01").is_ok());
  const std::string bytes = group(3, 1, {1, 2}).encode();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(EntityContribution::decode(bytes.substr(0, size)).is_ok());
  }
  EXPECT_EQ(EntityContribution::decode(bytes).value(), group(3, 1, {1, 2}));
}

}  // namespace
}  // namespace qcdr::ledger
