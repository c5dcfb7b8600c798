#include "stream/rocksdb/write_behind.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace qcdr::stream {
namespace {

using std::chrono::milliseconds;

RowBatch batch_of(const std::string& key, const std::string& value) {
  RowBatch batch;
  batch.put(Family::kFacts, key, value);
  return batch;
}

// A database that writes when it is told to.
struct Gate {
  std::promise<void> opened;
  std::shared_future<void> open = opened.get_future().share();
  std::mutex mutex;
  std::vector<std::string> written;
  Status write(const RowBatch& batch) {
    open.wait();
    const std::lock_guard lock(mutex);
    for (const RowBatch::Row& row : batch.rows()) written.push_back(row.key);
    return Status::ok();
  }
};

TEST(WriteBehind, RowsAreReadFromTheQueueUntilTheyAreWritten) {
  Gate gate;
  WriteBehind queue([&](const RowBatch& batch) { return gate.write(batch); },
                    [] { return Status::ok(); }, milliseconds(1000));
  ASSERT_TRUE(queue.submit(batch_of("a", "1")).is_ok());
  ASSERT_TRUE(queue.submit(batch_of("a", "2")).is_ok());
  EXPECT_EQ(queue.in_flight(), 2U);
  WriteBehind::Change change;
  ASSERT_TRUE(queue.find(Family::kFacts, "a", &change).value());
  EXPECT_EQ(change, "2") << "the newest counts";
  EXPECT_FALSE(queue.find(Family::kFacts, "b", &change).value());
  EXPECT_FALSE(queue.find(Family::kCounts, "a", &change).value());
  EXPECT_EQ(queue.find_prefix(Family::kFacts, "").value().at("a"), "2");
  gate.opened.set_value();
  ASSERT_TRUE(queue.wait(0).is_ok());
  EXPECT_FALSE(queue.find(Family::kFacts, "a", &change).value());
  EXPECT_EQ(gate.written, (std::vector<std::string>{"a", "a"}));
}

TEST(WriteBehind, TheDestructorWritesAndSyncsWhatIsQueued) {
  Gate gate;
  gate.opened.set_value();
  std::atomic<int> syncs{0};
  {
    WriteBehind queue([&](const RowBatch& batch) { return gate.write(batch); },
                      [&] {
                        ++syncs;
                        return Status::ok();
                      },
                      milliseconds(100'000));
    for (const char* key : {"a", "b", "c"}) ASSERT_TRUE(queue.submit(batch_of(key, "x")).is_ok());
  }
  EXPECT_EQ(gate.written, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(syncs.load(), 1);
}

TEST(WriteBehind, SyncsInTheBackgroundAfterTheInterval) {
  Gate gate;
  gate.opened.set_value();
  std::promise<void> synced;
  std::atomic<int> syncs{0};
  WriteBehind queue([&](const RowBatch& batch) { return gate.write(batch); },
                    [&] {
                      if (++syncs == 1) synced.set_value();
                      return Status::ok();
                    },
                    milliseconds(20));
  ASSERT_TRUE(queue.submit(batch_of("a", "x")).is_ok());
  ASSERT_EQ(synced.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
  std::this_thread::sleep_for(milliseconds(60));
  EXPECT_EQ(syncs.load(), 1) << "nothing new, nothing to sync";
}

TEST(WriteBehind, TheFirstErrorStaysAndNothingIsWrittenAfterIt) {
  std::atomic<int> writes{0};
  WriteBehind queue(
      [&](const RowBatch&) {
        return ++writes == 2 ? Status(ErrorCode::kIo, "full") : Status::ok();
      },
      [] { return Status::ok(); }, milliseconds(1000));
  ASSERT_TRUE(queue.submit(batch_of("a", "1")).is_ok());
  ASSERT_TRUE(queue.wait(0).is_ok());
  ASSERT_TRUE(queue.submit(batch_of("b", "1")).is_ok());
  EXPECT_EQ(queue.wait(0).code(), ErrorCode::kIo);
  EXPECT_EQ(queue.wait(4).code(), ErrorCode::kIo);
  EXPECT_EQ(queue.submit(batch_of("c", "1")).code(), ErrorCode::kIo);
  WriteBehind::Change change;
  EXPECT_EQ(queue.find(Family::kFacts, "a", &change).status().code(), ErrorCode::kIo);
  EXPECT_EQ(writes.load(), 2);
}

// RocksDB's own assertions end the process when a log is synced whose last write failed.
TEST(WriteBehind, NothingIsSyncedAfterAFailedWrite) {
  std::atomic<int> writes{0};
  std::atomic<int> syncs{0};
  {
    WriteBehind queue(
        [&](const RowBatch&) {
          if (++writes == 1) return Status::ok();
          std::this_thread::sleep_for(milliseconds(20));  // until the first write is to be synced
          return Status(ErrorCode::kIo, "full");
        },
        [&] {
          ++syncs;
          return Status::ok();
        },
        milliseconds(10));
    ASSERT_TRUE(queue.submit(batch_of("a", "1")).is_ok());
    ASSERT_TRUE(queue.submit(batch_of("b", "1")).is_ok());
    EXPECT_EQ(queue.wait(0).code(), ErrorCode::kIo);
  }
  EXPECT_EQ(syncs.load(), 0);
}

TEST(WriteBehind, AFailedSyncIsAnError) {
  WriteBehind queue([](const RowBatch&) { return Status::ok(); },
                    [] { return Status(ErrorCode::kIo, "gone"); }, milliseconds(1));
  ASSERT_TRUE(queue.submit(batch_of("a", "1")).is_ok());
  Status status;
  for (int i = 0; i < 3000 && status.is_ok(); ++i) {
    std::this_thread::sleep_for(milliseconds(1));
    status = queue.wait(0);
  }
  EXPECT_EQ(status.code(), ErrorCode::kIo);
}

}  // namespace
}  // namespace qcdr::stream
