// Time of a simulation: goes on only when told, in milliseconds. Civil time may be moved apart.
#pragma once

#include "core/assert.h"
#include "stream/clock.h"

namespace qcdr::stream {

class SimClock : public Clock {
 public:
  explicit SimClock(Instant start) : start_milliseconds_(start.milliseconds()) {}
  Instant now() override {
    return Instant::from_milliseconds(start_milliseconds_ + monotonic_ + civil_skew_);
  }
  std::int64_t monotonic_milliseconds() override { return monotonic_; }

  void advance(std::int64_t milliseconds) {
    QCDR_ASSERT(milliseconds >= 0);
    monotonic_ += milliseconds;
  }
  // May be negative; the monotonic clock does not move.
  void skew_civil_time(std::int64_t milliseconds) { civil_skew_ += milliseconds; }

 private:
  std::int64_t start_milliseconds_;
  std::int64_t monotonic_ = 1;
  std::int64_t civil_skew_ = 0;
};

}  // namespace qcdr::stream
