// What a processing loop tells, as metrics and as lines of the log.
//
// Everything that comes with a batch costs a few atomic additions; nothing is counted per record.
// Thread-safety: that of the loop's thread. Lifetime: registry and clock outlive it.
#pragma once

#include <map>
#include <string>

#include "stream/clock.h"
#include "stream/loop/loop.h"
#include "stream/loop/loop_observer.h"
#include "telemetry/lag_age.h"
#include "telemetry/metric_registry.h"

namespace qcdr {

class LoopMetrics final : public stream::LoopObserver {
 public:
  // `stage`: "scoring" or "entities". `partitions`: of its input topic.
  LoopMetrics(MetricRegistry& registry, const std::string& stage, std::int32_t partitions,
              stream::Clock& clock);

  // After each step: how many partitions this process has, and how they are.
  void stepped(const stream::StepOutcome& outcome);
  // Ok, or why the last partition that stopped did.
  const Status& stopped() const { return stopped_; }
  std::size_t replayed() const { return replayed_; }

  void on_commit(const stream::CommitReport& report) override;
  void on_freeze(const stream::FreezeReport& report) override;
  void on_replay(const stream::ReplayReport& report) override;
  void on_live(Partition partition, Offset committed) override;
  void on_released(Partition partition) override;
  void on_position(const stream::PositionReport& report) override;
  void on_mismatch(Partition partition) override;
  void on_repeated_event(Partition partition, Offset offset) override;
  void on_shorter_batches(Partition partition, std::size_t output_bytes) override;
  void on_recovery(const Status& reason) override;
  void on_stopped(Partition partition, std::optional<Offset> offset, const Status& reason) override;
  void on_incident(Partition partition, const std::string& message) override;

 private:
  struct PartitionGauges {
    Gauge applied_offset;
    Gauge committed_offset;
    Gauge lag_records;
    Gauge lag_seconds;
    Gauge replay_remaining;
    Gauge parked_practices;
    LagAge age;
  };
  PartitionGauges& of(Partition partition);
  MetricLabels labels(Partition partition) const;

  const std::string stage_;
  stream::Clock& clock_;
  Status stopped_;
  std::size_t replayed_ = 0;

  Counter records_;
  Counter outputs_;
  Counter commits_;
  Histogram batch_seconds_;
  Histogram commit_seconds_;
  Gauge last_commit_;
  Counter freezes_;
  Counter frozen_rows_;
  Counter frozen_bytes_;
  Counter store_wait_seconds_;
  Counter replayed_records_;
  Counter replayed_bytes_;
  Counter compared_batches_;
  Counter mismatches_;
  Counter repeated_events_;
  Counter shorter_batches_;
  CounterFamily recoveries_;
  Counter dead_letters_;
  Counter stops_;
  Counter incidents_;
  Gauge owned_;
  Gauge live_;
  Gauge stopped_partitions_;
  GaugeFamily applied_offset_;
  GaugeFamily committed_offset_;
  GaugeFamily lag_records_;
  GaugeFamily lag_seconds_;
  GaugeFamily replay_remaining_;
  GaugeFamily parked_practices_;
  std::map<Partition, PartitionGauges> partitions_;
};

}  // namespace qcdr
