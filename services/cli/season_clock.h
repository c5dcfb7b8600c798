// The clock of `qcdr dev`: it stands where the season is, and moves when it is told to.
//
// Intervals (monotonic_milliseconds) always pass as they do; only the civil time is made. Without
// an instant it is the system's. Thread-safety: safe from any thread.
#pragma once

#include <atomic>
#include <optional>

#include "stream/system_clock.h"

namespace qcdr {

class SeasonClock final : public stream::Clock {
 public:
  Instant now() override {
    const std::int64_t fixed = fixed_.load();
    return fixed == kSystem ? system_.now() : Instant::from_milliseconds(fixed);
  }
  std::int64_t monotonic_milliseconds() override { return system_.monotonic_milliseconds(); }
  void stand_at(Instant instant) { fixed_.store(instant.milliseconds()); }
  bool is_made() const { return fixed_.load() != kSystem; }

 private:
  static constexpr std::int64_t kSystem = INT64_MIN;
  stream::SystemClock system_;
  std::atomic<std::int64_t> fixed_{kSystem};
};

}  // namespace qcdr
