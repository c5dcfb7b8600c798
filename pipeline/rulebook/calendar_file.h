// Reads one file of data/calendars/: the deadlines of a registry's year and the rules over them.
//
// A deadline is written as its last second, because that is how people say it: what is received in
// that second is in time, and `passes_at` is the second after it. Rules name deadlines, so a date
// stands in one place. A calendar may take the rules of another (`rules_of`): then it says only its
// own dates, and a rule that differs; a citation that it does not give is that of the file.
// Thread-safety: free functions. Errors: kInvalidArgument "path:line: what".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"
#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

struct Calendar {
  std::string path;
  std::string name;  // "nacor-2022"
  PerformanceYear year;
  int name_line = 0;
  int year_line = 0;
  std::string rules_of;  // "nacor-2022"; empty: the rules are its own
  int rules_of_line = 0;
  std::vector<Deadline> deadlines;      // by instant, then name
  std::vector<CalendarRule> rules;      // in the file's order: the first that fits applies
  std::vector<CalendarWindow> windows;  // by opening, then name

  // "nacor"; empty when the name does not end with the year.
  std::string registry() const;
};

// The instant of a limit that never comes.
inline constexpr Instant kNever = Instant::from_milliseconds(INT64_MAX);

Result<Calendar> parse_calendar(std::string_view path, std::string_view bytes);

// Completes a calendar that names `base` in rules_of: titles and zones of its deadlines and
// windows, and every rule that it does not say otherwise. Each deadline of `base` must have a date
// in it. A rule that is taken over cites the date that it names, since that is what decides.
Status take_rules(const Calendar& base, Calendar* calendar);

}  // namespace qcdr::rulebook
