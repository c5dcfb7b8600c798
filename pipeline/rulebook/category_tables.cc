#include "rulebook/category_tables.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "rulebook/field_reader.h"
#include "rulebook/table.h"

namespace qcdr::rulebook {
namespace {

constexpr std::array<std::string_view, 4> kActivityColumns = {"activity", "weight", "subcategory",
                                                              "title"};
constexpr std::array<std::string_view, 10> kInteroperabilityColumns = {
    "measure", "role",     "metric",      "also_accepted",    "objective",
    "points",  "excludes", "substitutes", "redistributed_to", "title"};
constexpr std::array<std::string_view, 3> kCostColumns = {"measure", "case_minimum", "title"};
constexpr std::array<std::string_view, 3> kClusterColumns = {"cluster", "collection_type",
                                                             "measures"};
constexpr std::array<std::string_view, 6> kPathwayColumns = {
    "pathway", "quality", "population_health", "activities", "cost", "title"};

constexpr int kPointsMax = 100;
constexpr int kCaseMinimumMax = 10'000;

constexpr std::array<std::pair<ActivityWeight, std::string_view>, 4> kActivityWeights = {{
    {ActivityWeight::kMedium, "medium"},
    {ActivityWeight::kHigh, "high"},
    {ActivityWeight::kFull, "full"},
    {ActivityWeight::kCounted, "counted"},
}};

constexpr std::array<std::pair<InteroperabilityRole, std::string_view>, 5> kRoles = {{
    {InteroperabilityRole::kAttestation, "attestation"},
    {InteroperabilityRole::kRequired, "required"},
    {InteroperabilityRole::kBonus, "bonus"},
    {InteroperabilityRole::kExclusion, "exclusion"},
    {InteroperabilityRole::kOptional, "optional"},
}};

template <class Words>
auto read_word_of(const Words& words, std::string_view cell, int line, FileErrors& errors) {
  for (const auto& word : words) {
    if (word.second == cell) return word.first;
  }
  errors.add(line, fmt::format("\"{}\" is not known here", cell));
  return words.front().first;
}

bool read_choice(std::string_view cell, std::string_view no, std::string_view yes, int line,
                 FileErrors& errors) {
  if (cell != no && cell != yes) {
    errors.add(line, fmt::format("\"{}\" is neither \"{}\" nor \"{}\"", cell, no, yes));
  }
  return cell == yes;
}

// "A + B" -> A, B.
std::vector<std::string> split_group(std::string_view group) {
  constexpr std::string_view kBetween = " + ";
  std::vector<std::string> members;
  while (!group.empty()) {
    const std::size_t end = std::min(group.find(kBetween), group.size());
    members.emplace_back(group.substr(0, end));
    group.remove_prefix(std::min(end + kBetween.size(), group.size()));
  }
  return members;
}

// Parses the rows of a table whose items have an id, in order and each once.
template <class T, class Read, std::size_t kSize>
Result<std::vector<T>> parse_rows(std::string_view path, std::string_view bytes,
                                  const std::array<std::string_view, kSize>& columns, Read read) {
  QCDR_ASSIGN_OR_RETURN(std::vector<TableRow> rows, parse_table(path, bytes, columns));
  FileErrors errors(path);
  std::vector<T> items;
  items.reserve(rows.size());
  for (TableRow& row : rows) {
    T item = read(row, errors);
    if (item.id.empty() || item.title.empty()) errors.add(row.line, "a row without id or title");
    if (!items.empty() && items.back().id >= item.id) {
      errors.add(row.line, fmt::format("{} is out of order or repeated", item.id));
    }
    items.push_back(std::move(item));
  }
  if (!errors.is_ok()) return errors.first();
  return items;
}

InteroperabilityMeasure read_interoperability(TableRow& row, FileErrors& errors) {
  std::vector<std::string>& cells = row.cells;
  InteroperabilityMeasure measure;
  measure.id = std::move(cells[0]);
  measure.role = read_word_of(kRoles, cells[1], row.line, errors);
  measure.ratio = read_choice(cells[2], "yes-no", "ratio", row.line, errors);
  measure.no_accepted = read_choice(cells[3], "", "no", row.line, errors);
  measure.objective = std::move(cells[4]);
  measure.points = parse_integer(cells[5], 0, kPointsMax, row.line, errors);
  measure.excludes = split_list(cells[6]);
  measure.substitutes = split_list(cells[7]);
  for (const std::string& group : split_list(cells[8])) {
    measure.redistribution.push_back(split_group(group));
  }
  measure.title = std::move(cells[9]);
  const bool earns = measure.role == InteroperabilityRole::kRequired ||
                     measure.role == InteroperabilityRole::kBonus;
  if (earns != (measure.points > 0)) {
    errors.add(row.line, "required and bonus rows have points, and no others");
  }
  if ((measure.role == InteroperabilityRole::kExclusion) == measure.excludes.empty()) {
    errors.add(row.line, "an exclusion names what it excludes, and no other row does");
  }
  return measure;
}

// Every row that another one names exists.
Status check_references(std::string_view path,
                        const std::vector<InteroperabilityMeasure>& measures) {
  const auto exists = [&](const std::string& id) {
    return std::any_of(measures.begin(), measures.end(),
                       [&](const InteroperabilityMeasure& measure) { return measure.id == id; });
  };
  for (const InteroperabilityMeasure& measure : measures) {
    std::vector<std::string> named = measure.excludes;
    named.insert(named.end(), measure.substitutes.begin(), measure.substitutes.end());
    for (const std::vector<std::string>& group : measure.redistribution) {
      named.insert(named.end(), group.begin(), group.end());
    }
    for (const std::string& id : named) {
      if (exists(id)) continue;
      return Status(ErrorCode::kInvalidArgument,
                    fmt::format("{}: {} names {}, which is no row", path, measure.id, id));
    }
  }
  return Status::ok();
}

}  // namespace

std::string_view activity_weight_name(ActivityWeight weight) {
  for (const auto& known : kActivityWeights) {
    if (known.first == weight) return known.second;
  }
  return "medium";
}

Result<std::vector<Activity>> parse_activity_table(std::string_view path, std::string_view bytes) {
  return parse_rows<Activity>(path, bytes, kActivityColumns, [](TableRow& row, FileErrors& errors) {
    Activity activity;
    activity.id = std::move(row.cells[0]);
    activity.weight = read_word_of(kActivityWeights, row.cells[1], row.line, errors);
    activity.subcategory = std::move(row.cells[2]);
    activity.title = std::move(row.cells[3]);
    return activity;
  });
}

std::string write_activity_table(std::span<const Activity> activities) {
  std::string table = table_line(std::span<const std::string_view>(kActivityColumns));
  for (const Activity& activity : activities) {
    const std::array<std::string, kActivityColumns.size()> cells = {
        activity.id, std::string(activity_weight_name(activity.weight)), activity.subcategory,
        activity.title};
    table += table_line(std::span<const std::string>(cells));
  }
  return table;
}

Result<std::vector<InteroperabilityMeasure>> parse_interoperability_table(std::string_view path,
                                                                          std::string_view bytes) {
  QCDR_ASSIGN_OR_RETURN(std::vector<InteroperabilityMeasure> measures,
                        parse_rows<InteroperabilityMeasure>(path, bytes, kInteroperabilityColumns,
                                                            read_interoperability));
  QCDR_RETURN_IF_ERROR(check_references(path, measures));
  return measures;
}

Result<std::vector<CostMeasure>> parse_cost_table(std::string_view path, std::string_view bytes) {
  return parse_rows<CostMeasure>(path, bytes, kCostColumns, [](TableRow& row, FileErrors& errors) {
    CostMeasure measure;
    measure.id = std::move(row.cells[0]);
    measure.case_minimum = parse_integer(row.cells[1], 1, kCaseMinimumMax, row.line, errors);
    measure.title = std::move(row.cells[2]);
    return measure;
  });
}

Result<std::vector<Pathway>> parse_pathway_table(std::string_view path, std::string_view bytes) {
  return parse_rows<Pathway>(path, bytes, kPathwayColumns, [](TableRow& row, FileErrors& errors) {
    Pathway pathway;
    pathway.id = std::move(row.cells[0]);
    pathway.quality = split_list(row.cells[1]);
    pathway.population_health = split_list(row.cells[2]);
    pathway.activities = split_list(row.cells[3]);
    pathway.cost = split_list(row.cells[4]);
    pathway.title = std::move(row.cells[5]);
    if (pathway.quality.empty()) errors.add(row.line, "a pathway without quality measures");
    return pathway;
  });
}

std::string write_pathway_table(std::span<const Pathway> pathways) {
  std::string table = table_line(std::span<const std::string_view>(kPathwayColumns));
  for (const Pathway& pathway : pathways) {
    const std::array<std::string, kPathwayColumns.size()> cells = {
        pathway.id,
        join_list(pathway.quality),
        join_list(pathway.population_health),
        join_list(pathway.activities),
        join_list(pathway.cost),
        pathway.title};
    table += table_line(std::span<const std::string>(cells));
  }
  return table;
}

Result<std::vector<MeasureCluster>> parse_cluster_table(std::string_view path,
                                                        std::string_view bytes) {
  QCDR_ASSIGN_OR_RETURN(std::vector<TableRow> rows, parse_table(path, bytes, kClusterColumns));
  FileErrors errors(path);
  std::vector<MeasureCluster> clusters;
  for (TableRow& row : rows) {
    MeasureCluster cluster{std::move(row.cells[0]), std::move(row.cells[1]),
                           split_list(row.cells[2])};
    if (cluster.name.empty() || cluster.measures.empty()) {
      errors.add(row.line, "a cluster without name or measures");
    }
    if (!clusters.empty() && std::tie(clusters.back().name, clusters.back().collection_type) >=
                                 std::tie(cluster.name, cluster.collection_type)) {
      errors.add(row.line, fmt::format("{} is out of order or repeated", cluster.name));
    }
    clusters.push_back(std::move(cluster));
  }
  if (!errors.is_ok()) return errors.first();
  return clusters;
}

}  // namespace qcdr::rulebook
