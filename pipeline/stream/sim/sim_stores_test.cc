// What a crash and a loss of power leave on a simulated disk.
#include "stream/sim/sim_stores.h"

#include <gtest/gtest.h>

namespace qcdr::stream {
namespace {

constexpr Partition kPartition(1);
constexpr Generation kGeneration(1);

RowBatch batch_of(const std::string& key, const std::string& value) {
  RowBatch batch;
  batch.put(Family::kFacts, key, value);
  batch.put(Family::kMeta, "applied", value);
  return batch;
}

struct Computer {
  SimWorld world;
  SimDisk disk;
  SimProcess process;
  SimStores stores{world, process, disk};

  std::unique_ptr<StateStore> open() {
    return std::move(stores.open(kPartition, kGeneration)).value();
  }
  std::string applied() const {
    const SimDisk::Rows& rows = *disk.find({kPartition, kGeneration});
    const auto row = rows.find({Family::kMeta, "applied"});
    return row == rows.end() ? "none" : row->second;
  }
};

TEST(SimStoresTest, QueuedBatchesAreReadAndDieWithTheProcess) {
  Computer computer;
  auto store = computer.open();
  ASSERT_TRUE(store->submit(batch_of("a", "1")).is_ok());
  EXPECT_EQ(store->in_flight(), 1U);
  EXPECT_EQ(store->get(Family::kFacts, "a").value(), "1");
  store.reset();
  EXPECT_EQ(computer.applied(), "none");
}

TEST(SimStoresTest, WrittenBatchesSurviveTheProcess) {
  Computer computer;
  auto store = computer.open();
  ASSERT_TRUE(store->submit(batch_of("a", "1")).is_ok());
  ASSERT_TRUE(store->submit(batch_of("b", "2")).is_ok());
  EXPECT_TRUE(computer.stores.write_one());
  store.reset();
  EXPECT_EQ(computer.applied(), "1");
  store = computer.open();
  EXPECT_EQ(store->get(Family::kFacts, "a").value(), "1");
  EXPECT_FALSE(store->get(Family::kFacts, "b").value().has_value());
}

TEST(SimStoresTest, PowerLossDropsASuffixOfWhatWasNotSynced) {
  Computer computer;
  auto store = computer.open();
  for (const char* value : {"1", "2", "3"}) {
    ASSERT_TRUE(store->submit(batch_of("key", value)).is_ok());
    ASSERT_TRUE(store->wait(0).is_ok());
    if (std::string(value) == "1") computer.disk.sync();
  }
  store.reset();
  EXPECT_EQ(computer.disk.unsynced(), 2U);
  computer.disk.lose_power(1);
  EXPECT_EQ(computer.applied(), "2");
  computer.disk.lose_power(5);
  EXPECT_EQ(computer.applied(), "1");
}

TEST(SimStoresTest, OneProcessAtATimeAndDestroyForgets) {
  Computer computer;
  auto store = computer.open();
  EXPECT_EQ(computer.stores.open(kPartition, kGeneration).status().code(),
            ErrorCode::kFailedPrecondition);
  EXPECT_FALSE(computer.stores.destroy(kPartition, kGeneration).is_ok());
  ASSERT_TRUE(store->submit(batch_of("a", "1")).is_ok());
  ASSERT_TRUE(store->wait(0).is_ok());
  store.reset();
  ASSERT_TRUE(computer.stores.destroy(kPartition, kGeneration).is_ok());
  store = computer.open();
  EXPECT_FALSE(store->get(Family::kFacts, "a").value().has_value());
}

TEST(SimStoresTest, ScanVisitsThePrefixInKeyOrder) {
  Computer computer;
  auto store = computer.open();
  RowBatch batch;
  for (const char* key : {"b/2", "a/1", "b/1", "c"}) batch.put(Family::kFacts, key, key);
  batch.put(Family::kCounts, "b/0", "other family");
  ASSERT_TRUE(store->submit(std::move(batch)).is_ok());
  ASSERT_TRUE(store->wait(0).is_ok());
  std::vector<std::string> seen;
  ASSERT_TRUE(store
                  ->scan(Family::kFacts, "b/",
                         [&](std::string_view key, std::string_view) {
                           seen.emplace_back(key);
                           return Status::ok();
                         })
                  .is_ok());
  EXPECT_EQ(seen, (std::vector<std::string>{"b/1", "b/2"}));
}

}  // namespace
}  // namespace qcdr::stream
