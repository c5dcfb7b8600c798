// What ingest, validation and scoring count, as metrics. Labels are kinds of records, verdicts,
// codes of findings and partitions: all of them enumerations of ours. Thread-safety: that of the
// thread that works. Lifetime: registry and clock outlive them.
#pragma once

#include <map>
#include <string>

#include "rulebook/rulebook.h"
#include "scoring/scoring_observer.h"
#include "stream/clock.h"
#include "telemetry/metric_registry.h"
#include "validation/validation.h"
#include "validation/validation_observer.h"

namespace qcdr {

class IngestMetrics {
 public:
  explicit IngestMetrics(MetricRegistry& registry);
  void accepted(v1::RecordKind kind, std::uint64_t bytes);
  void refused(ErrorCode reason);

 private:
  CounterFamily uploads_;
  CounterFamily bytes_;
  CounterFamily refused_;
};

class ValidationMetrics final : public ValidationObserver {
 public:
  ValidationMetrics(MetricRegistry& registry, stream::Clock& clock);
  void on_chunk(v1::RecordKind kind, const RowVerdicts& rows) override;
  void on_end(v1::RecordKind kind, UploadEnd end) override;
  void on_dead_letter(Partition partition, Offset offset) override;
  void on_waits(Partition partition, Offset offset, const Status& why) override;
  void progress(const Validation::Progress& progress);
  // The controller sent one.
  void heartbeat(Instant at);

 private:
  stream::Clock& clock_;
  CounterFamily ends_;
  CounterFamily rows_;
  Gauge in_progress_;
  Gauge heartbeat_;
  Counter dead_letters_;
  GaugeFamily committed_offset_;
  GaugeFamily lag_records_;
  GaugeFamily lag_seconds_;
  std::map<Partition, MetricLabels> partitions_;
};

class ScoringMetrics final : public ScoringObserver {
 public:
  // `wall`: the clock on the wall, also in a replayed season.
  ScoringMetrics(MetricRegistry& registry, stream::Clock& wall);
  void on_batch(Partition partition, const ScoringTally& tally) override;

 private:
  Counter& of_finding(std::uint32_t code);

  stream::Clock& wall_;
  Counter folded_rows_;
  CounterFamily findings_;
  std::map<std::uint32_t, Counter> by_code_;
  CounterFamily outputs_;
  CounterFamily rows_;
  CounterFamily uploads_;
  Counter parked_;
  GaugeFamily heartbeat_;
  Histogram heartbeat_delay_;
};

// qcdr_deadline_timestamp_seconds: constant, from the calendar of every year.
void publish_deadlines(MetricRegistry& registry, const rulebook::Rulebook& rulebook);

}  // namespace qcdr
