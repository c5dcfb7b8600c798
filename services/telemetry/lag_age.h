// How old the oldest record is that a partition has not processed, from what is known without
// reading it: an upper bound, in milliseconds.
// Thread-safety: none; one for each partition.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "core/time.h"
#include "stream/loop/loop_observer.h"

namespace qcdr {

class LagAge {
 public:
  // `now` in the time of the records, `monotonic` of this process.
  std::int64_t milliseconds(const stream::PositionReport& report, Instant now,
                            std::int64_t monotonic_milliseconds) {
    if (!report.behind) {
      even_at_ = monotonic_milliseconds;
      return 0;
    }
    // What comes next is not older than what was folded last, and what was not there when nothing
    // was left came later than that.
    const Instant known = report.oldest.value_or(report.partition_time);
    std::int64_t age = now.milliseconds() - known.milliseconds();
    if (even_at_) age = std::min(age, monotonic_milliseconds - *even_at_);
    return std::max<std::int64_t>(0, age);
  }

 private:
  std::optional<std::int64_t> even_at_;
};

}  // namespace qcdr
