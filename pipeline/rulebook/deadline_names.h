// Names of a year's calendar, for who extends one of its dates.
// Thread-safety: pure functions. Errors: none.
#pragma once

#include <string>
#include <string_view>

#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

// The deadline that every calendar has: the end of CMS's submission window, until which what blocks
// a set can be cured.
inline constexpr std::string_view kWindowDeadline = "cms-window";

// A deadline, or a rule of the calendar, has this name.
bool is_in_calendar(const YearRules& rules, std::string_view name);
// The deadlines in the order of the calendar: "registration, roster, ..."; for people.
std::string deadline_list(const YearRules& rules);

}  // namespace qcdr::rulebook
