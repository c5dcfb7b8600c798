// What the operating system says about this process, under the names that all Prometheus clients
// use, the build, and the lines of its log. Read when somebody asks.
// Thread-safety: update() from any thread. Lifetime: the registry outlives it.
#pragma once

#include <mutex>
#include <vector>

#include "telemetry/metric_registry.h"

namespace qcdr {

class ProcessMetrics {
 public:
  ProcessMetrics(MetricRegistry& registry, const std::string& version, const std::string& service);
  void update();
  // Free and total bytes of the file system of a folder; `volume` is "state", "blobs" or "log".
  void watch_disk(const std::string& volume, const std::string& folder);

 private:
  struct Disk {
    std::string folder;
    Gauge free_bytes;
    Gauge size_bytes;
  };

  std::mutex mutex_;
  GaugeFamily disk_free_;
  GaugeFamily disk_size_;
  std::vector<Disk> disks_;
  Counter cpu_seconds_;
  Gauge resident_bytes_;
  Gauge virtual_bytes_;
  Gauge threads_;
  Gauge open_files_;
  Gauge files_max_;
  std::vector<Counter> log_lines_;  // by level
};

}  // namespace qcdr
