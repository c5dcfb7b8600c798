// Time for the shells around the core: batching, back-off, and the embedded log's append time.
// The core itself never sees a clock.
#pragma once

#include "core/time.h"

namespace qcdr::stream {

class Clock {
 public:
  virtual ~Clock() = default;
  // Civil time: what the embedded log stamps records with.
  virtual Instant now() = 0;
  // Milliseconds that only ever go forward; for intervals.
  virtual std::int64_t monotonic_milliseconds() = 0;
};

}  // namespace qcdr::stream
