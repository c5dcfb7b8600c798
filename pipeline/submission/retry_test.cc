#include "submission/retry.h"

#include <gtest/gtest.h>

#include <set>

namespace qcdr::submission {
namespace {

constexpr RetryLimits kLimits{6, 3'600'000, 500, 60'000, 660'000, 3, 1'800'000};

std::uint64_t most(std::uint64_t below) {
  return below - 1;
}
std::uint64_t least(std::uint64_t) {
  return 0;
}

TEST(RetryTest, OnlyTheseAnswersAllowAnotherCall) {
  const std::set<int> allowed = {0, 408, 429, 500, 502, 503, 504};
  for (int status = 0; status < 600; ++status) {
    const RetryAnswer wanted = status == 403              ? RetryAnswer::kLongPause
                               : allowed.contains(status) ? RetryAnswer::kPause
                                                          : RetryAnswer::kNever;
    EXPECT_EQ(retry_answer(status), wanted) << status;
  }
}

TEST(RetryTest, PausesGrowAndAreDrawnFromAllUpToTheMost) {
  Retry longest(kLimits, most);
  Retry shortest(kLimits, least);
  std::int64_t wanted = 500;
  for (int i = 0; i < 5; ++i, wanted *= 2) {
    EXPECT_EQ(longest.failed(RetryAnswer::kPause, std::nullopt, 0), wanted);
    EXPECT_EQ(shortest.failed(RetryAnswer::kPause, std::nullopt, 0), 0);
  }
  EXPECT_EQ(longest.failed(RetryAnswer::kPause, std::nullopt, 0), std::nullopt);
  longest.worked();
  EXPECT_EQ(longest.failed(RetryAnswer::kPause, std::nullopt, 0), 500);
}

TEST(RetryTest, APauseHasAMost) {
  RetryLimits limits = kLimits;
  limits.attempts_max = 100;
  limits.total_milliseconds_max = 1'000'000'000;
  Retry retry(limits, most);
  std::int64_t last = 0;
  for (int i = 0; i < 60; ++i) last = retry.failed(RetryAnswer::kPause, std::nullopt, 0).value();
  EXPECT_EQ(last, 60'000);
}

TEST(RetryTest, ForbiddenWaitsLongAndNotOften) {
  Retry retry(kLimits, least);
  EXPECT_EQ(retry.failed(RetryAnswer::kLongPause, std::nullopt, 0), 660'000);
  EXPECT_EQ(retry.failed(RetryAnswer::kLongPause, std::nullopt, 0), 660'000);
  EXPECT_EQ(retry.failed(RetryAnswer::kLongPause, std::nullopt, 0), std::nullopt);
}

TEST(RetryTest, HeedsRetryAfterUpToALimit) {
  Retry retry(kLimits, least);
  EXPECT_EQ(retry.failed(RetryAnswer::kPause, 7'000, 0), 7'000);
  EXPECT_EQ(retry.failed(RetryAnswer::kPause, 999'000'000, 0), 1'800'000);
}

TEST(RetryTest, EndsWithTheTotalTime) {
  Retry retry(kLimits, most);
  EXPECT_TRUE(retry.failed(RetryAnswer::kPause, std::nullopt, 1'000).has_value());
  EXPECT_EQ(retry.failed(RetryAnswer::kPause, std::nullopt, 1'000 + 3'600'000), std::nullopt);
}

TEST(RetryTest, NeverIsNever) {
  Retry retry(kLimits, most);
  EXPECT_EQ(retry.failed(RetryAnswer::kNever, 1'000, 0), std::nullopt);
}

TEST(RetryAfterTest, ReadsSecondsAndAllThreeDates) {
  const Instant now = Instant::parse("1994-11-06T08:49:07Z").value();
  EXPECT_EQ(parse_retry_after("120", now), 120'000);
  EXPECT_EQ(parse_retry_after(" 0 ", now), 0);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), 30'000);
  EXPECT_EQ(parse_retry_after("Sunday, 06-Nov-94 08:49:37 GMT", now), 30'000);
  EXPECT_EQ(parse_retry_after("Sun Nov  6 08:49:37 1994", now), 30'000);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), 0);  // it has passed
  EXPECT_EQ(parse_retry_after("99999999999999999999", now), 999'999'999'000);
}

TEST(RetryAfterTest, RefusesAnythingElse) {
  const Instant now = Instant::parse("2023-03-31T08:49:07Z").value();
  for (const char* text : {"", " ", "-1", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37 CET",
                           "Sun, 36 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                           "Sun, 06 Now 1994 08:49:37 GMT", "Sun Nov  6 08:49:37 19x4",
                           "Sunday, 06-Nov-9x 08:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(parse_retry_after(text, now), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace qcdr::submission
