#include "core/zone.h"

#include "core/assert.h"

namespace qcdr {
namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kDay = 24 * kHour;

constexpr std::int64_t standard_offset(Zone zone) {
  return (zone == Zone::kCentral ? -6 : -5) * kHour;
}

std::int32_t day_of(std::int64_t milliseconds) {
  const std::int64_t days = milliseconds / kDay;
  return static_cast<std::int32_t>(milliseconds % kDay < 0 ? days - 1 : days);
}

// The n-th Sunday of a month, counted from 1.
LocalDate sunday_of(int year, int month, int n) {
  const LocalDate first = LocalDate::from_civil(year, month, 1).value();
  return LocalDate::from_days(first.days() + (7 - weekday(first)) % 7 + 7 * (n - 1));
}

}  // namespace

int weekday(LocalDate day) {
  return ((day.days() + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
}

std::int64_t wall_milliseconds(Zone zone, Instant at) {
  const std::int64_t standard = at.milliseconds() + standard_offset(zone);
  const int year = LocalDate::from_days(day_of(standard)).year();
  // It begins at 2:00 standard time and ends at 2:00 daylight time, which is 1:00 standard time.
  const std::int64_t begins = std::int64_t{sunday_of(year, 3, 2).days()} * kDay + 2 * kHour;
  const std::int64_t ends = std::int64_t{sunday_of(year, 11, 1).days()} * kDay + 1 * kHour;
  return standard + (standard >= begins && standard < ends ? kHour : 0);
}

LocalDate local_date(Zone zone, Instant at) {
  return LocalDate::from_days(day_of(wall_milliseconds(zone, at)));
}

Instant midnight(Zone zone, LocalDate day) {
  const std::int64_t wall = std::int64_t{day.days()} * kDay;
  const Instant standard = Instant::from_milliseconds(wall - standard_offset(zone));
  // No day begins inside the hour that is left out or comes twice.
  const std::int64_t ahead = wall_milliseconds(zone, standard) - wall;
  QCDR_ASSERT(ahead == 0 || ahead == kHour);
  return Instant::from_milliseconds(standard.milliseconds() - ahead);
}

}  // namespace qcdr
