// The compact tables of the categories beside quality: improvement activities, promoting
// interoperability, cost measures; clusters of related quality measures; and MIPS value pathways.
//
// Formats: data/activities/<year>.csv, data/interoperability/<year>.csv, data/cost/<year>.csv,
// data/clusters/<year>.csv, data/pathways/<year>.csv; see table.h for the syntax. Rows are in order
// of id. Thread-safety: free functions. Errors: kInvalidArgument "path:line: what".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"
#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

Result<std::vector<Activity>> parse_activity_table(std::string_view path, std::string_view bytes);
std::string write_activity_table(std::span<const Activity> activities);

Result<std::vector<InteroperabilityMeasure>> parse_interoperability_table(std::string_view path,
                                                                          std::string_view bytes);
Result<std::vector<CostMeasure>> parse_cost_table(std::string_view path, std::string_view bytes);
// In order of name and collection type.
Result<std::vector<MeasureCluster>> parse_cluster_table(std::string_view path,
                                                        std::string_view bytes);

Result<std::vector<Pathway>> parse_pathway_table(std::string_view path, std::string_view bytes);
std::string write_pathway_table(std::span<const Pathway> pathways);

std::string_view activity_weight_name(ActivityWeight weight);  // "medium", "full", "counted", ...

}  // namespace qcdr::rulebook
