// `--crash-at POINT:N`: the process kills itself with SIGKILL at the N-th visit of a named point.
// For crash tests; nothing gets a chance to clean up, as when the machine takes a process away.
// Thread-safety: safe from any thread.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "core/status.h"
#include "stream/crash_points.h"

namespace qcdr {

class CrashAt final : public stream::CrashPoints {
 public:
  // Empty text: never. kInvalidArgument names the known points.
  static Result<std::unique_ptr<CrashAt>> parse(const std::string& text);
  void reached(stream::CrashPoint point) override;

 private:
  bool armed_ = false;
  stream::CrashPoint point_{};
  std::atomic<std::int64_t> left_{0};
};

}  // namespace qcdr
