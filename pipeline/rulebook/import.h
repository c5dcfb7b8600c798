// Turns CMS's JSON files into the compact tables of data/.
//
// Source: repository CMSgov/qpp-measures-data, measures/<year>/measures-data.json and
// benchmarks/<year>.json. The table begins with a comment that names repository, file and the
// SHA-256 of the imported bytes.
// Kept of measures: category quality, and of those what scoring needs. Kept of benchmarks: all
// rows, cost too. Meaning of `deciles` (years to 2022): nine numbers are the inclusive bounds of
// deciles 2 to 10, ten numbers (from 2022) those of deciles 1 to 10.
// Thread-safety: free functions. Errors: kInvalidArgument, naming the measure; nothing is guessed.
#pragma once

#include <string>
#include <string_view>

#include "core/status.h"
#include "core/strong.h"

namespace qcdr::rulebook {

Result<std::string> import_measures(std::string_view json, PerformanceYear year);
// Category ia of the same file.
Result<std::string> import_activities(std::string_view json, PerformanceYear year);
Result<std::string> import_benchmarks(std::string_view json, PerformanceYear year);

}  // namespace qcdr::rulebook
