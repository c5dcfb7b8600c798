// What only the embedded log promises: group commit, limits, its lock, a failing disk.
#include <atomic>
#include <set>
#include <thread>

#include "stream/embedded/embedded_log_fixture.h"

namespace qcdr::stream {
namespace {

using Values = std::vector<std::string>;
class EmbeddedLogTest : public EmbeddedLogFixture {};

TEST_F(EmbeddedLogTest, ConcurrentAppendsShareSyncs) {
  constexpr int kThreads = 8;
  constexpr int kAppends = 40;
  std::atomic<int> syncs{0};
  EmbeddedLogOptions slow = options();
  slow.sync = [&syncs](File& file) {
    ++syncs;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return file.sync();
  };
  {
    const auto log = open(slow);
    std::mutex mutex;
    std::set<Offset> offsets;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        const auto appender = log->appender();
        Offset last(-1);
        for (int i = 0; i < kAppends; ++i) {
          const auto appended =
              appender.value()->append(record(std::to_string(t) + "/" + std::to_string(i)));
          ASSERT_TRUE(appended.is_ok());
          EXPECT_GT(appended.value().offset, last);
          last = appended.value().offset;
          const std::lock_guard lock(mutex);
          EXPECT_TRUE(offsets.insert(last).second);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(offsets.size(), std::size_t{kThreads * kAppends});
    EXPECT_LT(syncs.load(), kThreads * kAppends / 2) << "a sync for every append or two";
  }
  const Values all = values(*open());
  ASSERT_EQ(all.size(), std::size_t{kThreads * kAppends});
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
}

TEST_F(EmbeddedLogTest, AFailedSyncStopsTheLogForGood) {
  std::atomic<bool> broken{false};
  std::atomic<int> syncs{0};
  EmbeddedLogOptions failing = options();
  failing.sync = [&](File& file) {
    ++syncs;
    if (broken) return Status(ErrorCode::kIo, "the disk is gone");
    return file.sync();
  };
  {
    const auto log = open(failing);
    auto consumer = log->join("g", "t", "m");
    ASSERT_TRUE(consumer.value()->assignment().is_ok());
    ASSERT_TRUE(append(*log, "before").is_ok());
    broken = true;
    EXPECT_EQ(append(*log, "lost").code(), ErrorCode::kIo);
    broken = false;
    const int syncs_then = syncs;
    EXPECT_EQ(append(*log, "refused").code(), ErrorCode::kIo);
    EXPECT_EQ(consumer.value()->assignment().status().code(), ErrorCode::kIo);
    EXPECT_EQ(consumer.value()->committed(Partition(0)).status().code(), ErrorCode::kIo);
    EXPECT_EQ(consumer.value()->commit(Partition(0), Offset(1)).code(), ErrorCode::kIo);
    EXPECT_EQ(consumer.value()->poll(std::chrono::milliseconds(1), 1).status().code(),
              ErrorCode::kIo);
    const auto reader = log->reader();
    EXPECT_EQ(reader.value()->end("t", Partition(0)).status().code(), ErrorCode::kIo);
    EXPECT_EQ(syncs.load(), syncs_then) << "a failed sync is never tried again";
  }
  const Values after = values(*open());
  ASSERT_FALSE(after.empty());
  EXPECT_EQ(after.front(), "before");
  EXPECT_LE(after.size(), 2U) << "what was refused later was never written";
}

TEST_F(EmbeddedLogTest, OneProcessAtATime) {
  const auto log = open();
  auto second = EmbeddedLog::open(options());
  ASSERT_FALSE(second.is_ok());
  EXPECT_EQ(second.status().code(), ErrorCode::kFailedPrecondition);
  EmbeddedLogOptions read_only = options();
  read_only.read_only = true;
  second = EmbeddedLog::open(read_only);
  ASSERT_FALSE(second.is_ok());
  EXPECT_EQ(second.status().code(), ErrorCode::kFailedPrecondition);
}

TEST_F(EmbeddedLogTest, CanBeLookedAtBesideItsWriter) {
  const auto log = open();
  EXPECT_TRUE(append(*log, "first").is_ok());
  EmbeddedLogOptions beside = options();
  beside.read_only = true;
  beside.beside_writer = true;
  const auto view = open(beside);
  EXPECT_EQ(values(*view), Values{"first"});
  EXPECT_TRUE(append(*log, "second").is_ok());
  EXPECT_EQ(values(*view), Values{"first"}) << "a view is the log as it stood when it was opened";
  EXPECT_EQ(values(*open(beside)), (Values{"first", "second"}));
  EXPECT_EQ(append(*view, "no").code(), ErrorCode::kFailedPrecondition);
  // The beginning of a frame that is being written.
  replace(segment(0), contents(segment(0)) + "QF");
  EXPECT_EQ(values(*open(beside)), (Values{"first", "second"}));
}

TEST_F(EmbeddedLogTest, AFrameHasALimit) {
  EmbeddedLogOptions limited = options();
  limited.frame_bytes_max = 10'000;
  const auto log = open(limited);
  EXPECT_EQ(append(*log, std::string(10'000, 'x')).code(), ErrorCode::kLimitExceeded);
  auto producer = log->transactional_producer("id");
  ASSERT_TRUE(producer.value()->begin().is_ok());
  EXPECT_TRUE(producer.value()->send(record(std::string(6'000, 'x'))).is_ok());
  EXPECT_EQ(producer.value()->send(record(std::string(6'000, 'x'))).code(),
            ErrorCode::kLimitExceeded);
  // Many small records together are more than a frame and still one call.
  std::vector<OutputRecord> records;
  Values expected;
  for (int i = 0; i < 50; ++i) {
    expected.push_back(std::to_string(i) + std::string(1'000, 'x'));
    records.push_back(record(expected.back()));
  }
  const auto appender = log->appender();
  ASSERT_TRUE(appender.value()->append_all(std::move(records)).is_ok());
  EXPECT_EQ(values(*log), expected);
}

TEST_F(EmbeddedLogTest, StampsWithItsClockAtTheAppend) {
  const auto log = open();
  const auto appender = log->appender();
  for (const std::int64_t now : {5000, 9000, 7000}) {
    clock_.milliseconds = now;
    EXPECT_EQ(appender.value()->append(record("a")).value().timestamp,
              Instant::from_milliseconds(now));
  }
  const auto reader = log->reader();
  const auto records = reader.value()->read("t", Partition(0), Offset(0), 10);
  ASSERT_EQ(records.value().size(), 3U);
  EXPECT_EQ(records.value()[1].timestamp, Instant::from_milliseconds(9000));
  EXPECT_EQ(records.value()[2].timestamp, Instant::from_milliseconds(7000));
}

TEST_F(EmbeddedLogTest, ReadingFindsDamageThatCameLater) {
  EmbeddedLogOptions uncached = options();
  uncached.cache_bytes_max = 0;
  const auto log = open(uncached);
  ASSERT_TRUE(append(*log, "one").is_ok());
  flip(segment(0), contents(segment(0)).size() - 1);
  const auto reader = log->reader();
  const auto read = reader.value()->read("t", Partition(0), Offset(0), 10);
  ASSERT_FALSE(read.is_ok());
  EXPECT_EQ(read.status().code(), ErrorCode::kCorruption);
}

TEST_F(EmbeddedLogTest, ASecondJoinUnderOneMemberIdFencesTheFirst) {
  const auto log = open();
  auto first = log->join("g", "t", "m");
  ASSERT_TRUE(first.value()->assignment().is_ok());
  auto second = log->join("g", "t", "m");
  EXPECT_EQ(second.value()->assignment().value().partitions.size(), 2U);
  EXPECT_EQ(first.value()->assignment().status().code(), ErrorCode::kFenced);
  EXPECT_EQ(first.value()->commit(Partition(0), Offset(0)).code(), ErrorCode::kFenced);
  first.value().reset();
  EXPECT_EQ(second.value()->assignment().value().partitions.size(), 2U)
      << "the late leave of the first must not remove the second";
}

TEST_F(EmbeddedLogTest, PollWakesWhenARecordComes) {
  const auto log = open();
  auto consumer = log->join("g", "t", "m");
  ASSERT_TRUE(consumer.value()->assignment().is_ok());
  ASSERT_TRUE(consumer.value()->seek(Partition(0), Offset(0)).is_ok());
  std::thread writer([&] { EXPECT_TRUE(append(*log, "late").is_ok()); });
  const auto polled = consumer.value()->poll(std::chrono::seconds(30), 10);
  writer.join();
  ASSERT_TRUE(polled.is_ok());
  ASSERT_EQ(polled.value().size(), 1U);
}

TEST_F(EmbeddedLogTest, ConcurrentEnsureTopicsDefinesOnce) {
  {
    const auto log = open();
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&log] {
        for (int i = 0; i < 10; ++i) {
          TopicDefinition topic;
          topic.name = "topic-" + std::to_string(i);
          topic.partitions = i + 1;
          EXPECT_TRUE(log->ensure_topics({topic}).is_ok());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  const auto log = open();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(log->partition_count("topic-" + std::to_string(i)).value(), i + 1);
  }
}

}  // namespace
}  // namespace qcdr::stream
