#include "telemetry/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "telemetry/log_line.h"

namespace qcdr {
namespace {

constexpr double kMicro = 1e-6;
#ifdef __clang__
constexpr const char* kCompiler = "clang " __clang_version__;
#else
constexpr const char* kCompiler = "gcc " __VERSION__;
#endif

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * kMicro;
}

double cpu_seconds() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

double files_max() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<double>(limit.rlim_cur) : 0;
}

double entries_in(const char* folder) {
  std::error_code error;
  double count = 0;
  std::filesystem::directory_iterator entries(folder, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    ++count;
  }
  return count;
}

}  // namespace

ProcessMetrics::ProcessMetrics(MetricRegistry& registry, const std::string& version,
                               const std::string& service)
    : disk_free_(registry.gauges(Audience::kPublic, "qcdr_disk_free_bytes",
                                 "Bytes that this process may still write, by volume.")),
      disk_size_(registry.gauges(Audience::kPublic, "qcdr_disk_size_bytes",
                                 "Size of the file system, by volume.")),
      cpu_seconds_(registry.counter(Audience::kPublic, "process_cpu_seconds_total",
                                    "User and system time.")),
      resident_bytes_(
          registry.gauge(Audience::kPublic, "process_resident_memory_bytes", "Resident memory.")),
      virtual_bytes_(
          registry.gauge(Audience::kPublic, "process_virtual_memory_bytes", "Virtual memory.")),
      threads_(registry.gauge(Audience::kPublic, "process_threads", "Threads.")),
      open_files_(registry.gauge(Audience::kPublic, "process_open_fds", "Open file descriptors.")),
      files_max_(
          registry.gauge(Audience::kPublic, "process_max_fds", "Limit of file descriptors.")) {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  registry
      .gauge(Audience::kPublic, "process_start_time_seconds",
             "When the process began, as seconds of the epoch.")
      .set(std::chrono::duration<double>(since).count());
  registry.gauges(Audience::kPublic, "qcdr_build_info", "1; the labels say what runs.")
      .with({{"version", version}, {"compiler", kCompiler}, {"service", service}})
      .set(1);
  const CounterFamily lines =
      registry.counters(Audience::kPublic, "qcdr_log_messages_total", "Lines of the log by level.");
  for (const std::string_view level : kLogLevelNames) {
    log_lines_.push_back(lines.with({{"level", std::string(level)}}));
  }
  update();
}

void ProcessMetrics::watch_disk(const std::string& volume, const std::string& folder) {
  const std::lock_guard<std::mutex> lock(mutex_);
  disks_.push_back(
      {folder, disk_free_.with({{"volume", volume}}), disk_size_.with({{"volume", volume}})});
}

void ProcessMetrics::update() {
  const std::lock_guard<std::mutex> lock(mutex_);
  cpu_seconds_.advance_to(cpu_seconds());
  std::ifstream memory("/proc/self/statm");
  double pages = 0;
  double resident_pages = 0;
  memory >> pages >> resident_pages;
  const double page_bytes = static_cast<double>(::sysconf(_SC_PAGESIZE));
  virtual_bytes_.set(pages * page_bytes);
  resident_bytes_.set(resident_pages * page_bytes);
  threads_.set(entries_in("/proc/self/task"));
  open_files_.set(entries_in("/proc/self/fd"));
  files_max_.set(files_max());
  for (std::size_t level = 0; level < log_lines_.size(); ++level) {
    log_lines_[level].advance_to(static_cast<double>(log_line_count(static_cast<LogLevel>(level))));
  }
  for (Disk& disk : disks_) {
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(disk.folder, error);
    if (error) continue;
    disk.free_bytes.set(static_cast<double>(space.available));
    disk.size_bytes.set(static_cast<double>(space.capacity));
  }
}

}  // namespace qcdr
