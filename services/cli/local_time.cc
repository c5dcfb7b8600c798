#include "cli/local_time.h"

#include <fmt/core.h>

#include <array>

namespace qcdr {
namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kDay = 24 * kHour;
constexpr int kCentralHours = -6;  // standard time, from UTC
constexpr int kEasternHours = -5;

std::int64_t floor_days(std::int64_t milliseconds) {
  return milliseconds >= 0 ? milliseconds / kDay : -((-milliseconds + kDay - 1) / kDay);
}

// 0: Sunday. Day 0, 1970-01-01, was a Thursday.
int weekday(std::int64_t day) {
  return static_cast<int>(((day + 4) % 7 + 7) % 7);
}

// Day of the n-th Sunday of a month.
std::int64_t sunday(int year, int month, int which) {
  const auto first = LocalDate::from_civil(year, month, 1);
  const std::int64_t day = first.value().days();
  return day + (7 - weekday(day)) % 7 + 7 * (which - 1);
}

struct Local {
  std::int64_t milliseconds = 0;  // as a clock on the wall shows them
};

Local local_of(Instant instant, int standard_hours) {
  const std::int64_t standard = instant.milliseconds() + standard_hours * kHour;
  const int year = LocalDate::from_days(static_cast<std::int32_t>(floor_days(standard))).year();
  // It begins at 2:00 standard time and ends at 2:00 daylight time, which is 1:00 standard time.
  const std::int64_t begins = sunday(year, 3, 2) * kDay + 2 * kHour;
  const std::int64_t ends = sunday(year, 11, 1) * kDay + 1 * kHour;
  return {standard + (standard >= begins && standard < ends ? kHour : 0)};
}

std::string date_and_time(Local local) {
  const std::int64_t day = floor_days(local.milliseconds);
  const std::int64_t seconds = (local.milliseconds - day * kDay) / 1000;
  return fmt::format("{} {:02}:{:02}:{:02}",
                     LocalDate::from_days(static_cast<std::int32_t>(day)).to_string(),
                     seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string with_weekday(Local local) {
  constexpr std::array<const char*, 7> kNames = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                 "Thursday", "Friday", "Saturday"};
  const int day = weekday(floor_days(local.milliseconds));
  return std::string(kNames[static_cast<std::size_t>(day)]) + " " + date_and_time(local);
}

}  // namespace

std::string registry_time(Instant instant) {
  return date_and_time(local_of(instant, kCentralHours)) + " Central";
}

std::string both_times(Instant instant) {
  return with_weekday(local_of(instant, kCentralHours)) + " Central, " +
         with_weekday(local_of(instant, kEasternHours)) + " Eastern";
}

}  // namespace qcdr
