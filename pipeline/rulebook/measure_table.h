// data/measures/<year>.csv: the quality measures of a year, and its writer for the importer.
//
// Sorted by measure id; a MeasureIndex is a place in this order.
// Thread-safety: free functions. Errors: kInvalidArgument "path:line: what".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"
#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

Result<std::vector<Measure>> parse_measure_table(std::string_view path, std::string_view bytes);

// Header and rows, without the comment of the source.
std::string write_measure_table(std::span<const Measure> measures);

// "process", "intermediate-outcome", ...: the words of our tables.
std::string_view measure_type_name(MeasureType type);
// Outcome, intermediate outcome and patient-reported outcome count as outcome measures
// (42 CFR 414.1305, definition of a high priority measure).
bool is_outcome(MeasureType type);

}  // namespace qcdr::rulebook
