#include "generate/schedule.h"

#include <gtest/gtest.h>

namespace qcdr::generate {
namespace {

TEST(Schedule, NamesBeginWithTheLocalInstant) {
  EXPECT_EQ(inbox_name(at(2022, 10, 15, 9 * 3600), 1234, "roster.csv"),
            "20221015T090000-0500_1234_roster.csv");
  EXPECT_EQ(at(2023, 1, 31, 86'340).compact(), "20230131T235900-0600");
  EXPECT_EQ(at(2023, 1, 31, 86'340).with_offset(), "2023-01-31T23:59:00-06:00");
  EXPECT_EQ(at(2023, 1, 31, 61).local(), "2023-01-31T00:01:01");
}

TEST(Schedule, DaylightSavingRunsFromMarchToNovember) {
  // Days of change of three years, from the calendar of the time zone America/Chicago.
  const struct {
    int year, spring, autumn;
  } kYears[] = {{2021, 14, 7}, {2022, 13, 6}, {2026, 8, 1}};
  for (const auto& each : kYears) {
    const auto march = [&](int day) { return LocalDate::from_civil(each.year, 3, day).value(); };
    const auto november = [&](int day) {
      return LocalDate::from_civil(each.year, 11, day).value();
    };
    EXPECT_EQ(hours_behind_utc(march(each.spring - 1)), 6);
    EXPECT_EQ(hours_behind_utc(march(each.spring)), 5);
    EXPECT_EQ(hours_behind_utc(LocalDate::from_days(november(each.autumn).days() - 1)), 5);
    EXPECT_EQ(hours_behind_utc(november(each.autumn)), 6);
  }
}

TEST(Schedule, NamesCanBeReadAsInstants) {
  const auto instant = Instant::parse(at(2022, 7, 10, 3 * 3600).compact());
  ASSERT_TRUE(instant.is_ok());
  EXPECT_EQ(instant.value().to_string(), "2022-07-10T08:00:00.000Z");
}

}  // namespace
}  // namespace qcdr::generate
