#include "telemetry/loop_metrics.h"

#include "telemetry/label_words.h"
#include "telemetry/log_line.h"
#include "telemetry/shared_names.h"

namespace qcdr {
namespace {

constexpr double kMillisecond = 1e-3;

// Of a batch and of its commit: from a local log's millisecond to a cluster's time-out.
std::vector<double> duration_bounds() {
  return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
}

Counter staged(MetricRegistry& registry, const std::string& stage, const std::string& name,
               const std::string& help) {
  return registry.counters(Audience::kPublic, name, help).with({{"stage", stage}});
}

Histogram staged_duration(MetricRegistry& registry, const std::string& stage,
                          const std::string& name, const std::string& help) {
  return registry.histograms(Audience::kPublic, name, help, duration_bounds())
      .with({{"stage", stage}});
}

Gauge partitions_that_are(MetricRegistry& registry, const std::string& stage, const char* state) {
  return registry
      .gauges(Audience::kPublic, "qcdr_partitions",
              "Partitions of this process, by how far they are.")
      .with({{"stage", stage}, {"state", state}});
}

}  // namespace

LoopMetrics::LoopMetrics(MetricRegistry& registry, const std::string& stage,
                         std::int32_t partitions, stream::Clock& clock)
    : stage_(stage),
      clock_(clock),
      records_(staged(registry, stage, "qcdr_loop_records_total", "Records folded and committed.")),
      outputs_(staged(registry, stage, "qcdr_loop_outputs_total",
                      "Outputs committed, after coalescing.")),
      commits_(staged(registry, stage, "qcdr_loop_commits_total", "Transactions committed.")),
      batch_seconds_(staged_duration(registry, stage, "qcdr_loop_batch_duration_seconds",
                                     "First record polled to commit begun.")),
      commit_seconds_(staged_duration(registry, stage, "qcdr_loop_commit_duration_seconds",
                                      "Commit begun to commit answered.")),
      last_commit_(registry
                       .gauges(Audience::kPublic, "qcdr_loop_last_commit_timestamp_seconds",
                               "When the last transaction was committed; 0: none yet.")
                       .with({{"stage", stage}})),
      freezes_(staged(registry, stage, "qcdr_loop_freezes_total", "Batches handed to the store.")),
      frozen_rows_(
          staged(registry, stage, "qcdr_loop_frozen_rows_total", "Rows handed to the store.")),
      frozen_bytes_(
          staged(registry, stage, "qcdr_loop_frozen_bytes_total", "Bytes handed to the store.")),
      store_wait_seconds_(staged(registry, stage, "qcdr_loop_store_wait_seconds_total",
                                 "Time in which the loop stood still for the store.")),
      replayed_records_(staged(registry, stage, "qcdr_loop_replayed_records_total",
                               "Records folded again after a start or a recovery.")),
      replayed_bytes_(staged(registry, stage, "qcdr_loop_replayed_bytes_total",
                             "Bytes of the records folded again.")),
      compared_batches_(staged(registry, stage, "qcdr_loop_compared_batches_total",
                               "Batches whose outputs replay compared with those committed.")),
      mismatches_(staged(registry, stage, "qcdr_score_mismatches_total",
                         "Batches whose outputs replay did not find again.")),
      repeated_events_(staged(registry, stage, "qcdr_loop_repeated_events_total",
                              "Control events that had been applied before.")),
      shorter_batches_(staged(registry, stage, "qcdr_loop_shorter_batches_total",
                              "Batches folded again because their outputs were too large.")),
      recoveries_(registry.counters(Audience::kPublic, "qcdr_loop_recoveries_total",
                                    "How often folds were thrown away, by reason.")),
      dead_letters_(staged(registry, stage, kDeadLettersName, kDeadLettersHelp)),
      stops_(staged(registry, stage, "qcdr_loop_stops_total", "Partitions that stopped.")),
      incidents_(
          staged(registry, stage, "qcdr_loop_incidents_total", "What must not happen and did.")),
      owned_(partitions_that_are(registry, stage, "owned")),
      live_(partitions_that_are(registry, stage, "live")),
      stopped_partitions_(partitions_that_are(registry, stage, "stopped")),
      applied_offset_(registry.gauges(Audience::kPublic, "qcdr_applied_offset",
                                      "A: up to where the store has the state.")),
      committed_offset_(
          registry.gauges(Audience::kPublic, kCommittedOffsetName, kCommittedOffsetHelp)),
      lag_records_(registry.gauges(Audience::kPublic, kLagRecordsName, kLagRecordsHelp)),
      lag_seconds_(registry.gauges(Audience::kPublic, kLagSecondsName, kLagSecondsHelp)),
      replay_remaining_(registry.gauges(Audience::kPublic, "qcdr_replay_remaining_records",
                                        "Offsets still to be replayed before going live.")),
      parked_practices_(registry.gauges(Audience::kPublic, "qcdr_parked_practices",
                                        "Practices of which nothing is folded, because a record of "
                                        "theirs cannot be; theirs are laid aside.")) {
  registry
      .gauges(Audience::kPublic, "qcdr_topic_partitions", "Partitions that the input topic has.")
      .with({{"stage", stage}})
      .set(partitions);
  for (const ErrorCode code : {ErrorCode::kAborted, ErrorCode::kFenced, ErrorCode::kUnavailable}) {
    recoveries_.with({{"stage", stage_}, {"reason", label_word(code)}});
  }
}

MetricLabels LoopMetrics::labels(Partition partition) const {
  return {{"stage", stage_}, {"partition", std::to_string(partition.value())}};
}

LoopMetrics::PartitionGauges& LoopMetrics::of(Partition partition) {
  const auto found = partitions_.find(partition);
  if (found != partitions_.end()) return found->second;
  const MetricLabels labels = this->labels(partition);
  PartitionGauges gauges;
  gauges.applied_offset = applied_offset_.with(labels);
  gauges.committed_offset = committed_offset_.with(labels);
  gauges.lag_records = lag_records_.with(labels);
  gauges.lag_seconds = lag_seconds_.with(labels);
  gauges.replay_remaining = replay_remaining_.with(labels);
  gauges.parked_practices = parked_practices_.with(labels);
  return partitions_.emplace(partition, std::move(gauges)).first->second;
}

void LoopMetrics::stepped(const stream::StepOutcome& outcome) {
  owned_.set(static_cast<double>(outcome.partitions_owned));
  live_.set(static_cast<double>(outcome.partitions_live));
  stopped_partitions_.set(static_cast<double>(outcome.stopped.size()));
}

void LoopMetrics::on_commit(const stream::CommitReport& report) {
  records_.add(static_cast<double>(report.records));
  outputs_.add(static_cast<double>(report.outputs));
  commits_.add();
  batch_seconds_.observe(static_cast<double>(report.batch_milliseconds) * kMillisecond);
  commit_seconds_.observe(static_cast<double>(report.commit_milliseconds) * kMillisecond);
  last_commit_.set(static_cast<double>(clock_.now().milliseconds()) * kMillisecond);
  if (report.dead_letters == 0) return;
  dead_letters_.add(static_cast<double>(report.dead_letters));
  LogLine(LogLevel::kWarning, "records laid aside").stage(stage_).records(report.dead_letters);
}

void LoopMetrics::on_freeze(const stream::FreezeReport& report) {
  freezes_.add();
  frozen_rows_.add(static_cast<double>(report.rows));
  frozen_bytes_.add(static_cast<double>(report.bytes));
  store_wait_seconds_.add(static_cast<double>(report.wait_milliseconds) * kMillisecond);
}

void LoopMetrics::on_replay(const stream::ReplayReport& report) {
  replayed_ += report.records;
  replayed_records_.add(static_cast<double>(report.records));
  replayed_bytes_.add(static_cast<double>(report.bytes));
  compared_batches_.add(static_cast<double>(report.compared));
  PartitionGauges& gauges = of(report.partition);
  gauges.committed_offset.set(static_cast<double>(report.committed.value()));
  gauges.replay_remaining.set(
      static_cast<double>(report.committed.value() - report.applied.value()));
}

void LoopMetrics::on_live(Partition partition, Offset committed) {
  PartitionGauges& gauges = of(partition);
  gauges.committed_offset.set(static_cast<double>(committed.value()));
  gauges.replay_remaining.set(0);
}

void LoopMetrics::on_released(Partition partition) {
  const MetricLabels labels = this->labels(partition);
  for (const GaugeFamily* family : {&applied_offset_, &committed_offset_, &lag_records_,
                                    &lag_seconds_, &replay_remaining_, &parked_practices_}) {
    family->remove(labels);
  }
  partitions_.erase(partition);
}

void LoopMetrics::on_position(const stream::PositionReport& report) {
  PartitionGauges& gauges = of(report.partition);
  gauges.applied_offset.set(static_cast<double>(report.applied.value()));
  gauges.committed_offset.set(static_cast<double>(report.committed.value()));
  const std::int64_t offsets = report.end.value() - report.committed.value();
  gauges.lag_records.set(report.behind ? static_cast<double>(offsets) : 0);
  const std::int64_t age =
      gauges.age.milliseconds(report, clock_.now(), clock_.monotonic_milliseconds());
  gauges.lag_seconds.set(static_cast<double>(age) * kMillisecond);
  gauges.parked_practices.set(static_cast<double>(report.parked_keys));
}

void LoopMetrics::on_mismatch(Partition partition) {
  mismatches_.add();
  LogLine(LogLevel::kError, "replay made other outputs than were committed")
      .stage(stage_)
      .partition(partition);
}

void LoopMetrics::on_repeated_event(Partition /*partition*/, Offset /*offset*/) {
  repeated_events_.add();
}

void LoopMetrics::on_shorter_batches(Partition /*partition*/, std::size_t /*output_bytes*/) {
  shorter_batches_.add();
}

void LoopMetrics::on_recovery(const Status& reason) {
  recoveries_.with({{"stage", stage_}, {"reason", label_word(reason.code())}}).add();
  LogLine(LogLevel::kWarning, "starting again from committed state").stage(stage_).error(reason);
}

void LoopMetrics::on_stopped(Partition partition, std::optional<Offset> offset,
                             const Status& reason) {
  stops_.add();
  stopped_ = reason;
  LogLine line(LogLevel::kError, "partition stopped");
  line.stage(stage_).partition(partition);
  if (offset) line.offset(*offset);
  line.error(reason);
}

void LoopMetrics::on_incident(Partition partition, const std::string& message) {
  incidents_.add();
  LogLine(LogLevel::kError, "incident")
      .stage(stage_)
      .partition(partition)
      .error(Status(ErrorCode::kCorruption, message));
}

}  // namespace qcdr
