#include "review/review_window.h"

#include <algorithm>

#include "core/zone.h"
#include "rulebook/parameter_names.h"

namespace qcdr::review {
namespace {

constexpr std::string_view kWindowName = "targeted-review";
constexpr std::int64_t kSecondMilliseconds = 1000;
constexpr std::int64_t kDayMilliseconds = std::int64_t{24} * 60 * 60 * kSecondMilliseconds;

// CMS's days are Eastern ones.
bool announced_by(const rulebook::CalendarWindow& window, Instant at) {
  return window.announced.empty() || window.announced <= local_date(Zone::kEastern, at).to_string();
}

}  // namespace

std::string_view window_state_name(WindowState state) {
  switch (state) {
    case WindowState::kNotYetOpen:
      return "notYetOpen";
    case WindowState::kOpen:
      return "open";
    case WindowState::kClosed:
      return "closed";
    case WindowState::kUnknown:
      break;
  }
  return "unknown";
}

Instant ReviewWindow::last_second() const {
  return in_force == nullptr
             ? Instant()
             : Instant::from_milliseconds(in_force->closes_at.milliseconds() - kSecondMilliseconds);
}

ReviewWindow review_window(const rulebook::YearRules& rules, Instant at) {
  ReviewWindow window;
  for (const rulebook::CalendarWindow& each : rules.windows()) {
    if (each.name.starts_with(kWindowName)) window.announced.push_back(&each);
  }
  std::stable_sort(window.announced.begin(), window.announced.end(),
                   [](const auto* a, const auto* b) { return a->closes_at < b->closes_at; });
  for (const rulebook::CalendarWindow* each : window.announced) {
    if (window.in_force == nullptr || announced_by(*each, at)) window.in_force = each;
  }
  if (window.in_force == nullptr) return window;
  if (at < window.in_force->opens_at) {
    window.state = WindowState::kNotYetOpen;
  } else {
    window.state = at < window.in_force->closes_at ? WindowState::kOpen : WindowState::kClosed;
  }
  return window;
}

std::optional<Instant> documents_due(const rulebook::YearRules& rules, Instant requested_at) {
  const auto* days = rules.find_parameter(rulebook::names::kReviewDocumentsDays);
  if (days == nullptr) return std::nullopt;
  // Days of the calendar: on a day of another offset the time of day stays.
  const LocalDate day = local_date(Zone::kEastern, requested_at);
  const std::int64_t into_day =
      wall_milliseconds(Zone::kEastern, requested_at) - std::int64_t{day.days()} * kDayMilliseconds;
  const auto count = static_cast<std::int32_t>(days->value.raw() / Decimal::kOne);
  const LocalDate due = LocalDate::from_days(day.days() + count);
  return Instant::from_milliseconds(midnight(Zone::kEastern, due).milliseconds() + into_day);
}

}  // namespace qcdr::review
