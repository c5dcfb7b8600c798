#include "telemetry/loop_metrics.h"

#include <gtest/gtest.h>

#include "telemetry/log_line.h"

namespace qcdr {
namespace {

class StandingClock final : public stream::Clock {
 public:
  Instant now() override { return Instant::from_milliseconds(milliseconds); }
  std::int64_t monotonic_milliseconds() override { return milliseconds; }
  std::int64_t milliseconds = 1'000'000;
};

class LoopMetricsTest : public testing::Test {
 protected:
  bool has(const std::string& line) {
    return registry_.text(Audience::kPublic).find("\n" + line + "\n") != std::string::npos;
  }
  stream::PositionReport position(bool behind, std::int64_t partition_time) {
    stream::PositionReport report;
    report.partition = Partition(2);
    report.applied = Offset(3);
    report.committed = Offset(5);
    report.end = Offset(9);
    report.partition_time = Instant::from_milliseconds(partition_time);
    report.behind = behind;
    return report;
  }

  MetricRegistry registry_;
  StandingClock clock_;
  LoopMetrics metrics_{registry_, "scoring", 24, clock_};
};

TEST_F(LoopMetricsTest, ABatchIsCounted) {
  EXPECT_TRUE(has(R"(qcdr_loop_records_total{stage="scoring"} 0)"));
  stream::CommitReport commit;
  commit.records = 7;
  commit.outputs = 3;
  commit.commit_milliseconds = 20;
  metrics_.on_commit(commit);
  stream::FreezeReport freeze;
  freeze.rows = 11;
  freeze.wait_milliseconds = 1500;
  metrics_.on_freeze(freeze);
  EXPECT_TRUE(has(R"(qcdr_loop_records_total{stage="scoring"} 7)"));
  EXPECT_TRUE(has(R"(qcdr_loop_outputs_total{stage="scoring"} 3)"));
  EXPECT_TRUE(has(R"(qcdr_loop_commit_duration_seconds_bucket{stage="scoring",le="0.025"} 1)"));
  EXPECT_TRUE(has(R"(qcdr_loop_commit_duration_seconds_bucket{stage="scoring",le="0.01"} 0)"));
  EXPECT_TRUE(has(R"(qcdr_loop_store_wait_seconds_total{stage="scoring"} 1.5)"));
  EXPECT_TRUE(has(R"(qcdr_topic_partitions{stage="scoring"} 24)"));
}

TEST_F(LoopMetricsTest, APartitionShowsWhereItStandsWhileItIsOurs) {
  metrics_.on_position(position(true, 990'000));
  EXPECT_TRUE(has(R"(qcdr_applied_offset{partition="2",stage="scoring"} 3)"));
  EXPECT_TRUE(has(R"(qcdr_committed_offset{partition="2",stage="scoring"} 5)"));
  EXPECT_TRUE(has(R"(qcdr_lag_records{partition="2",stage="scoring"} 4)"));
  EXPECT_TRUE(has(R"(qcdr_lag_seconds{partition="2",stage="scoring"} 10)"));
  metrics_.on_released(Partition(2));
  EXPECT_EQ(registry_.text(Audience::kPublic).find("partition=\"2\""), std::string::npos);
}

// A series of every live partition, also where nobody is parked: a sum over none is no number.
TEST_F(LoopMetricsTest, ParkedPracticesAreToldOfEveryPartition) {
  metrics_.on_position(position(false, 0));
  EXPECT_TRUE(has(R"(qcdr_parked_practices{partition="2",stage="scoring"} 0)"));
  stream::PositionReport report = position(false, 0);
  report.parked_keys = 3;
  metrics_.on_position(report);
  EXPECT_TRUE(has(R"(qcdr_parked_practices{partition="2",stage="scoring"} 3)"));
}

TEST_F(LoopMetricsTest, MarkersBehindTheLastRecordAreNoLag) {
  metrics_.on_position(position(false, 0));
  EXPECT_TRUE(has(R"(qcdr_lag_records{partition="2",stage="scoring"} 0)"));
  EXPECT_TRUE(has(R"(qcdr_lag_seconds{partition="2",stage="scoring"} 0)"));
}

TEST_F(LoopMetricsTest, ReplaySaysHowMuchIsLeft) {
  stream::ReplayReport replay;
  replay.partition = Partition(2);
  replay.applied = Offset(40);
  replay.committed = Offset(100);
  replay.records = 10;
  replay.bytes = 7000;
  metrics_.on_replay(replay);
  EXPECT_TRUE(has(R"(qcdr_replay_remaining_records{partition="2",stage="scoring"} 60)"));
  metrics_.on_live(Partition(2), Offset(100));
  EXPECT_TRUE(has(R"(qcdr_replay_remaining_records{partition="2",stage="scoring"} 0)"));
  EXPECT_EQ(metrics_.replayed(), 10U);
  EXPECT_TRUE(has(R"(qcdr_loop_replayed_records_total{stage="scoring"} 10)"));
  EXPECT_TRUE(has(R"(qcdr_loop_replayed_bytes_total{stage="scoring"} 7000)"));
}

TEST_F(LoopMetricsTest, WhatGoesWrongIsCountedAndSaid) {
  set_log_format(LogFormat::kText);
  testing::internal::CaptureStderr();
  metrics_.on_stopped(Partition(1), Offset(8), Status(ErrorCode::kCorruption, "tin 000456789"));
  metrics_.on_mismatch(Partition(1));
  metrics_.on_recovery(Status(ErrorCode::kFenced, "another"));
  stream::CommitReport commit;
  commit.dead_letters = 2;
  metrics_.on_commit(commit);
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("partition stopped stage=scoring partition=1 offset=8: corruption: tin "
                      "[removed]\n"),
            std::string::npos)
      << said;
  EXPECT_EQ(metrics_.stopped().code(), ErrorCode::kCorruption);
  EXPECT_TRUE(has(R"(qcdr_loop_stops_total{stage="scoring"} 1)"));
  EXPECT_TRUE(has(R"(qcdr_score_mismatches_total{stage="scoring"} 1)"));
  EXPECT_TRUE(has(R"(qcdr_loop_recoveries_total{reason="fenced",stage="scoring"} 1)"));
  EXPECT_TRUE(has(R"(qcdr_loop_recoveries_total{reason="aborted",stage="scoring"} 0)"));
  EXPECT_TRUE(has(R"(qcdr_dlq_records_total{stage="scoring"} 2)"));
  EXPECT_NE(said.find("records laid aside stage=scoring records=2\n"), std::string::npos) << said;
}

TEST_F(LoopMetricsTest, AStepSaysHowThePartitionsAre) {
  stream::StepOutcome outcome;
  outcome.partitions_owned = 5;
  outcome.partitions_live = 3;
  outcome.stopped.resize(1);
  metrics_.stepped(outcome);
  EXPECT_TRUE(has(R"(qcdr_partitions{stage="scoring",state="owned"} 5)"));
  EXPECT_TRUE(has(R"(qcdr_partitions{stage="scoring",state="live"} 3)"));
  EXPECT_TRUE(has(R"(qcdr_partitions{stage="scoring",state="stopped"} 1)"));
}

TEST(LagAge, IsTheTighterOfTwoBounds) {
  stream::PositionReport report;
  report.partition_time = Instant::from_milliseconds(1'000);
  LagAge age;
  report.behind = true;
  EXPECT_EQ(age.milliseconds(report, Instant::from_milliseconds(61'000), 10), 60'000);
  report.behind = false;
  EXPECT_EQ(age.milliseconds(report, Instant::from_milliseconds(62'000), 1'010), 0);
  // What is there now was not there a second ago, however old the last record is.
  report.behind = true;
  EXPECT_EQ(age.milliseconds(report, Instant::from_milliseconds(63'000), 2'010), 1'000);
  report.oldest = Instant::from_milliseconds(62'900);
  EXPECT_EQ(age.milliseconds(report, Instant::from_milliseconds(63'000), 2'010), 100);
  report.oldest = Instant::from_milliseconds(70'000);
  EXPECT_EQ(age.milliseconds(report, Instant::from_milliseconds(63'000), 2'010), 0);
}

}  // namespace
}  // namespace qcdr
