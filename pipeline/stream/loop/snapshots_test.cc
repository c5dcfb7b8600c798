#include "stream/loop/snapshots.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "stream/rocksdb/rocksdb_stores.h"
#include "stream/temporary_directory.h"

namespace qcdr::stream {
namespace {

constexpr Generation kGeneration(3);
constexpr Partition kPartition(7);

class SnapshotsTest : public testing::Test {
 protected:
  Result<std::unique_ptr<RowReader>> read(const std::string& directory) {
    RocksdbOptions options;
    options.directory = directory;
    RocksdbStores stores(options);
    return stores.open_read_only(kPartition, kGeneration);
  }
  std::unique_ptr<StateStore> open(const std::string& directory) {
    RocksdbOptions options;
    options.directory = directory;
    RocksdbStores stores(options);
    auto opened = stores.open(kPartition, kGeneration);
    EXPECT_TRUE(opened.is_ok()) << opened.status().to_string();
    return opened.is_ok() ? std::move(opened).value() : nullptr;
  }
  static void put(StateStore& store, const std::string& value) {
    RowBatch batch;
    batch.put(Family::kFacts, "key", value);
    ASSERT_TRUE(store.submit(std::move(batch)).is_ok());
  }
  Status take(StateStore& store, std::int64_t applied) {
    return take_snapshot(snapshots_, kGeneration, kPartition, Offset(applied), store);
  }

  TemporaryDirectory directory_;
  const std::string state_ = directory_.path() + "/state";
  const std::string snapshots_ = directory_.path() + "/snapshots";
  const std::string restored_ = directory_.path() + "/restored";
};

TEST_F(SnapshotsTest, HoldWhatWasWrittenThenAndTheNewestAreKept) {
  const auto store = open(state_);
  for (const std::int64_t applied : {10, 20, 30}) {
    put(*store, "value at " + std::to_string(applied));
    const Status taken = take(*store, applied);
    ASSERT_TRUE(taken.is_ok()) << taken.to_string();
  }
  put(*store, "later");
  ASSERT_TRUE(store->wait(0).is_ok());
  const auto found = list_snapshots(snapshots_).value();
  ASSERT_EQ(found.size(), kSnapshotsKept);
  EXPECT_EQ(found[0].applied, Offset(20));
  EXPECT_EQ(found[1].applied, Offset(30));
  EXPECT_EQ(found[1].generation, kGeneration);
  EXPECT_EQ(found[1].partition, kPartition);
  ASSERT_TRUE(restore_snapshot(found[1], restored_).is_ok());
  const auto restored = open(restored_);
  EXPECT_EQ(restored->get(Family::kFacts, "key").value(), "value at 30");
}

TEST_F(SnapshotsTest, CanBeReadBeforeAnInstanceHasOpenedThem) {
  const auto store = open(state_);
  put(*store, "value");
  ASSERT_TRUE(take(*store, 1).is_ok());
  ASSERT_TRUE(restore_snapshot(list_snapshots(snapshots_).value().at(0), restored_).is_ok());
  const auto reader = read(restored_);
  ASSERT_TRUE(reader.is_ok()) << reader.status().to_string();
  EXPECT_EQ(reader.value()->get(Family::kFacts, "key").value(), "value");
}

TEST_F(SnapshotsTest, NeverTakeThePlaceOfAStore) {
  const auto store = open(state_);
  put(*store, "value");
  ASSERT_TRUE(take(*store, 1).is_ok());
  const auto found = list_snapshots(snapshots_).value();
  EXPECT_EQ(restore_snapshot(found.at(0), state_).code(), ErrorCode::kAlreadyExists);
  EXPECT_EQ(store->get(Family::kFacts, "key").value(), "value");
}

TEST_F(SnapshotsTest, LeftByAKilledProcessAreNoSnapshots) {
  const auto store = open(state_);
  put(*store, "value");
  const std::string left = snapshots_ + "/generation-3/partition-7/applied-5.unfinished";
  std::filesystem::create_directories(left + "/deep");
  EXPECT_TRUE(list_snapshots(snapshots_).value().empty());
  ASSERT_TRUE(take(*store, 5).is_ok());
  EXPECT_EQ(list_snapshots(snapshots_).value().size(), 1u);
  EXPECT_FALSE(std::filesystem::exists(left));
}

TEST_F(SnapshotsTest, OfNoDirectoryAreNone) {
  EXPECT_TRUE(list_snapshots(snapshots_).value().empty());
}

}  // namespace
}  // namespace qcdr::stream
