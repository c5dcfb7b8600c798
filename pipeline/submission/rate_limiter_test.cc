#include "submission/rate_limiter.h"

#include <gtest/gtest.h>

namespace qcdr::submission {
namespace {

// Those of deploy/cms.yaml.
constexpr RateLimits kLimits{25, 40, 120, 4};
constexpr std::size_t kCalls = 3'600;

std::vector<std::int64_t> times_of(const RateLimits& limits, std::size_t calls) {
  RateLimiter limiter(limits);
  std::vector<std::int64_t> times;
  std::int64_t now = 5'000'000;
  while (times.size() < calls) {
    const std::int64_t wait = limiter.wait_milliseconds(now);
    EXPECT_EQ(limiter.take(now), wait == 0);
    if (wait == 0) {
      times.push_back(now);
    } else {
      now += wait;
    }
  }
  return times;
}

// The most calls in any window of this length, its two ends included.
std::size_t most_within(const std::vector<std::int64_t>& times, std::int64_t milliseconds) {
  std::size_t most = 0;
  std::size_t first = 0;
  for (std::size_t last = 0; last < times.size(); ++last) {
    while (times[last] - times[first] > milliseconds) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

TEST(RateLimiterTest, NoWindowHasMoreCallsThanAllowed) {
  const std::vector<std::int64_t> times = times_of(kLimits, kCalls);
  EXPECT_LE(most_within(times, 1'000), 40U);
  EXPECT_LE(most_within(times, 120'000), 3'000U);
  for (std::int64_t seconds = 1; seconds <= 160; ++seconds) {
    // What a bucket of 40 that fills with 25 a second would let through.
    EXPECT_LE(most_within(times, seconds * 1'000), static_cast<std::size_t>(40 + 25 * seconds));
  }
}

TEST(RateLimiterTest, WastesLessThanATenthOfTheRate) {
  const std::vector<std::int64_t> times = times_of(kLimits, kCalls);
  const std::int64_t took = times.back() - times.front();
  const std::int64_t at_the_rate =
      static_cast<std::int64_t>(kCalls) * 1'000 / kLimits.calls_per_second;
  EXPECT_LT(took, at_the_rate * 110 / 100);
  EXPECT_GT(took, at_the_rate * 95 / 100);
}

TEST(RateLimiterTest, WithoutMarginTheLimitsAreReachedAndNotPassed) {
  const std::vector<std::int64_t> times = times_of({10, 30, 60, 0}, 2'000);
  EXPECT_LE(most_within(times, 999), 30U);
  EXPECT_GE(most_within(times, 999), 28U);
  EXPECT_LE(most_within(times, 59'999), 600U);
  EXPECT_GE(most_within(times, 59'999), 595U);
}

TEST(RateLimiterTest, ABurstComesBackAfterAPause) {
  RateLimiter limiter({2, 5, 60, 0});
  EXPECT_TRUE(limiter.take(0) && limiter.take(0) && limiter.take(0));
  EXPECT_FALSE(limiter.take(0));
  EXPECT_FALSE(limiter.take(500));  // a little slower than two a second, for the burst's sake
  EXPECT_TRUE(limiter.take(520));
  constexpr std::int64_t kMuchLater = 1'000'000'000'000;
  EXPECT_TRUE(limiter.take(kMuchLater) && limiter.take(kMuchLater) && limiter.take(kMuchLater));
  EXPECT_FALSE(limiter.take(kMuchLater));
}

TEST(RateLimiterTest, AClockThatStepsBackGivesNothing) {
  RateLimiter limiter({1, 1, 86'400, 0});
  EXPECT_TRUE(limiter.take(10'000));
  const std::int64_t wait = limiter.wait_milliseconds(10'000);
  EXPECT_EQ(limiter.wait_milliseconds(9'000), wait);
  EXPECT_FALSE(limiter.take(9'000));
  EXPECT_TRUE(limiter.take(10'000 + wait));
}

TEST(RateLimiterTest, AHoldStopsAllCalls) {
  RateLimiter limiter(kLimits);
  limiter.hold(700);
  limiter.hold(600);
  EXPECT_EQ(limiter.wait_milliseconds(100), 600);
  EXPECT_FALSE(limiter.take(699));
  EXPECT_TRUE(limiter.take(700));
}

}  // namespace
}  // namespace qcdr::submission
