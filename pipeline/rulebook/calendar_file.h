// Reads one file of data/calendars/: the deadlines of a registry's year and the rules over them.
//
// A deadline is written as its last second, because that is how people say it: what is received in
// that second is in time, and `passes_at` is the second after it. Rules name deadlines, so a date
// stands in one place.
// Thread-safety: free function. Errors: kInvalidArgument "path:line: what".
#pragma once

#include <string_view>
#include <vector>

#include "core/status.h"
#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

struct Calendar {
  std::string name;  // "nacor-2022"
  PerformanceYear year;
  int name_line = 0;
  int year_line = 0;
  std::vector<Deadline> deadlines;  // by instant, then name
  std::vector<CalendarRule> rules;  // in the file's order: the first that fits applies
};

// The instant of a limit that never comes.
inline constexpr Instant kNever = Instant::from_milliseconds(INT64_MAX);

Result<Calendar> parse_calendar(std::string_view path, std::string_view bytes);

}  // namespace qcdr::rulebook
