// Proves that a rulebook is complete and consistent: `qcdr rulebook check`.
//
// Errors: a named parameter without a value, weights that do not sum to 100, a parameter that no
// code names, a specification of an unknown measure or with a repeated code, bounds that are not
// monotone, a calendar whose limits are out of order or that misses a kind, a missing citation.
// Notices: citations whose text was not found in the regulation or in CMS's own file.
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

bool has_errors(const std::vector<CheckFinding>& findings);

}  // namespace qcdr::rulebook
