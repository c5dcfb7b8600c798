// Whoever follows a loop has its state, makes no outputs, and is never ahead of what it committed.
#include "stream/loop/follower.h"

#include "stream/loop/loop_rig.h"

namespace qcdr::stream {
namespace {

// A process that follows, with a disk of its own.
struct FollowerProcess {
  FollowerProcess(Rig& rig_of, SimDisk& disk, std::int64_t score_factor = 1)
      : rig(rig_of),
        stores(rig.world, process, disk),
        folds(CountingFoldOptions{score_factor, 0}),
        follower(rig.options, log, stores, rig.clock, folds, no_crash_points(), observer) {}
  ~FollowerProcess() { process.alive = false; }

  std::size_t follow() {
    std::size_t records = 0;
    for (int i = 0; i < 50; ++i) {
      const auto outcome = follower.step();
      EXPECT_TRUE(outcome.is_ok()) << outcome.status().to_string();
      if (outcome.is_ok()) records += outcome.value().records;
      rig.clock.advance(100);
      stores.write_one();
    }
    return records;
  }

  Rig& rig;
  SimProcess process;
  SimLog log{rig.broker, process};
  SimStores stores;
  CountingFoldFactory folds;
  CountingObserver observer;
  Follower follower;
};

TEST(FollowerTest, FollowsWhatIsCommittedAndNothingBehindIt) {
  Rig rig(2);
  SimDisk disk;
  LoopProcess leader(rig);
  FollowerProcess process(rig, disk);
  for (int i = 0; i < 20; ++i) rig.append("key", std::to_string(i), i % 2);
  EXPECT_EQ(process.follow(), 0u);  // on the log, and not committed
  EXPECT_EQ(process.follower.applied(Partition(0)), Offset(0));
  leader.catch_up();
  EXPECT_EQ(process.follow(), 20u);
  EXPECT_EQ(process.follower.applied(Partition(0)), Offset(10));
  EXPECT_GT(process.observer.compared, 0u);
  const std::size_t outputs = rig.read("outputs").size();
  rig.append("key", "20");
  rig.clock.advance(120'000);  // however long nothing comes
  EXPECT_EQ(process.follow(), 0u);
  leader.catch_up();
  EXPECT_EQ(process.follow(), 1u);
  EXPECT_EQ(rig.read("outputs").size(), outputs + 1);  // the leader's
  EXPECT_TRUE(process.observer.stops.empty());
}

TEST(FollowerTest, GoesOnFromItsOwnStore) {
  Rig rig;
  SimDisk disk;
  LoopProcess leader(rig);
  for (int i = 0; i < 10; ++i) rig.append("key", std::to_string(i));
  leader.catch_up();
  {
    FollowerProcess process(rig, disk);
    EXPECT_EQ(process.follow(), 10u);
  }
  rig.append("key", "10");
  leader.catch_up();
  FollowerProcess process(rig, disk);
  EXPECT_EQ(process.follow(), 1u);
  EXPECT_EQ(process.follower.applied(Partition(0)), Offset(11));
}

// What a follower wrote is what the loop itself would have: an instance can take it over.
TEST(FollowerTest, LeavesAStoreThatAnInstanceOpens) {
  Rig rig;
  SimDisk disk;
  {
    LoopProcess leader(rig);
    for (int i = 0; i < 10; ++i) rig.append("key", std::to_string(i));
    leader.catch_up();
    FollowerProcess process(rig, disk);
    EXPECT_EQ(process.follow(), 10u);
  }
  LoopProcess taken_over(rig, 1, &disk);
  rig.append("key", "10");
  taken_over.catch_up();
  EXPECT_EQ(taken_over.observer.replayed, 0u);
  EXPECT_TRUE(taken_over.observer.stops.empty());
}

TEST(FollowerTest, OtherLogicIsNoticedAndStops) {
  Rig rig;
  SimDisk disk;
  LoopProcess leader(rig);
  rig.append("key", "1");
  leader.catch_up();
  FollowerProcess process(rig, disk, 2);
  process.follow();
  ASSERT_EQ(process.observer.stops.size(), 1u);
  EXPECT_EQ(process.observer.stops[0].code(), ErrorCode::kCorruption);
  EXPECT_FALSE(process.follower.applied(Partition(0)));
}

}  // namespace
}  // namespace qcdr::stream
