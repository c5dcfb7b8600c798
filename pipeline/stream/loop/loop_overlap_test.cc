// Folding beside a commit that is under way.
#include <gtest/gtest.h>

#include "stream/loop/loop_rig.h"

namespace qcdr::stream {
namespace {

struct SlowRig : Rig {
  explicit SlowRig(std::int32_t partitions = 1) : Rig(partitions) {
    world.commits_take_time = true;
  }
};

// Steps until a commit is under way, and appends what comes meanwhile.
void begin_commit(Rig& rig, LoopProcess& process, int first, int count) {
  for (int i = 0; i < 10; ++i) {
    const StepOutcome outcome = process.step();
    if (outcome.busy && !outcome.committed) break;
  }
  for (int i = first; i < first + count; ++i) {
    rig.append("key" + std::to_string(i % 3), std::to_string(i));
  }
}

TEST(LoopOverlapTest, TheNextBatchIsFoldedBesideTheCommitAndSentAfterIt) {
  SlowRig rig;
  append_some(rig, 3);
  LoopProcess process(rig);
  begin_commit(rig, process, 3, 3);
  const StepOutcome beside = process.step();
  EXPECT_TRUE(beside.busy);
  EXPECT_FALSE(beside.committed);
  EXPECT_EQ(rig.broker.decided_offset("scoring", Partition(0)), Offset(0));
  process.catch_up();
  ASSERT_EQ(process.observer.commits.size(), 2U);
  EXPECT_EQ(process.observer.commits[0].records, 3U);
  EXPECT_EQ(process.observer.commits[1].records, 3U);
  EXPECT_EQ(rig.read("progress").size(), 2U);
  expect_undisturbed(rig, 6);
}

TEST(LoopOverlapTest, ACommitThatFailsTakesWhatWasFoldedBesideItAlong) {
  for (const SimFault fault : {SimFault::kCommitAborted, SimFault::kCommitNotHappened,
                               SimFault::kCommitLate, SimFault::kAnswerLost}) {
    SlowRig rig;
    append_some(rig, 3);
    LoopProcess process(rig);
    begin_commit(rig, process, 3, 4);
    rig.world.arm(fault);
    process.catch_up();
    EXPECT_EQ(process.observer.recoveries.size(), 1U);
    ASSERT_TRUE(process.loop.drain_and_stop().is_ok());
    expect_undisturbed(rig, 7);
  }
}

TEST(LoopOverlapTest, ACrashBesideACommitLosesAndDoublesNothing) {
  for (int steps = 0; steps < 8; ++steps) {
    SlowRig rig;
    append_some(rig, 3);
    {
      LoopProcess process(rig);
      begin_commit(rig, process, 3, 4);
      for (int i = 0; i < steps; ++i) process.step();
    }
    LoopProcess process(rig);
    process.catch_up();
    ASSERT_TRUE(process.loop.drain_and_stop().is_ok());
    expect_undisturbed(rig, 7);
  }
}

TEST(LoopOverlapTest, StoppingCommitsWhatWasFoldedBesideACommit) {
  SlowRig rig;
  append_some(rig, 3);
  LoopProcess process(rig);
  begin_commit(rig, process, 3, 4);
  process.step();
  ASSERT_TRUE(process.loop.drain_and_stop().is_ok());
  EXPECT_EQ(process.observer.commits.size(), 2U);
  EXPECT_TRUE(process.observer.recoveries.empty());
  const Offset committed = rig.broker.decided_offset("scoring", Partition(0));
  EXPECT_EQ(committed, Offset(7));
  LoopProcess again(rig);
  again.catch_up();
  EXPECT_EQ(again.observer.replayed, 0U);  // all was frozen
  expect_undisturbed(rig, 7);
}

TEST(LoopOverlapTest, StoppingWhileTheCommitFailsIsAsGoodAsACrash) {
  SlowRig rig;
  append_some(rig, 3);
  {
    LoopProcess process(rig);
    begin_commit(rig, process, 3, 4);
    process.step();
    rig.world.arm(SimFault::kCommitNotHappened);
    ASSERT_TRUE(process.loop.drain_and_stop().is_ok());
    EXPECT_EQ(process.observer.recoveries.size(), 1U);
  }
  LoopProcess process(rig);
  process.catch_up();
  expect_undisturbed(rig, 7);
}

TEST(LoopOverlapTest, APoisonBesideACommitStopsThePartitionBehindIt) {
  SlowRig rig;
  append_some(rig, 3);
  LoopProcess process(rig);
  begin_commit(rig, process, 3, 1);
  rig.append("a", "poison");
  for (int i = 0; i < 20; ++i) rig.clock.advance(process.step().wait_milliseconds);
  ASSERT_EQ(process.observer.stops.size(), 1U);
  EXPECT_EQ(rig.broker.decided_offset("scoring", Partition(0)), Offset(4));
  expect_undisturbed(rig, 4);
  EXPECT_EQ(process.step().stopped.size(), 1U);
}

TEST(LoopOverlapTest, OwnershipThatChangesBesideACommitWaitsForIt) {
  SlowRig rig(2);
  SimDisk other_disk;
  for (int i = 0; i < 6; ++i) rig.append("key", "1", i % 2);
  auto first = std::make_unique<LoopProcess>(rig);
  begin_commit(rig, *first, 0, 0);
  for (int i = 0; i < 6; ++i) rig.append("key", "1", i % 2);
  first->step();
  rig.options.slot = "1";
  LoopProcess second(rig, 1, &other_disk);
  for (int i = 0; i < 30; ++i) {
    second.step();
    first->step();
    rig.clock.advance(50);
    rig.broker.tick();
  }
  first->catch_up();
  second.catch_up();
  for (std::int32_t partition = 0; partition < 2; ++partition) {
    EXPECT_EQ(rig.broker.decided_offset("scoring", Partition(partition)), Offset(6));
    std::set<std::string> ids;
    for (const Record& record : rig.read("outputs", partition)) {
      EXPECT_TRUE(ids.insert(std::string(record.header("ce_id"))).second);
    }
    EXPECT_EQ(rig.read("outputs", partition).back().value->substr(0, 7), "count=6");
  }
}

// Records come in every step, so there is never a moment in which nothing is under way.
TEST(LoopOverlapTest, EveryPartitionIsFrozenInItsTurnAlthoughNothingEverRests) {
  constexpr std::int32_t kPartitions = 3;
  SlowRig rig(kPartitions);
  LoopProcess process(rig);
  int appended = 0;
  std::map<Partition, std::int64_t> frozen;
  std::size_t seen = 0;
  for (int step = 0; step < 800; ++step) {
    for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
      rig.append("key", "1", partition);
    }
    ++appended;
    process.step();
    while (process.stores.write_one()) {
    }
    rig.clock.advance(10);
    for (; seen < process.observer.freezes.size(); ++seen) {
      const Partition partition = process.observer.freezes[seen].partition;
      const std::int64_t now = rig.clock.monotonic_milliseconds();
      if (frozen.count(partition) != 0) {
        EXPECT_LT(now - frozen[partition], 2'300);
      }
      frozen[partition] = now;
    }
  }
  EXPECT_EQ(frozen.size(), static_cast<std::size_t>(kPartitions));
  process.catch_up();
  for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
    const std::string value = *rig.read("outputs", partition).back().value;
    EXPECT_EQ(value.substr(0, value.find(' ')), "count=" + std::to_string(appended));
  }
}

TEST(LoopOverlapTest, LimitsOfMemoryHoldBesideCommits) {
  SlowRig rig;
  rig.options.dirty_bytes_max = 1;
  rig.options.cache_bytes_max = 1;
  append_some(rig, 9);
  LoopProcess process(rig);
  process.catch_up();
  EXPECT_GE(process.observer.freezes.size(), 9U);  // one record a batch, and each is frozen
  ASSERT_TRUE(process.loop.drain_and_stop().is_ok());
  expect_undisturbed(rig, 9);
}

}  // namespace
}  // namespace qcdr::stream
