#include "cli/local_time.h"

#include <fmt/core.h>

#include <array>

#include "core/days_left.h"
#include "rulebook/rulebook.h"

namespace qcdr {
namespace {

constexpr std::int64_t kDay = 86'400'000;

std::string date_and_time(Zone zone, Instant instant) {
  const LocalDate day = local_date(zone, instant);
  const std::int64_t seconds =
      (wall_milliseconds(zone, instant) - std::int64_t{day.days()} * kDay) / 1000;
  return fmt::format("{} {:02}:{:02}:{:02}", day.to_string(), seconds / 3600, seconds / 60 % 60,
                     seconds % 60);
}

std::string with_weekday(Zone zone, Instant instant) {
  constexpr std::array<const char*, 7> kNames = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                 "Thursday", "Friday", "Saturday"};
  const int day = weekday(local_date(zone, instant));
  return std::string(kNames[static_cast<std::size_t>(day)]) + " " + date_and_time(zone, instant);
}

const char* name_of(Zone zone) {
  return zone == Zone::kCentral ? " Central" : " Eastern";
}

}  // namespace

Zone registry_zone() {
  return rulebook::Rulebook::built_in().registry().zone;
}

std::string days_left_text(Instant now, Instant last) {
  const std::optional<int> local = days_left(registry_zone(), now, last);
  const std::optional<int> eastern = days_left(Zone::kEastern, now, last);
  if (!local || !eastern) return "over";
  std::string text = fmt::format("{} {} left", *local, *local == 1 ? "day" : "days");
  if (registry_zone() == Zone::kEastern) return text;
  return fmt::format("{}{}, {}{}", text, name_of(registry_zone()), *eastern,
                     name_of(Zone::kEastern));
}

std::string registry_time(Instant instant) {
  return date_and_time(registry_zone(), instant) + name_of(registry_zone());
}

std::string both_times(Instant instant) {
  const std::string of_cms = with_weekday(Zone::kEastern, instant) + name_of(Zone::kEastern);
  if (registry_zone() == Zone::kEastern) return of_cms;
  return with_weekday(registry_zone(), instant) + name_of(registry_zone()) + ", " + of_cms;
}

}  // namespace qcdr
