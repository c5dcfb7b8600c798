// measure-aliases.yaml: measures that were renamed, and the years in which files may still have the
// old name.
//
// Thread-safety: free function. Errors: kInvalidArgument "path:line: what".
#pragma once

#include <string_view>
#include <vector>

#include "core/status.h"
#include "rulebook/rulebook.h"
#include "rulebook/year_range.h"

namespace qcdr::rulebook {

inline constexpr std::string_view kMeasureAliasesPath = "measure-aliases.yaml";

struct DatedAlias {
  YearRange years;
  int line = 0;
  MeasureAlias alias;
};

Result<std::vector<DatedAlias>> parse_measure_aliases(std::string_view path,
                                                      std::string_view bytes);

}  // namespace qcdr::rulebook
