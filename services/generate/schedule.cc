#include "generate/schedule.h"

#include <fmt/core.h>

namespace qcdr::generate {
namespace {

// 1970-01-01 was a Thursday.
int weekday(LocalDate date) {
  return ((date.days() + 4) % 7 + 7) % 7;
}

LocalDate nth_sunday(std::int32_t year, int month, int n) {
  const LocalDate first = LocalDate::from_civil(year, month, 1).value();
  const int until_sunday = (7 - weekday(first)) % 7;
  return LocalDate::from_days(first.days() + until_sunday + 7 * (n - 1));
}

struct Parts {
  int hour;
  int minute;
  int second;
};

Parts parts(std::int32_t second_of_day) {
  return {second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60};
}

}  // namespace

int hours_behind_utc(LocalDate date) {
  const std::int32_t year = date.year();
  const bool summer = date >= nth_sunday(year, 3, 2) && date < nth_sunday(year, 11, 1);
  return summer ? 5 : 6;
}

std::string LocalInstant::compact() const {
  const Parts time = parts(second_of_day);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}-{:02}00", date.year(), date.month(),
                     date.day(), time.hour, time.minute, time.second, hours_behind_utc(date));
}

std::string LocalInstant::local() const {
  const Parts time = parts(second_of_day);
  return fmt::format("{}T{:02}:{:02}:{:02}", date.to_string(), time.hour, time.minute, time.second);
}

std::string LocalInstant::with_offset() const {
  return fmt::format("{}-{:02}:00", local(), hours_behind_utc(date));
}

LocalInstant at(std::int32_t year, int month, int day, std::int32_t seconds) {
  QCDR_ASSERT(seconds >= 0 && seconds < 86'400);
  return {LocalDate::from_civil(year, month, day).value(), seconds};
}

std::string inbox_name(const LocalInstant& instant, std::uint32_t practice, std::string_view what) {
  return fmt::format("{}_{}_{}", instant.compact(), practice, what);
}

}  // namespace qcdr::generate
