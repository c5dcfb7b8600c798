// Proves that a rulebook is complete and consistent: `qcdr rulebook check`.
//
// A year is asked for what it is there for: any year composes a final score, one with measures
// scores what is reported, one with specifications takes a registry's records by a calendar.
// Errors: a parameter that the year cannot do without, or that no year has; weights that do not sum
// to 100, a parameter that no code names, a specification of an unknown measure or with a repeated
// code, bounds that are not monotone and not marked so, a calendar whose limits are out of order or
// that misses a kind, a missing citation, a table that a year with specifications lacks.
// Notices: citations whose text was not found in the regulation or in CMS's own file; bounds that
// CMS published out of order; tables that another year with measures lacks.
// Thread-safety: free functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

struct CheckFinding {
  enum class Severity : std::uint8_t { kError, kNotice };
  Severity severity = Severity::kError;
  PerformanceYear year;
  std::string subject;  // "parameter quality/case-minimum"
  std::string message;
};

// Errors of each year first, then its notices.
std::vector<CheckFinding> check(const Rulebook& rulebook);
std::vector<CheckFinding> check_year(const YearRules& rules);
// Only calendars, and what depends on the registry: for those beside the one that is served.
std::vector<CheckFinding> check_calendars(const Rulebook& rulebook);

bool has_errors(const std::vector<CheckFinding>& findings);

}  // namespace qcdr::rulebook
