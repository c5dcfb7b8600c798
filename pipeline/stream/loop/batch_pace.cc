#include "stream/loop/batch_pace.h"

#include <algorithm>

namespace qcdr::stream {

void BatchPace::after_batch(bool backlog) {
  const std::int64_t doubled = std::max<std::int64_t>(1, milliseconds_ * 2);
  if (backlog) {
    milliseconds_ = std::min(doubled, options_.batch_milliseconds_backlog_max);
  } else if (milliseconds_ > options_.batch_milliseconds_idle_max) {
    milliseconds_ = std::max(milliseconds_ / 2, options_.batch_milliseconds_idle_max);
  } else {
    milliseconds_ = std::min(doubled, options_.batch_milliseconds_idle_max);
  }
}

}  // namespace qcdr::stream
