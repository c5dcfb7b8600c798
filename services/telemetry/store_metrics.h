// The state stores as metrics, by stage.
// Thread-safety: one thread. Lifetime: the registry outlives it.
#pragma once

#include <string>

#include "stream/rocksdb/store_statistics.h"
#include "telemetry/metric_registry.h"

namespace qcdr {

class StoreMetrics {
 public:
  StoreMetrics(MetricRegistry& registry, const std::string& stage);
  void update(const stream::StoreStatistics& statistics);

 private:
  Gauge stores_;
  Gauge stopped_;
  Gauge table_bytes_;
  Gauge pending_compaction_bytes_;
  Gauge write_buffer_bytes_;
  Gauge cache_bytes_;
  Gauge running_flushes_;
  Gauge running_compactions_;
  Counter background_errors_;
  Counter write_slowdowns_;
  Counter write_stops_;
};

}  // namespace qcdr
