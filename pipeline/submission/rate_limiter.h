// How fast CMS may be called: a token bucket that keeps two limits at once.
//
// CMS names an average and a burst, and not the time over which it averages; the strictest reading
// of its pages is: at most `burst_calls` in any second, and at most calls_per_second *
// average_seconds calls in any `average_seconds`. Both are cut by `margin_percent`, because calls
// that leave evenly arrive unevenly. From them follow how many calls the bucket holds (the burst
// less what flows in within its second) and how fast it fills; in no second and no averaging time
// more calls begin than allowed. What CMS allows is data: deploy/cms.yaml, with its source. hold()
// stops all calls for a time: CMS said that there were too many. It has no clock: the caller says
// which millisecond it is, and waits. A millisecond before one that was named counts as that one.
// Thread-safety: none. Units: milliseconds that only go forward.
#pragma once

#include <cstdint>

namespace qcdr::submission {

struct RateLimits {
  std::int64_t calls_per_second = 0;
  std::int64_t burst_calls = 0;      // in one second; not below calls_per_second
  std::int64_t average_seconds = 0;  // over which calls_per_second is an average
  std::int64_t margin_percent = 0;   // of both limits, unused; below 100
};
inline constexpr std::int64_t kCallsPerSecondMax = 1'000;
inline constexpr std::int64_t kBurstCallsMax = 10'000;
inline constexpr std::int64_t kAverageSecondsMax = 86'400;

class RateLimiter {
 public:
  // Limits of at least 1, and at most what stands above.
  explicit RateLimiter(RateLimits limits);
  // How long to wait until a call may begin; 0: now.
  std::int64_t wait_milliseconds(std::int64_t now_milliseconds) const;
  // A call begins. False, and nothing is taken, when it may not yet.
  bool take(std::int64_t now_milliseconds);
  // No call until then.
  void hold(std::int64_t until_milliseconds);

 private:
  std::int64_t level_at(std::int64_t now_milliseconds) const;

  // In millionths of a call.
  std::int64_t full_ = 0;
  std::int64_t per_millisecond_ = 0;
  std::int64_t level_ = 0;
  std::int64_t at_milliseconds_ = 0;
  std::int64_t held_until_milliseconds_ = 0;
  bool begun_ = false;
};

}  // namespace qcdr::submission
