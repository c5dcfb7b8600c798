// What the loop does after crashes, aborts, fences and unknown outcomes, and what it refuses.
#include <gtest/gtest.h>

#include "stream/loop/loop_rig.h"
#include "stream/loop/partition_state.h"

namespace qcdr::stream {
namespace {

TEST(LoopRecoveryTest, ACrashAfterTheCommitIsReplayedWithoutOutputs) {
  Rig rig;
  append_some(rig, 10);
  std::size_t outputs = 0;
  {
    LoopProcess process(rig);
    process.catch_up();
    outputs = rig.read("outputs").size();
    EXPECT_GT(outputs, 0U);
  }
  LoopProcess process(rig);
  process.catch_up();
  EXPECT_EQ(process.observer.replayed, 10U);
  EXPECT_GT(process.observer.compared, 0U);
  EXPECT_EQ(rig.read("outputs").size(), outputs);
  append_some(rig, 0);
  ASSERT_TRUE(process.loop.drain_and_stop().is_ok());
  expect_undisturbed(rig, 10);
}

TEST(LoopRecoveryTest, OnlyWhatIsNotInTheStoreIsReplayed) {
  Rig rig;
  append_some(rig, 6);
  {
    LoopProcess process(rig);
    process.catch_up();
    rig.clock.advance(1000);
    process.step();
    process.stores.write_one();
    rig.append("key0", "6");
    rig.append("key1", "7");
    process.catch_up();
  }
  LoopProcess process(rig);
  process.catch_up();
  EXPECT_EQ(process.observer.replayed, 2U);
  expect_undisturbed(rig, 8);
}

TEST(LoopRecoveryTest, OtherLogicUnderTheSameGenerationIsRefused) {
  Rig rig;
  append_some(rig, 4);
  { LoopProcess(rig).catch_up(); }
  LoopProcess process(rig, 2);
  for (int i = 0; i < 3; ++i) process.step();
  ASSERT_EQ(process.observer.stops.size(), 1U);
  EXPECT_EQ(process.observer.stops[0].code(), ErrorCode::kCorruption);
  EXPECT_EQ(process.observer.mismatches, 1);
}

TEST(LoopRecoveryTest, AnotherGenerationUsesTheBoundsAndIsNotCompared) {
  Rig rig;
  append_some(rig, 4);
  { LoopProcess(rig).catch_up(); }
  rig.options.generation = Generation(2);
  LoopProcess process(rig, 2);
  process.catch_up();
  EXPECT_TRUE(process.observer.stops.empty());
  EXPECT_EQ(process.observer.mismatches, 0);
  EXPECT_EQ(process.observer.replayed, 4U);
  EXPECT_EQ(process.observer.compared, 0U);
  rig.append("key1", "4");
  process.catch_up();
  EXPECT_EQ(rig.read("outputs").back().header("version"), "2.4.0");
  EXPECT_EQ(rig.read("outputs").back().header("ce_id"), "2/input/0/4/0");
}

TEST(LoopRecoveryTest, StateAheadOfTheLogIsAnIncidentAndNeverGuessed) {
  Rig rig;
  append_some(rig, 4);
  {
    LoopProcess process(rig);
    process.catch_up();
    ASSERT_TRUE(process.loop.drain_and_stop().is_ok());
  }
  rig.broker.lose_offset("scoring", Partition(0), Offset(0));
  {
    LoopProcess process(rig);
    for (int i = 0; i < 3; ++i) process.step();
    ASSERT_EQ(process.observer.incidents.size(), 1U);
    ASSERT_EQ(process.observer.stops.size(), 1U);
    EXPECT_EQ(process.observer.stops[0].code(), ErrorCode::kCorruption);
    EXPECT_TRUE(process.observer.commits.empty());
  }
  rig.options.rebuild_when_ahead = true;
  LoopProcess process(rig);
  process.catch_up();
  EXPECT_EQ(process.observer.incidents.size(), 1U);
  ASSERT_TRUE(process.loop.drain_and_stop().is_ok());
}

TEST(LoopRecoveryTest, AnotherRecordInTheLogIsNoticed) {
  Rig rig;
  append_some(rig, 4);
  {
    LoopProcess process(rig);
    process.catch_up();
    ASSERT_TRUE(process.loop.drain_and_stop().is_ok());
  }
  Rig other;  // a log that was restored with other content
  for (int i = 0; i < 4; ++i) other.append("key", "1");
  SimProcess member;
  SimLog log(other.broker, member);
  ASSERT_TRUE(log.join("scoring", "input", "0").is_ok());
  other.broker.lose_offset("scoring", Partition(0), Offset(4));
  LoopProcess process(other, 1, &rig.disk);
  for (int i = 0; i < 3; ++i) process.step();
  ASSERT_EQ(process.observer.stops.size(), 1U);
  EXPECT_NE(process.observer.stops[0].message().find("is not the one"), std::string::npos);
}

TEST(LoopRecoveryTest, RowsWithoutAnAppliedOffsetAreRefused) {
  Rig rig;
  {
    SimProcess process;
    SimStores stores(rig.world, process, rig.disk);
    auto store = std::move(stores.open(Partition(0), Generation(1))).value();
    RowBatch batch;
    batch.put(Family::kFacts, "row", "alone");
    ASSERT_TRUE(store->submit(std::move(batch)).is_ok());
    ASSERT_TRUE(store->wait(0).is_ok());
  }
  LoopProcess process(rig);
  for (int i = 0; i < 3; ++i) process.step();
  ASSERT_EQ(process.observer.stops.size(), 1U);
}

TEST(LoopRecoveryTest, AStoreOfAnotherGroupIsRefused) {
  Rig rig;
  append_some(rig, 2);
  {
    LoopProcess process(rig);
    process.catch_up();
    ASSERT_TRUE(process.loop.drain_and_stop().is_ok());
  }
  rig.options.group = "another";
  LoopProcess process(rig);
  for (int i = 0; i < 3; ++i) process.step();
  ASSERT_EQ(process.observer.stops.size(), 1U);
  EXPECT_EQ(process.observer.stops[0].code(), ErrorCode::kCorruption);
}

TEST(LoopRecoveryTest, MissingMarkersStopThePartitionAfterAWhile) {
  Rig rig;
  append_some(rig, 2);
  SimProcess member;
  SimLog log(rig.broker, member);
  ASSERT_TRUE(log.join("scoring", "input", "0").is_ok());
  rig.broker.lose_offset("scoring", Partition(0), Offset(2));  // an offset without its marker
  LoopProcess process(rig);
  for (int i = 0; i < 100 && process.observer.stops.empty(); ++i) {
    rig.clock.advance(1'000);
    process.step();
  }
  ASSERT_EQ(process.observer.stops.size(), 1U);
  EXPECT_EQ(process.observer.stops[0].code(), ErrorCode::kCorruption);
}

TEST(LoopRecoveryTest, AFailedWriteStopsThePartition) {
  Rig rig;
  append_some(rig, 2);
  LoopProcess process(rig);
  process.catch_up();
  rig.clock.advance(1'000);
  process.step();
  rig.world.arm(SimFault::kStoreWriteFails);
  process.stores.write_one();
  rig.append("key0", "5");
  process.catch_up();
  rig.clock.advance(1'000);
  process.step();
  ASSERT_EQ(process.observer.stops.size(), 1U);
  EXPECT_EQ(process.observer.stops[0].code(), ErrorCode::kIo);
  EXPECT_FALSE(process.loop.drain_and_stop().is_ok());
}

TEST(LoopRecoveryTest, RepeatedFencingIsFatal) {
  Rig rig;
  append_some(rig, 2);
  LoopProcess process(rig);
  process.catch_up();
  Status fatal;
  for (int i = 0; i < 100 && fatal.is_ok(); ++i) {
    SimProcess other;
    SimLog log(rig.broker, other);
    ASSERT_TRUE(log.join("scoring", "input", "0").is_ok());
    const Result<StepOutcome> outcome = process.loop.step();
    fatal = outcome.status();
    if (outcome.is_ok()) rig.clock.advance(outcome.value().wait_milliseconds);
    other.alive = false;
  }
  EXPECT_EQ(fatal.code(), ErrorCode::kFenced);
}

TEST(LoopRecoveryTest, NoSpaceForTheLogIsWaitedFor) {
  Rig rig;
  append_some(rig, 5);
  LoopProcess process(rig);
  rig.broker.set_full(true);
  for (int i = 0; i < 5; ++i) rig.clock.advance(process.step().wait_milliseconds);
  EXPECT_FALSE(process.observer.recoveries.empty());
  EXPECT_TRUE(rig.read("outputs").empty());
  rig.broker.set_full(false);
  process.catch_up();
  expect_undisturbed(rig, 5);
}

TEST(LoopRecoveryTest, AFullDiskStopsThePartitionAndAnotherProcessGoesOnWhenThereIsSpace) {
  Rig rig;
  append_some(rig, 5);
  rig.disk.set_full(true);
  {
    LoopProcess process(rig);
    process.catch_up();
    EXPECT_EQ(process.loop.drain_and_stop().code(), ErrorCode::kIo);
  }
  rig.disk.set_full(false);
  LoopProcess process(rig);
  process.catch_up();
  EXPECT_EQ(process.observer.replayed, 5U);
  ASSERT_TRUE(process.loop.drain_and_stop().is_ok());
  expect_undisturbed(rig, 5);
}

// What fails, the how manieth time it is asked, and whether commits take their time.
class FaultTest : public testing::TestWithParam<std::tuple<SimFault, int, bool>> {};

TEST_P(FaultTest, EveryFaultIsRecoveredFrom) {
  const auto [fault, after, slowly] = GetParam();
  Rig rig;
  rig.world.commits_take_time = slowly;
  append_some(rig, 7);
  LoopProcess process(rig);
  rig.world.arm(fault, after);
  process.catch_up();
  append_some(rig, 0);
  for (int i = 7; i < 12; ++i) {
    rig.append("key" + std::to_string(i % 3), std::to_string(i));
    process.catch_up();
  }
  ASSERT_TRUE(process.loop.drain_and_stop().is_ok());
  expect_undisturbed(rig, 12);
}

std::vector<std::tuple<SimFault, int, bool>> faults() {
  std::vector<std::tuple<SimFault, int, bool>> all;
  for (const bool slowly : {false, true}) {
    for (int after = 0; after < 25; ++after) {
      all.emplace_back(SimFault::kUnavailable, after, slowly);
    }
    for (int after = 0; after < 2; ++after) {
      for (const SimFault fault :
           {SimFault::kAnswerLost, SimFault::kCommitAborted, SimFault::kCommitNotHappened,
            SimFault::kCommitLate, SimFault::kSlowMarkers, SimFault::kRequestLate,
            SimFault::kAnswerLate}) {
        all.emplace_back(fault, after, slowly);
      }
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, FaultTest, testing::ValuesIn(faults()));

TEST(LoopRecoveryTest, TwoInstancesShareAndTakeOver) {
  Rig rig(4);
  SimDisk other_disk;
  for (int i = 0; i < 40; ++i) rig.append("key", std::to_string(i), i % 4);
  auto first = std::make_unique<LoopProcess>(rig);
  first->catch_up();
  rig.options.slot = "1";
  LoopProcess second(rig, 1, &other_disk);
  for (int i = 0; i < 10; ++i) {
    second.step();
    first->step();
  }
  EXPECT_EQ(second.step().partitions_owned, 2U);
  EXPECT_EQ(first->step().partitions_owned, 2U);
  EXPECT_EQ(second.observer.replayed, 20U);  // its own disk was empty
  for (int i = 0; i < 40; ++i) rig.append("key", std::to_string(i), i % 4);
  first->catch_up();
  second.catch_up();
  first.reset();  // a crash: the group notices after the session timeout
  for (int i = 0; i < 40; ++i) rig.append("key", std::to_string(i), i % 4);
  for (int i = 0; i < 30; ++i) {
    rig.clock.advance(1'000);
    rig.broker.tick();
    second.step();
  }
  second.catch_up();
  EXPECT_EQ(second.step().partitions_owned, 4U);
  for (std::int32_t partition = 0; partition < 4; ++partition) {
    EXPECT_EQ(rig.broker.decided_offset("scoring", Partition(partition)), Offset(30));
    EXPECT_EQ(rig.read("outputs", partition).back().value->substr(0, 8), "count=30");
  }
}

}  // namespace
}  // namespace qcdr::stream
