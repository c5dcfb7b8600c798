#include "submission/submission_window.h"

#include <gtest/gtest.h>

namespace qcdr {
namespace {

using submission::PermitAnswer;

PermitAnswer at(const char* instant, std::int32_t year = 2022) {
  return window_at(rulebook::Rulebook::built_in(), PerformanceYear(year),
                   Instant::parse(instant).value());
}

TEST(SubmissionWindowTest, IsOpenFromItsFirstToItsLastInstant) {
  EXPECT_EQ(at("2023-01-02T00:00:00-05:00"), PermitAnswer::kNotYet);
  EXPECT_EQ(at("2023-03-15T12:00:00-04:00"), PermitAnswer::kGo);
  EXPECT_EQ(at("2023-03-31T20:00:00-04:00"), PermitAnswer::kGo);
  EXPECT_EQ(at("2023-03-31T20:00:01-04:00"), PermitAnswer::kClosed);
}

TEST(SubmissionWindowTest, AYearWithoutAWindowIsNotOpen) {
  EXPECT_EQ(at("2023-03-15T12:00:00-04:00", 1999), PermitAnswer::kNotYet);
}

}  // namespace
}  // namespace qcdr
