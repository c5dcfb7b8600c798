// data/benchmarks/<year>.csv: the benchmarks of a year, and its writer for the importer; tables
// that CMS published later stand beside it as data/benchmarks/<year>/<date of publication>.csv,
// whole.
//
// Sorted by measure id and collection type. `bounds` holds the bounds of the deciles from
// `first_decile` to the tenth.
// Thread-safety: free functions. Errors: kInvalidArgument "path:line: what".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"
#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

inline constexpr int kLastDecile = 10;

Result<std::vector<Benchmark>> parse_benchmark_table(std::string_view path, std::string_view bytes);

// Header and rows, without the comment of the source.
std::string write_benchmark_table(std::span<const Benchmark> benchmarks);

}  // namespace qcdr::rulebook
