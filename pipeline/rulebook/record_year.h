// Whether a performance year takes a registry's records, or only scores what it is given.
//
// A year takes records when it has specifications of measures and a calendar of the registry that
// is served: only then can a case be judged and counted.
// Thread-safety: free functions. Ownership: the answer lives as long as the rulebook. Errors: none.
#pragma once

#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

inline bool takes_records(const YearRules& rules) {
  return !rules.specifications().empty() && !rules.calendar().empty();
}

// Null when the year takes no records or is not known at all.
inline const YearRules* find_record_year(const Rulebook& rulebook, PerformanceYear year) {
  const YearRules* rules = rulebook.find_year(year);
  return rules != nullptr && takes_records(*rules) ? rules : nullptr;
}

}  // namespace qcdr::rulebook
