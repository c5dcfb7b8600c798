#include "rulebook/measure_table.h"

#include <fmt/core.h>

#include <array>
#include <utility>

#include "rulebook/field_reader.h"
#include "rulebook/table.h"

namespace qcdr::rulebook {
namespace {

constexpr std::array<std::string_view, 11> kColumns = {
    "measure", "type",      "flags",      "metric",    "first_year", "collection_types",
    "strata",  "algorithm", "suppressed", "truncated", "title"};

constexpr std::array<std::pair<MeasureType, std::string_view>, 8> kTypes = {{
    {MeasureType::kProcess, "process"},
    {MeasureType::kOutcome, "outcome"},
    {MeasureType::kIntermediateOutcome, "intermediate-outcome"},
    {MeasureType::kPatientReportedOutcome, "patient-reported-outcome"},
    {MeasureType::kEfficiency, "efficiency"},
    {MeasureType::kPatientEngagement, "patient-engagement"},
    {MeasureType::kStructure, "structure"},
    {MeasureType::kOther, "other"},
}};

constexpr std::string_view kHighPriority = "high-priority";
constexpr std::string_view kInverse = "inverse";
constexpr std::string_view kRegistry = "qcdr";
constexpr std::string_view kPathwaysOnly = "pathways-only";
constexpr std::string_view kUncapped = "uncapped/";  // and a collection type

MeasureType read_type(const std::string& word, int line, FileErrors& errors) {
  for (const auto& type : kTypes) {
    if (type.second == word) return type.first;
  }
  errors.add(line, fmt::format("\"{}\" is not a type of measure", word));
  return MeasureType::kOther;
}

void read_flags(const std::string& cell, int line, Measure* measure, FileErrors& errors) {
  for (const std::string& flag : split_list(cell)) {
    if (flag == kHighPriority) {
      measure->high_priority = true;
    } else if (flag == kInverse) {
      measure->inverse = true;
    } else if (flag == kRegistry) {
      measure->registry_measure = true;
    } else if (flag == kPathwaysOnly) {
      measure->pathways_only = true;
    } else if (flag.starts_with(kUncapped) && flag.size() > kUncapped.size()) {
      measure->uncapped_for.push_back(flag.substr(kUncapped.size()));
    } else {
      errors.add(line, fmt::format("\"{}\" is not a flag of a measure", flag));
    }
  }
}

Measure read_row(TableRow& row, FileErrors& errors) {
  std::vector<std::string>& cells = row.cells;
  Measure measure;
  measure.id = std::move(cells[0]);
  measure.type = read_type(cells[1], row.line, errors);
  measure.outcome = is_outcome(measure.type);
  read_flags(cells[2], row.line, &measure, errors);
  measure.metric_type = std::move(cells[3]);
  measure.first_performance_year = parse_integer(cells[4], 2000, 2099, row.line, errors);
  measure.collection_types = split_list(cells[5]);
  measure.strata = split_list(cells[6]);
  measure.overall_algorithm = std::move(cells[7]);
  measure.suppressed_for = split_list(cells[8]);
  measure.truncated_for = split_list(cells[9]);
  measure.title = std::move(cells[10]);
  if (measure.id.empty()) errors.add(row.line, "a measure without id");
  if (measure.title.empty()) errors.add(row.line, "a measure without title");
  if (measure.metric_type.empty()) errors.add(row.line, "a measure without metric");
  return measure;
}

std::string flags_of(const Measure& measure) {
  std::vector<std::string> flags;
  if (measure.high_priority) flags.emplace_back(kHighPriority);
  if (measure.inverse) flags.emplace_back(kInverse);
  if (measure.registry_measure) flags.emplace_back(kRegistry);
  if (measure.pathways_only) flags.emplace_back(kPathwaysOnly);
  for (const std::string& type : measure.uncapped_for) {
    flags.push_back(std::string(kUncapped) + type);
  }
  return join_list(flags);
}

}  // namespace

std::string_view measure_type_name(MeasureType type) {
  for (const auto& known : kTypes) {
    if (known.first == type) return known.second;
  }
  return "other";
}

bool is_outcome(MeasureType type) {
  return type == MeasureType::kOutcome || type == MeasureType::kIntermediateOutcome ||
         type == MeasureType::kPatientReportedOutcome;
}

Result<std::vector<Measure>> parse_measure_table(std::string_view path, std::string_view bytes) {
  QCDR_ASSIGN_OR_RETURN(std::vector<TableRow> rows, parse_table(path, bytes, kColumns));
  FileErrors errors(path);
  std::vector<Measure> measures;
  measures.reserve(rows.size());
  for (TableRow& row : rows) {
    Measure measure = read_row(row, errors);
    if (!measures.empty() && measures.back().id >= measure.id) {
      errors.add(row.line, fmt::format("measure {} is out of order or repeated", measure.id));
    }
    measures.push_back(std::move(measure));
  }
  if (!errors.is_ok()) return errors.first();
  return measures;
}

std::string write_measure_table(std::span<const Measure> measures) {
  std::string table = table_line(std::span<const std::string_view>(kColumns));
  for (const Measure& measure : measures) {
    const std::array<std::string, kColumns.size()> cells = {
        measure.id,
        std::string(measure_type_name(measure.type)),
        flags_of(measure),
        measure.metric_type,
        std::to_string(measure.first_performance_year),
        join_list(measure.collection_types),
        join_list(measure.strata),
        measure.overall_algorithm,
        join_list(measure.suppressed_for),
        join_list(measure.truncated_for),
        measure.title};
    table += table_line(std::span<const std::string>(cells));
  }
  return table;
}

}  // namespace qcdr::rulebook
