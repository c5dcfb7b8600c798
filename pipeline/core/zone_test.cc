// Edges by hand; every half hour of fourteen years against the zone database:
// calendar/zone_test.cc.
#include "core/zone.h"

#include <gtest/gtest.h>

namespace qcdr {
namespace {

Instant at(const char* text) {
  return Instant::parse(text).value();
}
LocalDate day(const char* text) {
  return LocalDate::parse(text).value();
}

TEST(Zone, ADayBeginsAtItsMidnightInWinterAndSummer) {
  EXPECT_EQ(midnight(Zone::kCentral, day("2023-01-31")), at("2023-01-31T00:00:00-06:00"));
  EXPECT_EQ(midnight(Zone::kCentral, day("2022-10-03")), at("2022-10-03T00:00:00-05:00"));
  EXPECT_EQ(midnight(Zone::kEastern, day("2023-03-31")), at("2023-03-31T00:00:00-04:00"));
}

TEST(Zone, DaysOnWhichTheClockChangesBeginBeforeTheChange) {
  EXPECT_EQ(midnight(Zone::kCentral, day("2022-11-06")), at("2022-11-06T00:00:00-05:00"));
  EXPECT_EQ(midnight(Zone::kCentral, day("2022-11-07")), at("2022-11-07T00:00:00-06:00"));
  EXPECT_EQ(midnight(Zone::kCentral, day("2023-03-12")), at("2023-03-12T00:00:00-06:00"));
  EXPECT_EQ(midnight(Zone::kCentral, day("2023-03-13")), at("2023-03-13T00:00:00-05:00"));
}

TEST(Zone, TheDateIsTheWallsNotThatOfGreenwich) {
  EXPECT_EQ(local_date(Zone::kCentral, at("2023-02-01T05:59:59Z")), day("2023-01-31"));
  EXPECT_EQ(local_date(Zone::kCentral, at("2023-02-01T06:00:00Z")), day("2023-02-01"));
  EXPECT_EQ(local_date(Zone::kEastern, at("2023-02-01T05:00:00Z")), day("2023-02-01"));
}

TEST(Zone, WeekdaysCountFromSunday) {
  EXPECT_EQ(weekday(day("1970-01-01")), 4);
  EXPECT_EQ(weekday(day("2023-01-31")), 2);
  EXPECT_EQ(weekday(day("1969-12-28")), 0);
}

}  // namespace
}  // namespace qcdr
