// What the sender of submissions counts: calls, ends, states, waits. No label says whose anything
// is. Thread-safety: of the thread that sends; scrapes from any. Lifetime: the registry outlives
// it.
#pragma once

#include <map>
#include <string>

#include "submission/delivery_run.h"
#include "telemetry/metric_registry.h"

namespace qcdr {

// Why a document is laid by.
enum class HeldWhy { kUnreadable, kUnfinished, kToken };

class SubmissionMetrics final : public submission::RunObserver {
 public:
  explicit SubmissionMetrics(MetricRegistry& registry);
  void called(submission::StepKind call, const submission::CmsReply& reply,
              std::int64_t took_milliseconds) override;
  void waits(std::int64_t milliseconds) override;
  void ended(submission::DeliveryEnd end);
  void held(HeldWhy why);
  void told();
  void states(const std::map<submission::AttemptState, std::uint64_t>& documents);
  void in_work(std::size_t documents);
  void breaker(submission::Breaker::State state);

 private:
  CounterFamily calls_;
  HistogramFamily seconds_;
  Counter waits_;
  CounterFamily ends_;
  CounterFamily held_;
  Counter told_;
  GaugeFamily states_;
  Gauge in_work_;
  Gauge breaker_;
};

}  // namespace qcdr
