// Batches whose outputs are more than a transaction may carry: they end earlier, at a record.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "qcdr/v1/progress.pb.h"
#include "stream/embedded/embedded_log.h"
#include "stream/loop/loop_rig.h"
#include "stream/temporary_directory.h"

namespace qcdr::stream {
namespace {

std::vector<v1::ProgressMarker> markers(Rig& rig, std::int32_t partition = 0) {
  std::vector<v1::ProgressMarker> all;
  for (const Record& record : rig.read("progress", partition)) {
    EXPECT_TRUE(all.emplace_back().ParseFromString(*record.value));
  }
  return all;
}

// One chain from 0 to `end`, each batch with at most `outputs_max` outputs.
void expect_chain(Rig& rig, std::int64_t end, std::uint32_t outputs_max) {
  std::int64_t reached = 0;
  for (const v1::ProgressMarker& marker : markers(rig)) {
    EXPECT_EQ(marker.first_offset(), reached);
    EXPECT_LE(marker.output_count(), outputs_max);
    reached = marker.next_offset();
  }
  EXPECT_EQ(reached, end);
  EXPECT_EQ(rig.broker.decided_offset("scoring", Partition(0)), Offset(end));
}

void append_keys(Rig& rig, int count, std::int32_t partition = 0) {
  for (int i = 0; i < count; ++i) rig.append("key" + std::to_string(i), "1", partition);
}

TEST(LoopLimitsTest, OutputsBeyondTheBytesOfABatchEndItAtARecord) {
  Rig rig;
  rig.options.batch_output_bytes_max = 1'000;  // an output takes about 150
  append_keys(rig, 100);
  LoopProcess process(rig);
  process.catch_up();
  EXPECT_EQ(rig.read("outputs").size(), 100U);
  EXPECT_TRUE(process.observer.stops.empty());
  EXPECT_GE(process.observer.shorter_batches, 1);
  expect_chain(rig, 100, 6);
  ASSERT_TRUE(process.loop.drain_and_stop().is_ok());
}

TEST(LoopLimitsTest, TheNumberOfOutputsIsALimitToo) {
  Rig rig;
  rig.options.batch_outputs_max = 7;
  append_keys(rig, 50);
  LoopProcess process(rig);
  process.catch_up();
  EXPECT_EQ(rig.read("outputs").size(), 50U);
  expect_chain(rig, 50, 7);
}

TEST(LoopLimitsTest, BytesOfInputEndABatchBeforeTheEndOfThePoll) {
  Rig rig;
  rig.options.batch_input_bytes_max = 12;  // "key0" and "1" are five
  append_keys(rig, 10);
  LoopProcess process(rig);
  process.catch_up();
  expect_chain(rig, 10, 3);
  EXPECT_EQ(process.observer.commits.size(), 4U);  // 3 + 3 + 3 + 1 of one poll
  EXPECT_EQ(process.observer.commits[0].records, 3U);
  EXPECT_EQ(process.observer.shorter_batches, 0);
}

// What is polled behind it waits for the next batch; a repeat of the event ends nothing.
TEST(LoopLimitsTest, ABatchEndsWithTheRecordThatTheFoldEndsItWith) {
  for (const bool overlapping : {false, true}) {
    Rig rig;
    rig.world.commits_take_time = overlapping;
    append_keys(rig, 3);
    rig.append("", "1", 0, "deadline");
    append_keys(rig, 2);
    rig.append("", "1", 0, "deadline");
    append_keys(rig, 1);
    LoopProcess process(rig);
    process.catch_up();
    std::vector<std::int64_t> ends;
    for (const v1::ProgressMarker& marker : markers(rig)) ends.push_back(marker.next_offset());
    EXPECT_EQ(ends, (std::vector<std::int64_t>{4, 8}));
    expect_chain(rig, 8, 100);
    for (const Record& output : rig.read("outputs")) {
      if (output.key == "#events") {
        EXPECT_TRUE(output.value->starts_with("count=1 "));
      }
    }
    EXPECT_TRUE(process.observer.stops.empty());
  }
}

TEST(LoopLimitsTest, WhatWaitedIsReadAgainAfterAnAbort) {
  for (int after = 0; after < 3; ++after) {
    Rig rig;
    rig.options.batch_input_bytes_max = 12;
    append_keys(rig, 10);
    LoopProcess process(rig);
    rig.world.arm(SimFault::kCommitAborted, after);
    process.catch_up();
    EXPECT_EQ(process.observer.recoveries.size(), 1U);
    EXPECT_EQ(rig.read("outputs").size(), 10U);
    expect_chain(rig, 10, 3);
  }
}

TEST(LoopLimitsTest, ABadRecordAmongThoseThatWaitStopsExactlyThere) {
  Rig rig;
  rig.options.batch_input_bytes_max = 12;
  append_keys(rig, 7);
  rig.append("a", "poison");
  append_keys(rig, 2);
  LoopProcess process(rig);
  process.catch_up();
  for (int i = 0; i < 5; ++i) process.step();
  ASSERT_EQ(process.observer.stops.size(), 1U);
  expect_chain(rig, 7, 3);
}

TEST(LoopLimitsTest, OneRecordMayMakeMoreThanABatch) {
  Rig rig;
  rig.options.batch_output_bytes_max = 200;  // "10" makes three outputs
  rig.append("a", "1");
  rig.append("a", "10");
  rig.append("a", "1");
  LoopProcess process(rig);
  process.catch_up();
  expect_chain(rig, 3, 3);
  EXPECT_EQ(rig.read("findings").size(), 2U);
}

TEST(LoopLimitsTest, OneRecordWithTooManyBytesStopsItsPartitionBeforeIt) {
  Rig rig(2);
  rig.options.batch_output_bytes_max = 200;  // "10" makes about 240 bytes
  rig.options.record_output_bytes_max = 200;
  rig.append("a", "1");
  rig.append("b", "1");
  rig.append("a", "10");
  rig.append("a", "1");
  append_keys(rig, 5, 1);
  LoopProcess process(rig);
  for (int i = 0; i < 30; ++i) {
    rig.clock.advance(process.step().wait_milliseconds);
  }
  const StepOutcome outcome = process.step();
  ASSERT_EQ(outcome.stopped.size(), 1U);
  EXPECT_EQ(outcome.stopped[0].offset, Offset(2));
  EXPECT_EQ(outcome.stopped[0].reason.code(), ErrorCode::kLimitExceeded);
  EXPECT_NE(outcome.stopped[0].reason.message().find("allowed are"), std::string::npos);
  EXPECT_EQ(rig.broker.decided_offset("scoring", Partition(0)), Offset(2));
  EXPECT_EQ(rig.broker.decided_offset("scoring", Partition(1)), Offset(5));
}

TEST(LoopLimitsTest, PartitionsGoInTransactionsOfTheirOwnWhenTogetherTheyAreTooMuch) {
  Rig rig(4);
  rig.options.batch_output_bytes_max = 400;
  for (std::int32_t partition = 0; partition < 4; ++partition) append_keys(rig, 2, partition);
  LoopProcess process(rig);
  process.catch_up();
  EXPECT_EQ(process.observer.commits.size(), 4U);
  EXPECT_EQ(process.observer.commits[0].partitions, 1U);
  EXPECT_EQ(process.observer.shorter_batches, 0);
}

TEST(LoopLimitsTest, ReplayTakesBatchesAsLargeAsTheyWere) {
  Rig rig;
  append_keys(rig, 50);
  { LoopProcess(rig).catch_up(); }
  rig.options.batch_output_bytes_max = 300;
  rig.options.record_output_bytes_max = 300;
  rig.options.batch_outputs_max = 4;
  rig.options.batch_input_bytes_max = 12;
  LoopProcess process(rig);
  append_keys(rig, 3);
  process.catch_up();
  EXPECT_GE(process.observer.replayed, 50U);  // again when a live batch was too large
  EXPECT_GT(process.observer.compared, 0U);
  EXPECT_TRUE(process.observer.stops.empty());
}

// Folds that a test can look into.
class VisibleFolds : public CountingFoldFactory {
 public:
  Result<std::unique_ptr<Fold>> create(Partition partition, const RowReader& rows,
                                       const StateDigest& digest) override {
    auto made = CountingFoldFactory::create(partition, rows, digest);
    folds[partition] = made.value().get();
    return made;
  }
  std::size_t memory_bytes() const {
    std::size_t sum = 0;
    for (const auto& [partition, fold] : folds) sum += fold->memory_bytes();
    return sum;
  }
  std::map<Partition, const Fold*> folds;
};

constexpr std::size_t kEntityBytes = 64;  // of the counting fold

TEST(LoopLimitsTest, ChangedObjectsEndABatchAndAreFrozen) {
  Rig rig;
  rig.options.dirty_bytes_max = 3 * kEntityBytes;
  append_keys(rig, 10);
  LoopProcess process(rig);
  process.catch_up();
  expect_chain(rig, 10, 3);
  EXPECT_EQ(process.observer.commits.size(), 4U);  // 3 + 3 + 3 + 1 of one poll
  EXPECT_EQ(process.observer.freezes.size(), 3U);
  EXPECT_EQ(rig.read("outputs").size(), 10U);
}

// Of all partitions together.
TEST(LoopLimitsTest, DecodedObjectsEndABatchAndHalfOfThemIsLetGo) {
  Rig rig(2);
  rig.options.dirty_bytes_max = 8 * kEntityBytes;
  rig.options.cache_bytes_max = 8 * kEntityBytes;
  rig.options.freeze_milliseconds = 250;
  VisibleFolds folds;
  LoopProcess process(rig);
  Loop loop(rig.options, process.log, process.stores, rig.clock, folds, no_crash_points(),
            process.observer);
  const auto catch_up = [&] {
    for (int i = 0; i < 100 && !(loop.caught_up().is_ok() && loop.caught_up().value()); ++i) {
      ASSERT_TRUE(loop.step().is_ok());
      EXPECT_LE(folds.memory_bytes(), 8 * kEntityBytes);
      rig.clock.advance(rig.options.freeze_milliseconds);  // nothing stays changed for long
      rig.broker.tick();
    }
    ASSERT_TRUE(loop.step().is_ok());
  };
  append_keys(rig, 3, 0);
  append_keys(rig, 3, 1);
  catch_up();
  EXPECT_EQ(folds.memory_bytes(), 6 * kEntityBytes);  // clean, and kept
  for (int i = 3; i < 5; ++i) rig.append("key" + std::to_string(i), "1", 1);
  catch_up();
  EXPECT_LE(folds.memory_bytes(), 4 * kEntityBytes);
  EXPECT_GT(folds.memory_bytes(), 0U);
  append_keys(rig, 40, 0);
  catch_up();
  EXPECT_EQ(rig.read("outputs").size() + rig.read("outputs", 1).size(), 48U);
  ASSERT_TRUE(loop.drain_and_stop().is_ok());
}

// An object larger than all that may be held: each batch is one record, and goes on.
TEST(LoopLimitsTest, ABatchTakesOneRecordWhateverIsHeld) {
  Rig rig;
  rig.options.dirty_bytes_max = 1;
  rig.options.cache_bytes_max = 1;
  append_keys(rig, 10);
  LoopProcess process(rig);
  process.catch_up();
  expect_chain(rig, 10, 1);
  EXPECT_EQ(process.observer.commits.size(), 10U);
}

TEST(LoopLimitsTest, ReplayUnderTighterLimitsMakesTheSameOutputs) {
  Rig rig;
  for (int round = 0; round < 3; ++round) append_keys(rig, 20);
  { LoopProcess(rig).catch_up(); }
  rig.options.dirty_bytes_max = 2 * kEntityBytes;
  rig.options.cache_bytes_max = 2 * kEntityBytes;
  LoopProcess process(rig);
  append_keys(rig, 20);
  process.catch_up();
  EXPECT_EQ(process.observer.replayed, 60U);
  EXPECT_GT(process.observer.compared, 0U);
  EXPECT_TRUE(process.observer.stops.empty());
}

// Each record makes one output of its own, as large as its value says.
class BulkyFold : public Fold {
 public:
  Status apply(const Record& record, const RecordContext& /*context*/) override {
    const auto bytes = static_cast<std::size_t>(std::stoul(*record.value));
    outputs_.emplace_back(record.offset, bytes);
    return Status::ok();
  }
  Status emit(OutputSink& sink) override {
    for (const auto& [cause, bytes] : outputs_) {
      OutputRecord output;
      output.topic = "outputs";
      output.key = "key";
      output.value = std::string(bytes, 'x');
      sink.send(cause, std::move(output));
    }
    outputs_.clear();
    return Status::ok();
  }
  Status freeze(RowBatch* /*batch*/) override { return Status::ok(); }
  const StateDigest& digest() const override { return digest_; }
  std::size_t dirty_bytes() const override { return 0; }
  std::size_t memory_bytes() const override { return 0; }
  void shrink(std::size_t /*bytes_max*/) override {}

 private:
  std::vector<std::pair<Offset, std::size_t>> outputs_;
  StateDigest digest_;
};

class BulkyFolds : public FoldFactory {
 public:
  Result<std::unique_ptr<Fold>> create(Partition, const RowReader&, const StateDigest&) override {
    return std::unique_ptr<Fold>(std::make_unique<BulkyFold>());
  }
};

class LoopOnEmbeddedLogTest : public testing::Test {
 protected:
  void open(std::size_t frame_bytes_max) {
    EmbeddedLogOptions options;
    options.directory = directory_.path() + "/log";
    options.clock = &rig_.clock;
    options.frame_bytes_max = frame_bytes_max;
    options.sync = [](File&) { return Status::ok(); };  // how it is stored is not of interest
    log_ = std::move(EmbeddedLog::open(options)).value();
    std::vector<TopicDefinition> topics;
    for (const char* name : {"input", "outputs", "progress"})
      topics.push_back({name, 2, false, {}});
    ASSERT_TRUE(log_->ensure_topics(topics).is_ok());
    rig_.options.idle_wait_milliseconds_max = 0;
    loop_ = std::make_unique<Loop>(rig_.options, *log_, stores_, rig_.clock, folds_,
                                   no_crash_points(), observer_);
  }
  void append(std::size_t records, std::size_t output_bytes, std::int32_t partition = 0) {
    std::vector<OutputRecord> inputs(records);
    for (OutputRecord& input : inputs) {
      input.topic = "input";
      input.partition = Partition(partition);
      input.value = std::to_string(output_bytes);
    }
    ASSERT_TRUE(log_->appender().value()->append_all(std::move(inputs)).is_ok());
  }
  void catch_up() {
    for (int i = 0; i < 500; ++i) {
      const auto outcome = loop_->step();
      ASSERT_TRUE(outcome.is_ok()) << outcome.status().to_string();
      rig_.clock.advance(outcome.value().wait_milliseconds);
      if (loop_->caught_up().value()) return;
    }
    FAIL() << "never caught up";
  }
  Offset end(const char* topic, std::int32_t partition = 0) {
    return log_->reader().value()->end(topic, Partition(partition)).value();
  }

  TemporaryDirectory directory_;
  Rig rig_;
  SimProcess process_;
  SimStores stores_{rig_.world, process_, rig_.disk};
  BulkyFolds folds_;
  CountingObserver observer_;
  std::unique_ptr<EmbeddedLog> log_;
  std::unique_ptr<Loop> loop_;
};

TEST_F(LoopOnEmbeddedLogTest, APollWhoseOutputsPassTheFrameGoesThrough) {
  open(EmbeddedLogOptions().frame_bytes_max);
  append(512, 150 << 10);  // one poll, 75 MiB of outputs
  catch_up();
  EXPECT_EQ(end("outputs"), Offset(512));
  EXPECT_TRUE(observer_.stops.empty());
  EXPECT_EQ(observer_.shorter_batches, 1);  // the first batch tells enough
}

TEST_F(LoopOnEmbeddedLogTest, OneRecordUpToItsLimitGoesThroughAndBeyondItStops) {
  open(EmbeddedLogOptions().frame_bytes_max);
  const std::size_t most = rig_.options.record_output_bytes_max;
  append(1, most - 1'000);
  append(1, most);  // and its headers
  append(3, 10, 1);
  catch_up();
  EXPECT_EQ(end("outputs"), Offset(4));
  ASSERT_EQ(observer_.stops.size(), 1U);
  EXPECT_EQ(observer_.stops[0].code(), ErrorCode::kLimitExceeded);
  EXPECT_EQ(loop_->step().value().stopped[0].offset, Offset(1));
}

TEST_F(LoopOnEmbeddedLogTest, AFrameSmallerThanTheLoopKnowsIsCopedWith) {
  open(std::size_t{1} << 20);
  append(100, 30 << 10);
  append(100, 30 << 10, 1);
  catch_up();
  EXPECT_EQ(end("outputs"), Offset(200));
  EXPECT_TRUE(observer_.stops.empty());
  append(1, 2 << 20);
  append(1, 10, 1);
  catch_up();
  ASSERT_EQ(observer_.stops.size(), 1U);
  EXPECT_EQ(observer_.stops[0].code(), ErrorCode::kLimitExceeded);
  EXPECT_EQ(end("outputs"), Offset(201));
}

}  // namespace
}  // namespace qcdr::stream
