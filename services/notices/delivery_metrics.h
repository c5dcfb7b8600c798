// What the delivery of notices counts. Thread-safety: of the thread that delivers; scrapes from
// any. Lifetime: the registry outlives it.
#pragma once

#include <map>
#include <optional>

#include "core/time.h"
#include "stream/clock.h"
#include "telemetry/metric_registry.h"

namespace qcdr {

enum class DeliveryEnd { kSent, kNotYet, kDead, kPointless, kNobody, kRepeat };

class DeliveryMetrics {
 public:
  DeliveryMetrics(MetricRegistry& registry, stream::Clock& wall);
  void count(DeliveryEnd end);
  // Notices in work, and since when the oldest of them lies on the log.
  void waiting(std::size_t count, std::optional<Instant> oldest);

 private:
  stream::Clock& wall_;
  std::map<DeliveryEnd, Counter> ends_;
  Gauge waiting_;
  Gauge oldest_;
};

}  // namespace qcdr
