// The operating system's clocks. Thread-safety: safe from any thread.
#pragma once

#include "stream/clock.h"

namespace qcdr::stream {

class SystemClock : public Clock {
 public:
  Instant now() override;
  std::int64_t monotonic_milliseconds() override;
};

}  // namespace qcdr::stream
