// Reads one file of data/parameters/.
//
//   description: what it is
//   unit: points
//   applies: 2020-2026
//   values:
//     2020-2021: {value: 3, reference: {title: 42 CFR ..., href: https://..., confidence:
//     regulation}} 2022-2026: {value: 1, reference: {...}}
//
// `applies` and the keys of `values` are a year or a range of years, both ends included. Every year
// that applies has exactly one value and no other year has one: what a parameter says nothing of
// does not apply. `usable_from` beside `value` keeps a value back until an instant; `provenance`
// says of a figure that CMS sets each year whether it is `published` (the default), `fitted` or
// `assumed`. The matrix form has `columns` in place of a single number and expands to
// "<name>/<row>/<column>":
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

// One quantity in one year; a range of years makes one of each.
struct DatedParameter {
  PerformanceYear year;
  int line = 0;  // where it stands in its file
  Parameter parameter;
};

// `name` is the path below parameters/ without suffix.
Result<std::vector<DatedParameter>> parse_parameter_file(std::string_view path,
                                                         std::string_view name,
                                                         std::string_view bytes);

}  // namespace qcdr::rulebook
