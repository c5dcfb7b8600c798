// Until when CMS takes requests for a targeted review of a year, and by when documents are due that
// it asks for (42 CFR 414.1385).
//
// The calendar holds every end that CMS announced, each with the day of its announcement: what was
// known at an instant is the one announced last before it. Nothing here counts days that the
// rulebook does not have. Thread-safety: free functions. Ownership: views live as long as the
// rules.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rulebook/rulebook.h"

namespace qcdr::review {

enum class WindowState { kUnknown, kNotYetOpen, kOpen, kClosed };
// "unknown", "notYetOpen", "open", "closed".
std::string_view window_state_name(WindowState state);

struct ReviewWindow {
  WindowState state = WindowState::kUnknown;
  // As known at the instant that was asked about; null where the calendar has none.
  const rulebook::CalendarWindow* in_force = nullptr;
  // All that were ever announced, the earliest end first.
  std::vector<const rulebook::CalendarWindow*> announced;

  // The last second in which a request is taken.
  Instant last_second() const;
};
ReviewWindow review_window(const rulebook::YearRules& rules, Instant at);

// The last moment for documents that CMS asks for at `requested_at`: the same time of day, so many
// days later. None: the year's rules do not say.
std::optional<Instant> documents_due(const rulebook::YearRules& rules, Instant requested_at);

}  // namespace qcdr::review
