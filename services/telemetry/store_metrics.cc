#include "telemetry/store_metrics.h"

namespace qcdr {
namespace {

struct Staged {
  MetricRegistry& registry;
  const std::string& stage;
  Gauge gauge(Audience audience, const char* name, const char* help) const {
    return registry.gauges(audience, name, help).with({{"stage", stage}});
  }
  Counter counter(Audience audience, const char* name, const char* help) const {
    return registry.counters(audience, name, help).with({{"stage", stage}});
  }
};

}  // namespace

StoreMetrics::StoreMetrics(MetricRegistry& registry, const std::string& stage) {
  const Staged staged{registry, stage};
  constexpr Audience kPublic = Audience::kPublic;
  constexpr Audience kInternal = Audience::kInternal;
  stores_ = staged.gauge(kInternal, "qcdr_rocksdb_stores", "Stores that are open.");
  stopped_ =
      staged.gauge(kPublic, "qcdr_rocksdb_stopped_stores", "Stores that take no write for now.");
  table_bytes_ = staged.gauge(kPublic, "qcdr_rocksdb_table_bytes", "Live tables on disk.");
  pending_compaction_bytes_ = staged.gauge(kPublic, "qcdr_rocksdb_pending_compaction_bytes",
                                           "Estimate of what compaction has still to rewrite.");
  write_buffer_bytes_ =
      staged.gauge(kInternal, "qcdr_rocksdb_write_buffer_bytes", "Write buffers of all stores.");
  cache_bytes_ = staged.gauge(kInternal, "qcdr_rocksdb_cache_bytes", "Block cache in use.");
  running_flushes_ = staged.gauge(kInternal, "qcdr_rocksdb_running_flushes", "Flushes now.");
  running_compactions_ =
      staged.gauge(kInternal, "qcdr_rocksdb_running_compactions", "Compactions now.");
  background_errors_ = staged.counter(kPublic, "qcdr_rocksdb_background_errors_total",
                                      "Flushes and compactions that failed.");
  write_slowdowns_ =
      staged.counter(kPublic, "qcdr_rocksdb_write_slowdowns_total", "Writes slowed down.");
  write_stops_ = staged.counter(kPublic, "qcdr_rocksdb_write_stops_total", "Writes stopped.");
}

void StoreMetrics::update(const stream::StoreStatistics& statistics) {
  const auto number = [](auto value) { return static_cast<double>(value); };
  stores_.set(number(statistics.stores));
  stopped_.set(number(statistics.stopped_stores));
  table_bytes_.set(number(statistics.table_bytes));
  pending_compaction_bytes_.set(number(statistics.pending_compaction_bytes));
  write_buffer_bytes_.set(number(statistics.write_buffer_bytes));
  cache_bytes_.set(number(statistics.cache_bytes));
  running_flushes_.set(number(statistics.running_flushes));
  running_compactions_.set(number(statistics.running_compactions));
  background_errors_.advance_to(number(statistics.background_errors));
  write_slowdowns_.advance_to(number(statistics.write_slowdowns));
  write_stops_.advance_to(number(statistics.write_stops));
}

}  // namespace qcdr
