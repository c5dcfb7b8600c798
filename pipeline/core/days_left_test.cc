#include "core/days_left.h"

#include <gtest/gtest.h>

namespace qcdr {
namespace {

struct Case {
  const char* now;
  const char* last;
  std::optional<int> central;
  std::optional<int> eastern;
};

// The end of January 31 in Chicago is the first hour of February 1 in New York.
constexpr const char* kJanuary = "2023-01-31T23:59:59-06:00";
// CMS's window of 2022, in summer time.
constexpr const char* kWindow = "2023-03-31T20:00:00-04:00";

TEST(DaysLeft, AreDaysOfTheZone) {
  const Case cases[] = {
      {"2023-01-01T00:00:00-06:00", kJanuary, 30, 31},
      {"2023-01-30T22:59:59-06:00", kJanuary, 1, 2},
      // Midnight in New York, 23:00 in Chicago.
      {"2023-01-30T23:00:00-06:00", kJanuary, 1, 1},
      {"2023-01-30T23:59:59-06:00", kJanuary, 1, 1},
      {"2023-01-31T00:00:00-06:00", kJanuary, 0, 1},
      {"2023-01-31T22:59:59-06:00", kJanuary, 0, 1},
      {"2023-01-31T23:00:00-06:00", kJanuary, 0, 0},
      {"2023-01-31T23:59:59-06:00", kJanuary, 0, 0},
      // Over.
      {"2023-01-31T23:59:59.001-06:00", kJanuary, {}, {}},
      {"2023-02-01T00:00:00-06:00", kJanuary, {}, {}},
      {"2024-01-31T12:00:00-06:00", kJanuary, {}, {}},
      // Over the night in which clocks go forward, 2023-03-12: a day of 23 hours.
      {"2023-03-11T20:00:01-05:00", kWindow, 20, 20},
      {"2023-03-11T23:59:59-06:00", "2023-03-12T23:59:59-05:00", 1, 1},
      {"2023-03-12T00:00:00-06:00", "2023-03-12T23:59:59-05:00", 0, 1},
      // And back, 2022-11-06: a day of 25 hours. 24 hours and a half before the end it is the same
      // day, and less than 24 hours after its beginning it still is.
      {"2022-11-06T00:00:00-05:00", "2022-11-06T23:59:59-06:00", 0, 1},
      {"2022-11-05T23:59:59-05:00", "2022-11-06T23:59:59-06:00", 1, 1},
      // Half past one, the first and the second time.
      {"2022-11-06T01:30:00-05:00", "2022-11-07T01:30:00-06:00", 1, 1},
      {"2022-11-06T01:30:00-06:00", "2022-11-07T01:30:00-06:00", 1, 1},
      // A leap day lies between.
      {"2024-02-28T12:00:00-06:00", "2024-03-01T12:00:00-06:00", 2, 2},
      {"2023-02-28T12:00:00-06:00", "2023-03-01T12:00:00-06:00", 1, 1},
      // The end of a year.
      {"2022-12-31T23:30:00-06:00", kJanuary, 31, 31},
  };
  for (const Case& each : cases) {
    const Instant now = Instant::parse(each.now).value();
    const Instant last = Instant::parse(each.last).value();
    EXPECT_EQ(days_left(Zone::kCentral, now, last), each.central) << each.now;
    EXPECT_EQ(days_left(Zone::kEastern, now, last), each.eastern) << each.now;
  }
}

TEST(DaysLeft, FallByOneAtEachMidnightOfTheZone) {
  const Instant last = Instant::parse(kWindow).value();
  constexpr std::int64_t kQuarter = 900'000;
  for (const Zone zone : {Zone::kCentral, Zone::kEastern}) {
    Instant now = Instant::parse("2022-10-01T00:00:00-05:00").value();
    std::optional<int> before = days_left(zone, now, last);
    while (now <= last) {
      const Instant next = Instant::from_milliseconds(now.milliseconds() + kQuarter);
      if (next > last) break;
      const std::optional<int> after = days_left(zone, next, last);
      const bool is_midnight = midnight(zone, local_date(zone, next)) == next;
      ASSERT_EQ(*before - *after, is_midnight ? 1 : 0) << next.to_string();
      before = after;
      now = next;
    }
    EXPECT_EQ(before, 0);
  }
}

}  // namespace
}  // namespace qcdr
