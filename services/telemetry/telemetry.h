// Everything by which an operator sees one process: metrics, health, the admin port.
//
// It exists in every service, so that nothing has to ask whether it does; without an address there
// is no port, and to count costs next to nothing. Thread-safety: the thread that opened it, apart
// from what its parts say of themselves. Lifetime: it outlives the log, the loops and whatever else
// tells it something.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "telemetry/admin_server.h"
#include "telemetry/health.h"
#include "telemetry/metric_registry.h"
#include "telemetry/process_metrics.h"

namespace qcdr {

struct TelemetryOptions {
  std::string service;  // "ingest", "validation", "scoring", "dev"
  std::string version;
  // HOST:PORT, port 0 for a free one; empty: no admin port.
  std::string admin_address;
};

class Telemetry {
 public:
  // Errors: those of AdminServer::open().
  static Result<std::unique_ptr<Telemetry>> open(const TelemetryOptions& options);

  MetricRegistry& registry() { return registry_; }
  Health& health() { return health_; }
  ProcessMetrics& process() { return process_; }

  // Once in a while, by somebody's clock: true when at least `interval` has passed since the last
  // time it said so.
  class Every {
   public:
    explicit Every(std::chrono::milliseconds interval) : interval_(interval) {}
    bool due();

   private:
    std::chrono::milliseconds interval_;
    std::chrono::steady_clock::time_point next_{};
  };

 private:
  explicit Telemetry(const TelemetryOptions& options);

  MetricRegistry registry_;
  Health health_;
  ProcessMetrics process_;
  std::unique_ptr<AdminServer> server_;  // last: it reads the others
};

}  // namespace qcdr
