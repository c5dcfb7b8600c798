#include "calendar/local_date.h"

namespace qcdr::calendar {
namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kStandardOffset = -6 * kHour;
constexpr std::int64_t kDaylightOffset = -5 * kHour;

std::int32_t day_of(std::int64_t milliseconds) {
  const std::int64_t days = milliseconds / kDay;
  return static_cast<std::int32_t>(milliseconds % kDay < 0 ? days - 1 : days);
}

// The n-th Sunday of a month, counted from 1. 1970-01-01 was a Thursday.
LocalDate sunday_of(int year, int month, int n) {
  const std::int32_t first = LocalDate::from_civil(year, month, 1).value().days();
  const std::int32_t weekday = ((first + 4) % 7 + 7) % 7;  // 0: Sunday
  return LocalDate::from_days(first + (7 - weekday) % 7 + 7 * (n - 1));
}

}  // namespace

LocalDate registry_date(Instant at) {
  const LocalDate standard = LocalDate::from_days(day_of(at.milliseconds() + kStandardOffset));
  const int year = standard.year();
  const std::int64_t begins = sunday_of(year, 3, 2).days() * kDay + 2 * kHour - kStandardOffset;
  const std::int64_t ends = sunday_of(year, 11, 1).days() * kDay + 2 * kHour - kDaylightOffset;
  if (at.milliseconds() < begins || at.milliseconds() >= ends) return standard;
  return LocalDate::from_days(day_of(at.milliseconds() + kDaylightOffset));
}

}  // namespace qcdr::calendar
