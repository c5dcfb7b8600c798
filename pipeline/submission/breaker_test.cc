#include "submission/breaker.h"

#include <gtest/gtest.h>

namespace qcdr::submission {
namespace {

constexpr BreakerLimits kLimits{3, 1'000};

void fail(Breaker* breaker, std::int64_t now_milliseconds) {
  breaker->begin(now_milliseconds);
  breaker->failed(now_milliseconds);
}

TEST(BreakerTest, OpensAfterFailuresInARow) {
  Breaker breaker(kLimits);
  fail(&breaker, 0);
  fail(&breaker, 0);
  breaker.begin(0);
  breaker.worked();  // the row is broken
  fail(&breaker, 10);
  fail(&breaker, 10);
  EXPECT_EQ(breaker.state(10), Breaker::State::kClosed);
  fail(&breaker, 10);
  EXPECT_EQ(breaker.state(10), Breaker::State::kOpen);
  EXPECT_EQ(breaker.wait_milliseconds(10), 1'000);
  EXPECT_EQ(breaker.wait_milliseconds(1'009), 1);
}

TEST(BreakerTest, OneTrialDecides) {
  Breaker breaker(kLimits);
  for (int i = 0; i < 3; ++i) fail(&breaker, 0);
  EXPECT_EQ(breaker.state(1'000), Breaker::State::kHalfOpen);
  breaker.begin(1'000);
  EXPECT_EQ(breaker.wait_milliseconds(1'000), 1'000);  // no second call beside the trial
  breaker.failed(1'500);
  EXPECT_EQ(breaker.wait_milliseconds(1'500), 1'000);  // one failure opens it again
  breaker.begin(2'500);
  breaker.worked();
  EXPECT_EQ(breaker.state(2'500), Breaker::State::kClosed);
  fail(&breaker, 2'500);
  EXPECT_EQ(breaker.state(2'500), Breaker::State::kClosed);
}

}  // namespace
}  // namespace qcdr::submission
