#include "batch_rows.h"

namespace qcdr::batch {

namespace {

// An extension names a deadline, or a rule; it never shortens a limit.
Instant extended(const Season& season, const rulebook::CalendarRule& rule,
                 const std::string& deadline, Instant limit) {
  for (const auto& [name, moved] : season.extensions) {
    if (name == rule.name || (!deadline.empty() && name == deadline)) {
      if (limit < moved) limit = moved;
    }
  }
  return limit;
}

std::int64_t first_sunday_from(int year, int month, int day) {
  constexpr std::int64_t kDaysPerWeek = 7;
  constexpr std::int64_t kSundayShift = 4;  // 1970-01-01 was a Thursday
  const std::int64_t days = LocalDate::from_civil(year, month, day).value().days();
  const std::int64_t weekday = (days + kSundayShift) % kDaysPerWeek;  // 0: Sunday
  return days + (kDaysPerWeek - weekday) % kDaysPerWeek;
}

}  // namespace

// The registry's clock, of Chicago: UTC-5 from the second Sunday of March, 08:00 UTC, to the first
// Sunday of November, 07:00 UTC; else UTC-6. Of New York: all of it an hour earlier, UTC-4 and -5.
std::int32_t registry_day(const Season& season, Instant instant) {
  constexpr std::int64_t kHour = 3'600'000;
  const bool eastern = season.rules->registry().zone == Zone::kEastern;
  const Instant at = Instant::from_milliseconds(instant.milliseconds() + (eastern ? kHour : 0));
  constexpr std::int64_t kDay = 24 * kHour;
  const auto day_of = [](std::int64_t milliseconds) {
    return static_cast<std::int32_t>((milliseconds - (milliseconds % kDay + kDay) % kDay) / kDay);
  };
  const int year = LocalDate::from_days(day_of(at.milliseconds() - 6 * kHour)).year();
  const bool summer = at.milliseconds() >= first_sunday_from(year, 3, 8) * kDay + 8 * kHour &&
                      at.milliseconds() < first_sunday_from(year, 11, 1) * kDay + 7 * kHour;
  return day_of(at.milliseconds() - (summer ? 5 : 6) * kHour);
}

rulebook::CalendarOutcome judge(const Season& season, std::string_view kind, Instant received_at,
                                int month, bool replaces_one_in_time) {
  for (const rulebook::CalendarRule& rule : season.rules->calendar()) {
    if (rule.kind != kind) continue;
    if (rule.corrections_only && !replaces_one_in_time) continue;
    if (rule.service_month_first != 0 &&
        (month < rule.service_month_first || month > rule.service_month_last)) {
      continue;
    }
    if (received_at >= rule.rejected_from) return rulebook::CalendarOutcome::kRejectedLate;
    if (received_at >= extended(season, rule, rule.late_held_after, rule.late_held_from))
      return rulebook::CalendarOutcome::kLateHeld;
    if (received_at >=
        extended(season, rule, rule.milestone_missed_after, rule.milestone_missed_from)) {
      return rulebook::CalendarOutcome::kMilestoneMissed;
    }
    return rulebook::CalendarOutcome::kOnTime;
  }
  QCDR_ASSERT(false);
}

}  // namespace qcdr::batch
