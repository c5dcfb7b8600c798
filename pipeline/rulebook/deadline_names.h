// Names of a year's calendar, for who extends one of its dates.
// Thread-safety: pure functions. Errors: none.
#pragma once

#include <string>
#include <string_view>

#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

// A deadline, or a rule of the calendar, has this name.
bool is_in_calendar(const YearRules& rules, std::string_view name);
// The deadlines in the order of the calendar: "registration, roster, ..."; for people.
std::string deadline_list(const YearRules& rules);

}  // namespace qcdr::rulebook
