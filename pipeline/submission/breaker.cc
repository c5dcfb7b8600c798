#include "submission/breaker.h"

#include <algorithm>

#include "core/assert.h"

namespace qcdr::submission {

Breaker::Breaker(BreakerLimits limits) : limits_(limits) {
  QCDR_ASSERT(limits.failures_max >= 1 && limits.open_milliseconds >= 0);
}

Breaker::State Breaker::state(std::int64_t now_milliseconds) const {
  if (!open_) return State::kClosed;
  return now_milliseconds < open_until_milliseconds_ ? State::kOpen : State::kHalfOpen;
}

std::int64_t Breaker::wait_milliseconds(std::int64_t now_milliseconds) const {
  if (!open_) return 0;
  return std::max<std::int64_t>(open_until_milliseconds_ - now_milliseconds, 0);
}

void Breaker::begin(std::int64_t now_milliseconds) {
  QCDR_ASSERT(wait_milliseconds(now_milliseconds) == 0);
  // The trial: nobody else until it is known, or lost.
  if (open_) open_until_milliseconds_ = now_milliseconds + limits_.open_milliseconds;
}

void Breaker::worked() {
  open_ = false;
  failures_ = 0;
}

void Breaker::failed(std::int64_t now_milliseconds) {
  ++failures_;
  if (!open_ && failures_ < limits_.failures_max) return;
  open_ = true;
  open_until_milliseconds_ = now_milliseconds + limits_.open_milliseconds;
}

}  // namespace qcdr::submission
