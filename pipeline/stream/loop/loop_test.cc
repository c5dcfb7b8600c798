#include "stream/loop/loop.h"

#include <gtest/gtest.h>

#include "qcdr/v1/progress.pb.h"
#include "stream/loop/loop_rig.h"
#include "stream/loop/partition_state.h"

namespace qcdr::stream {
namespace {

std::optional<PartitionState> stored(const Rig& rig, std::int32_t partition = 0,
                                     std::uint32_t generation = 1) {
  const SimDisk::Rows* const rows = rig.disk.find({Partition(partition), Generation(generation)});
  if (rows == nullptr) return std::nullopt;
  const auto row = rows->find({Family::kMeta, std::string(kPartitionRowKey)});
  if (row == rows->end()) return std::nullopt;
  return PartitionState::decode(row->second).value();
}

TEST(LoopTest, ABatchBecomesOutputsAMarkerAndAnOffset) {
  Rig rig;
  rig.append("a", "3");
  rig.append("b", "5");
  rig.append("a", "4");
  LoopProcess process(rig);
  process.catch_up();

  const std::vector<Record> outputs = rig.read("outputs");
  ASSERT_EQ(outputs.size(), 2U);  // coalesced: two changes of "a" are one output
  EXPECT_EQ(outputs[0].key, "a");
  EXPECT_EQ(outputs[0].header("ce_id"), "1/input/0/2/0");
  EXPECT_EQ(outputs[0].header("version"), "1.2.0");
  EXPECT_EQ(outputs[0].value->substr(0, 13), "count=2 sum=7");
  const std::vector<Record> findings = rig.read("findings");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].header("ce_id"), "1/input/0/1/0");
  EXPECT_EQ(outputs[1].header("version"), "1.1.1");  // second output of the same cause

  const std::vector<Record> markers = rig.read("progress");
  ASSERT_EQ(markers.size(), 1U);
  v1::ProgressMarker marker;
  ASSERT_TRUE(marker.ParseFromString(*markers[0].value));
  EXPECT_EQ(marker.first_offset(), 0);
  EXPECT_EQ(marker.next_offset(), 3);
  EXPECT_EQ(marker.output_count(), 3U);
  EXPECT_EQ(marker.output_digest().size(), 32U);
  EXPECT_EQ(marker.group(), "scoring");
  EXPECT_EQ(rig.broker.decided_offset("scoring", Partition(0)), Offset(3));
  ASSERT_EQ(process.observer.commits.size(), 1U);
  EXPECT_EQ(process.observer.commits[0].records, 3U);
  EXPECT_EQ(process.observer.commits[0].outputs, 3U);
}

TEST(LoopTest, StateIsWrittenBehindTheCommitsAndNotWithEach) {
  Rig rig;
  LoopProcess process(rig);
  process.catch_up();
  for (int i = 0; i < 5; ++i) {
    rig.append("a", "1");
    process.step();
  }
  EXPECT_GE(process.observer.commits.size(), 2U);
  EXPECT_TRUE(process.observer.freezes.empty());
  rig.clock.advance(1000);
  process.step();
  ASSERT_EQ(process.observer.freezes.size(), 1U);
  EXPECT_EQ(process.observer.freezes[0].applied, Offset(5));
  EXPECT_FALSE(stored(rig).has_value());  // queued
  EXPECT_TRUE(process.stores.write_one());
  EXPECT_EQ(stored(rig)->applied, Offset(5));
  EXPECT_EQ(stored(rig)->last_record->offset, Offset(4));
  EXPECT_EQ(stored(rig)->progress_position, next(rig.read("progress").back().offset));
}

TEST(LoopTest, SaysWhereItStandsOnceASecond) {
  Rig rig;
  rig.append("a", "1");
  LoopProcess process(rig);
  process.catch_up();
  EXPECT_TRUE(process.observer.positions.empty());
  rig.clock.advance(1000);
  process.step();  // freezes; the batch is queued for the store
  ASSERT_EQ(process.observer.positions.size(), 1U);
  const PositionReport queued = process.observer.positions.back();
  EXPECT_EQ(queued.applied, Offset(0));
  EXPECT_EQ(queued.committed, Offset(1));
  EXPECT_GE(queued.end, Offset(1));
  EXPECT_EQ(queued.partition_time, rig.read("input")[0].timestamp);
  EXPECT_TRUE(process.stores.write_one());
  rig.clock.advance(1000);
  process.step();
  ASSERT_EQ(process.observer.positions.size(), 2U);
  EXPECT_EQ(process.observer.positions.back().applied, Offset(1));
}

// Two keys of whatever it folds wait for a person.
class ParkingFold final : public CountingFold {
 public:
  using CountingFold::CountingFold;
  std::size_t parked_keys() const override { return 2; }
};

class ParkingFoldFactory final : public FoldFactory {
 public:
  Result<std::unique_ptr<Fold>> create(Partition partition, const RowReader& rows,
                                       const StateDigest& digest) override {
    return std::unique_ptr<Fold>(
        std::make_unique<ParkingFold>(partition, rows, digest, CountingFoldOptions()));
  }
};

// Also of a partition that rests: somebody started here must see what was parked before.
TEST(LoopTest, SaysHowManyKeysAreParked) {
  Rig rig;
  SimProcess process;
  SimLog log(rig.broker, process);
  SimStores stores(rig.world, process, rig.disk);
  ParkingFoldFactory folds;
  CountingObserver observer;
  Loop loop(rig.options, log, stores, rig.clock, folds, no_crash_points(), observer);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(loop.step().is_ok());
    rig.clock.advance(500);
    rig.broker.tick();
  }
  ASSERT_FALSE(observer.positions.empty());
  EXPECT_EQ(observer.positions.back().parked_keys, 2U);
}

// Steps of less and of more than the time after which both fall due.
TEST(Loop, WhileRecordsComeNoPartitionWaitsLongForItsFreezeOrIsForgotten) {
  constexpr std::int32_t kPartitions = 6;
  for (const std::int64_t step_milliseconds : {50, 700, 2'500}) {
    Rig rig(kPartitions);
    LoopProcess process(rig);
    for (std::int32_t i = 0; i < kPartitions; ++i) rig.append("k", "1", i);
    process.catch_up();
    const std::int64_t started = rig.clock.monotonic_milliseconds();
    std::map<Partition, std::int64_t> frozen;
    std::map<Partition, std::int64_t> told;
    for (int step = 0; step < 200; ++step) {
      rig.clock.advance(step_milliseconds);
      for (std::int32_t i = 0; i < kPartitions; ++i) rig.append("k", "1", i);
      process.observer.freezes.clear();
      process.observer.positions.clear();
      EXPECT_GT(process.step().records, 0U);
      const std::int64_t now = rig.clock.monotonic_milliseconds();
      for (const FreezeReport& report : process.observer.freezes) frozen[report.partition] = now;
      for (const PositionReport& report : process.observer.positions) told[report.partition] = now;
      const std::int64_t patience = 2 * rig.options.freeze_milliseconds + 2 * step_milliseconds;
      for (std::int32_t i = 0; i < kPartitions && now - started > patience; ++i) {
        ASSERT_LE(now - frozen[Partition(i)], patience) << i << " in step " << step;
        ASSERT_LE(now - told[Partition(i)], patience) << i << " in step " << step;
      }
      if (step_milliseconds >= 700) continue;
      EXPECT_LE(process.observer.freezes.size(), 1U);
      EXPECT_LE(process.observer.positions.size(), 1U);
    }
  }
}

TEST(LoopTest, DirtyBytesForceAFreeze) {
  Rig rig;
  rig.options.dirty_bytes_max = 64 * 3;
  for (int i = 0; i < 3; ++i) rig.append("key" + std::to_string(i), "1");
  LoopProcess process(rig);
  process.catch_up();
  EXPECT_EQ(process.observer.freezes.size(), 1U);
}

TEST(LoopTest, ACleanStopLeavesAEqualToC) {
  Rig rig(3);
  for (int i = 0; i < 30; ++i) rig.append("key", std::to_string(i), i % 3);
  LoopProcess process(rig);
  process.catch_up();
  ASSERT_TRUE(process.loop.drain_and_stop().is_ok());
  for (std::int32_t partition = 0; partition < 3; ++partition) {
    EXPECT_EQ(stored(rig, partition)->applied, Offset(10));
    EXPECT_EQ(rig.broker.decided_offset("scoring", Partition(partition)), Offset(10));
  }
  EXPECT_FALSE(process.loop.step().is_ok());
}

TEST(LoopTest, AnEventIsAppliedOnceAlsoAcrossAFreezeAndARestart) {
  Rig rig;
  rig.append("x", "7", 0, "deadline");
  rig.append("y", "7", 0, "deadline");
  {
    LoopProcess process(rig);
    process.catch_up();
    EXPECT_EQ(process.observer.repeated_events, 1);
    rig.clock.advance(2000);
    process.step();
    rig.append("z", "7", 0, "deadline");
    process.catch_up();
    EXPECT_EQ(process.observer.repeated_events, 2);
    ASSERT_TRUE(process.loop.drain_and_stop().is_ok());
  }
  LoopProcess process(rig);
  rig.append("x", "7", 0, "deadline");
  rig.append("x", "1", 0, "other");
  process.catch_up();
  EXPECT_EQ(process.observer.repeated_events, 1);
  EXPECT_EQ(rig.read("outputs").back().value->substr(0, 13), "count=2 sum=8");
  EXPECT_EQ(rig.broker.decided_offset("scoring", Partition(0)), Offset(5));
}

TEST(LoopTest, ABadRecordStopsItsPartitionAloneAndExactlyThere) {
  Rig rig(2);
  rig.append("a", "1", 0);
  rig.append("a", "2", 0);
  rig.append("a", "poison", 0);
  rig.append("a", "3", 0);
  rig.append("b", "1", 1);
  LoopProcess process(rig);
  process.catch_up();
  for (int i = 0; i < 5; ++i) process.step();
  rig.append("b", "2", 1);
  process.catch_up();
  const StepOutcome outcome = process.step();
  ASSERT_EQ(outcome.stopped.size(), 1U);
  EXPECT_EQ(outcome.stopped[0].partition, Partition(0));
  EXPECT_EQ(outcome.stopped[0].offset, Offset(2));
  EXPECT_EQ(process.observer.stops.size(), 1U);
  EXPECT_EQ(rig.broker.decided_offset("scoring", Partition(0)), Offset(2));
  EXPECT_EQ(rig.broker.decided_offset("scoring", Partition(1)), Offset(2));
  EXPECT_EQ(rig.read("outputs", 0).back().value->substr(0, 13), "count=2 sum=3");
  EXPECT_FALSE(process.loop.drain_and_stop().is_ok());
  EXPECT_EQ(stored(rig, 0)->applied, Offset(2));
}

TEST(LoopTest, TooManyOutputsStopThePartition) {
  Rig rig;
  rig.options.batch_outputs_max = 2;
  rig.append("a", "10");
  LoopProcess process(rig);
  for (int i = 0; i < 5; ++i) process.step();
  ASSERT_EQ(process.observer.stops.size(), 1U);
  EXPECT_EQ(process.observer.stops[0].code(), ErrorCode::kLimitExceeded);
  EXPECT_TRUE(rig.read("outputs").empty());
}

TEST(LoopTest, GapsInOffsetsArePassedOver) {
  Rig rig;
  rig.append("a", "1");
  rig.broker.append_gap("input", Partition(0));
  rig.append("a", "2");
  rig.broker.append_gap("input", Partition(0));
  LoopProcess process(rig);
  process.catch_up();
  EXPECT_EQ(rig.broker.decided_offset("scoring", Partition(0)), Offset(4));
  EXPECT_EQ(rig.read("outputs").back().value->substr(0, 13), "count=2 sum=3");
}

TEST(LoopTest, WrongOptionsAreRefused) {
  Rig rig;
  rig.options.batch_milliseconds_backlog_max = 5000;  // longer than a freeze interval
  LoopProcess process(rig);
  EXPECT_EQ(process.loop.step().status().code(), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace qcdr::stream
