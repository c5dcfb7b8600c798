#include "submission/rate_limiter.h"

#include <algorithm>

#include "core/assert.h"

namespace qcdr::submission {
namespace {

constexpr std::int64_t kCall = 1'000'000;
constexpr std::int64_t kSecondMilliseconds = 1'000;
constexpr std::int64_t kWholePercent = 100;

}  // namespace

RateLimiter::RateLimiter(RateLimits limits) {
  QCDR_ASSERT(limits.calls_per_second >= 1 && limits.calls_per_second <= kCallsPerSecondMax);
  QCDR_ASSERT(limits.burst_calls >= 1 && limits.burst_calls <= kBurstCallsMax);
  QCDR_ASSERT(limits.average_seconds >= 1 && limits.average_seconds <= kAverageSecondsMax);
  QCDR_ASSERT(limits.margin_percent >= 0 && limits.margin_percent < kWholePercent);
  const std::int64_t used = kWholePercent - limits.margin_percent;
  const std::int64_t a_second = limits.calls_per_second * kCall / kWholePercent * used;
  const std::int64_t burst = limits.burst_calls * kCall / kWholePercent * used;
  // At least one call fits, or none would ever be made.
  full_ = std::max(burst - a_second, kCall);
  const std::int64_t averaged = a_second * limits.average_seconds - full_;
  per_millisecond_ =
      std::max<std::int64_t>(averaged / limits.average_seconds / kSecondMilliseconds, 1);
  level_ = full_;
}

std::int64_t RateLimiter::level_at(std::int64_t now_milliseconds) const {
  if (!begun_) return full_;
  const std::int64_t passed = std::max<std::int64_t>(now_milliseconds - at_milliseconds_, 0);
  // Compared before the product can overflow.
  if (passed >= (full_ - level_) / per_millisecond_ + 1) return full_;
  return std::min(full_, level_ + passed * per_millisecond_);
}

std::int64_t RateLimiter::wait_milliseconds(std::int64_t now_milliseconds) const {
  const std::int64_t held = std::max<std::int64_t>(held_until_milliseconds_ - now_milliseconds, 0);
  const std::int64_t lacking = kCall - level_at(now_milliseconds);
  if (lacking <= 0) return held;
  return std::max(held, (lacking + per_millisecond_ - 1) / per_millisecond_);
}

bool RateLimiter::take(std::int64_t now_milliseconds) {
  if (wait_milliseconds(now_milliseconds) > 0) return false;
  level_ = level_at(now_milliseconds) - kCall;
  at_milliseconds_ = begun_ ? std::max(at_milliseconds_, now_milliseconds) : now_milliseconds;
  begun_ = true;
  return true;
}

void RateLimiter::hold(std::int64_t until_milliseconds) {
  held_until_milliseconds_ = std::max(held_until_milliseconds_, until_milliseconds);
}

}  // namespace qcdr::submission
