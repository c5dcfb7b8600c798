// Reads one file of data/parameters/.
//
//   description: what it is
//   unit: points
//   values:
//     2022: {value: 3, reference: {title: 42 CFR ..., href: https://..., verified: true}}
//
// `usable_from` beside `value` keeps a value back until an instant. The matrix form has `columns`
// in place of a single number and expands to "<name>/<row>/<column>":
//
//   columns: [quality, cost]
//   values:
//     2022: {rows: {none: [30, 30], cost: [55, 0]}, reference: {...}}
//
// Thread-safety: free function. Errors: kInvalidArgument "path:line: what".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"
#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

struct DatedParameter {
  PerformanceYear year;
  Parameter parameter;
};

// `name` is the path below parameters/ without suffix.
Result<std::vector<DatedParameter>> parse_parameter_file(std::string_view path,
                                                         std::string_view name,
                                                         std::string_view bytes);

}  // namespace qcdr::rulebook
