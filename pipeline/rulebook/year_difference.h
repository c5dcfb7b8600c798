// What differs between the rules of two performance years, row by row, with the sources.
//
// Parameters (whose citation changed only, too), quality measures, benchmarks, activities, cost
// measures, rows of promoting interoperability, clusters and pathways. Benchmarks are compared in
// their newest versions.
// Thread-safety: pure functions. Ownership: texts are copies.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

struct YearDifference {
  std::string kind;     // "parameter", "measure", "benchmark", "activity", ...
  std::string subject;  // "quality/points/floor", "404", "404 registry"
  std::string before;   // empty: not there
  std::string after;    // empty: not there any more
  std::string source;   // of what is there; of `after` where both are
};

// In order of kind, then of subject.
std::vector<YearDifference> year_differences(const YearRules& before, const YearRules& after);

// "3 points".
std::string value_text(const Parameter& parameter);
// "42 CFR 414.1380(b)(1)(i) [regulation]".
std::string citation_text(const Citation& citation);

}  // namespace qcdr::rulebook
