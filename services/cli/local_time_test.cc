// Against the zone database, which only tests use.
#include "cli/local_time.h"

#include <date/tz.h>
#include <gtest/gtest.h>

namespace qcdr {
namespace {

Instant at(const char* text) {
  return Instant::parse(text).value();
}

TEST(LocalTime, BothZonesWithTheirWeekdays) {
  EXPECT_EQ(both_times(at("2023-01-31T23:59:59-06:00")),
            "Tuesday 2023-01-31 23:59:59 Central, Wednesday 2023-02-01 00:59:59 Eastern");
  EXPECT_EQ(both_times(at("2022-10-03T23:59:59-05:00")),
            "Monday 2022-10-03 23:59:59 Central, Tuesday 2022-10-04 00:59:59 Eastern");
  EXPECT_EQ(both_times(at("2023-03-31T20:00:00-04:00")),
            "Friday 2023-03-31 19:00:00 Central, Friday 2023-03-31 20:00:00 Eastern");
}

TEST(LocalTime, DaysLeftInBothZones) {
  const Instant last = at("2023-01-31T23:59:59-06:00");
  EXPECT_EQ(days_left_text(at("2023-01-20T12:00:00-06:00"), last),
            "11 days left Central, 12 Eastern");
  EXPECT_EQ(days_left_text(at("2023-01-30T22:59:59-06:00"), last), "1 day left Central, 2 Eastern");
  EXPECT_EQ(days_left_text(at("2023-01-31T12:00:00-06:00"), last),
            "0 days left Central, 1 Eastern");
  EXPECT_EQ(days_left_text(last, last), "0 days left Central, 0 Eastern");
  EXPECT_EQ(days_left_text(at("2023-02-01T00:00:00-06:00"), last), "over");
}

TEST(LocalTime, AgreesWithTheZoneDatabaseAtEveryHourOfThreeYears) {
  const auto* zone = date::locate_zone("America/Chicago");
  const std::int64_t first = at("2022-01-01T00:00:00Z").milliseconds();
  const std::int64_t last = at("2025-01-01T00:00:00Z").milliseconds();
  constexpr std::int64_t kHour = 3'600'000;
  for (std::int64_t time = first; time < last; time += kHour) {
    const auto wall =
        zone->to_local(date::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(time)));
    const std::string expected =
        date::format("%F %T", date::floor<std::chrono::seconds>(wall)) + " Central";
    ASSERT_EQ(registry_time(Instant::from_milliseconds(time)), expected);
  }
}

}  // namespace
}  // namespace qcdr
