// Reads one file of data/specifications/: when a case counts for a measure, and as what, in every
// year of the measure.
//
// What is otherwise in some years stands in the same file, with its years: a code, or how the
// overall rate is made. A measure with several rates has its codes in `strata`.
// Thread-safety: free function. Errors: kInvalidArgument "path:line: what".
#pragma once

#include <string_view>
#include <vector>

#include "core/status.h"
#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

struct DatedSpecification {
  PerformanceYear year;
  int line = 0;
  MeasureSpecification specification;
};

// `index` stays unset: the loader knows the year's list of measures. In order of years; rates of
// one year in the file's order.
Result<std::vector<DatedSpecification>> parse_specification(std::string_view path,
                                                            std::string_view bytes);

}  // namespace qcdr::rulebook
