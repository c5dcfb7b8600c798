// librdkafka's statistics as metrics. Labels name the client ("consumer qcdr.scoring", "reader"),
// never a broker's address. Thread-safety: one thread, that which uses the clients. Lifetime: the
// registry outlives it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "telemetry/metric_registry.h"

namespace qcdr {

class KafkaMetrics {
 public:
  explicit KafkaMetrics(MetricRegistry& registry);
  // One report of one client, as KafkaOptions::statistics gives it. What cannot be read is counted
  // and passed over.
  void report(const std::string& client, const std::string& json);

 private:
  static constexpr std::size_t kTotals = 9;
  static constexpr std::size_t kLevels = 4;
  // Clients come and go, and each counts from 0: by the library's own name of the client.
  struct Handle {
    std::array<Counter, kTotals> totals;
    std::uint64_t reported = 0;
  };
  Handle& of(const std::string& client, const std::string& name);

  std::vector<CounterFamily> totals_;
  std::vector<GaugeFamily> levels_;
  Counter unread_;
  std::map<std::string, Handle> handles_;
  std::uint64_t reports_ = 0;
};

}  // namespace qcdr
