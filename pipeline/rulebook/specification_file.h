// Reads one file of data/specifications/<year>/: when a case counts for a measure, and as what.
//
// Thread-safety: free function. Errors: kInvalidArgument "path:line: what".
#pragma once

#include <string_view>

#include "core/status.h"
#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

// `index` stays unset: the loader knows the year's list of measures.
Result<MeasureSpecification> parse_specification(std::string_view path, std::string_view bytes);

}  // namespace qcdr::rulebook
