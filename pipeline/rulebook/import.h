// Turns CMS's JSON files into the compact tables of data/.
//
// Source: repository CMSgov/qpp-measures-data, measures/<year>/measures-data.json,
// benchmarks/<year>.json and mvp/<year>. The table begins with a comment that names repository,
// file and the SHA-256 of the imported bytes. Kept of measures: category quality, and of those what
// scoring needs. Kept of benchmarks: all rows, cost too, but for those whose measure the year does
// not have. Meaning of `deciles` (years to 2022): nine numbers are the inclusive bounds of deciles
// 2 to 10. Ten numbers are those of deciles 1 to 10 in 2022; before it, where the last one is the
// extreme, those of deciles 2 to 10 and the best value of all, which is left out. `percentiles`
// (from 2023) are those of the value, so that of an inverse measure the lowest bound decile 10. A
// row whose bounds turn round is kept as it is and marked `irregular`. Thread-safety: free
// functions. Errors: kInvalidArgument, naming the measure; nothing is guessed.
#pragma once

#include <string>
#include <string_view>

#include "core/status.h"
#include "core/strong.h"

namespace qcdr::rulebook {

Result<std::string> import_measures(std::string_view json, PerformanceYear year);
// Category ia of the same file.
Result<std::string> import_activities(std::string_view json, PerformanceYear year);
// Which vendors may report a measure, of the same file; CMS says so from 2021 on.
Result<std::string> import_vendors(std::string_view json, PerformanceYear year);
// With the year's measures; where `measures_json` is empty nothing is compared with them.
Result<std::string> import_benchmarks(std::string_view json, std::string_view measures_json,
                                      PerformanceYear year);
// The MIPS value pathway of that id, mvp/<year>.
Result<std::string> import_pathways(std::string_view json, std::string_view pathway,
                                    PerformanceYear year);

}  // namespace qcdr::rulebook
