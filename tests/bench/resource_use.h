// What a stretch of a run cost: wall time, CPU time of all threads, memory. Thread-safety: values.
#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <string>

namespace qcdr::bench {

class Stopwatch {
 public:
  Stopwatch() : began_(std::chrono::steady_clock::now()), cpu_(cpu_now()) {}
  double wall_seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }
  // User and system time of the process, every thread, since construction.
  double cpu_seconds() const { return cpu_now() - cpu_; }

 private:
  static double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  }
  static double cpu_now() {
    rusage use{};
    ::getrusage(RUSAGE_SELF, &use);
    return seconds(use.ru_utime) + seconds(use.ru_stime);
  }
  std::chrono::steady_clock::time_point began_;
  double cpu_;
};

// Resident bytes now ("VmRSS") or at most ("VmHWM"), from /proc; 0 when it does not tell.
inline std::uint64_t resident_bytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(name + ":", 0) == 0) return std::stoull(line.substr(name.size() + 1)) * 1024;
  }
  return 0;
}

}  // namespace qcdr::bench
