#include "rulebook/year_difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "rulebook/benchmark_table.h"
#include "rulebook/category_tables.h"
#include "rulebook/measure_table.h"

namespace qcdr::rulebook {
namespace {

struct Entry {
  std::string text;
  std::string source;
};
using Entries = std::map<std::string, Entry>;

std::string joined(const std::vector<std::string>& list) {
  return fmt::format("{}", fmt::join(list, "; "));
}

std::string table_of(const YearRules& rules, std::string_view folder) {
  return fmt::format("{}/{}.csv", folder, rules.year().value());
}

Entries parameters_of(const YearRules& rules) {
  Entries entries;
  for (const std::string& name : rules.parameter_names()) {
    const Parameter& parameter = rules.parameter(name);
    entries[name] = {value_text(parameter), citation_text(parameter.citation)};
  }
  return entries;
}

std::string measure_text(const Measure& measure) {
  std::string text = fmt::format("{}, {}", measure.title, measure_type_name(measure.type));
  const auto add_flag = [&](bool flag, std::string_view word) {
    if (flag) text += fmt::format(", {}", word);
  };
  add_flag(measure.high_priority, "high priority");
  add_flag(measure.inverse, "inverse");
  add_flag(measure.pathways_only, "pathways only");
  const auto add_list = [&](const std::vector<std::string>& list, std::string_view what) {
    if (!list.empty()) text += fmt::format(", {} {}", what, joined(list));
  };
  add_list(measure.collection_types, "by");
  add_list(measure.suppressed_for, "suppressed by");
  add_list(measure.truncated_for, "of nine months by");
  add_list(measure.uncapped_for, "without a cap by");
  add_list(measure.strata, "strata");
  return text;
}

Entries measures_of(const YearRules& rules) {
  Entries entries;
  for (const Measure& measure : rules.measures()) {
    entries[measure.id] = {measure_text(measure), table_of(rules, "measures")};
  }
  return entries;
}

std::string benchmark_text(const Benchmark& benchmark) {
  std::string text = fmt::format("from decile {}:", benchmark.first_decile);
  for (int decile = benchmark.first_decile; decile <= kLastDecile; ++decile) {
    text += " " + benchmark.bounds[static_cast<std::size_t>(decile)].to_string();
  }
  if (benchmark.topped_out) text += ", topped out";
  if (benchmark.seven_point_cap) text += ", capped";
  if (benchmark.irregular) text += ", irregular";
  return text;
}

Entries benchmarks_of(const YearRules& rules) {
  Entries entries;
  for (const Benchmark& benchmark : rules.benchmarks()) {
    entries[benchmark.measure_id + " " + benchmark.collection_type] = {
        benchmark_text(benchmark),
        fmt::format("benchmarks/{}.csv, data of {}", rules.benchmark_version(),
                    benchmark.benchmark_year)};
  }
  return entries;
}

Entries activities_of(const YearRules& rules) {
  Entries entries;
  for (const Activity& activity : rules.activities()) {
    entries[activity.id] = {
        fmt::format("{}, {}", activity.title, activity_weight_name(activity.weight)),
        table_of(rules, "activities")};
  }
  return entries;
}

Entries cost_measures_of(const YearRules& rules) {
  Entries entries;
  for (const CostMeasure& measure : rules.cost_measures()) {
    entries[measure.id] = {fmt::format("{}, from {} cases on", measure.title, measure.case_minimum),
                           table_of(rules, "cost")};
  }
  return entries;
}

Entries interoperability_of(const YearRules& rules) {
  Entries entries;
  for (const InteroperabilityMeasure& row : rules.interoperability_measures()) {
    entries[row.id] = {fmt::format("{}, {} points", row.title, row.points),
                       table_of(rules, "interoperability")};
  }
  return entries;
}

Entries clusters_of(const YearRules& rules) {
  Entries entries;
  for (const MeasureCluster& cluster : rules.clusters()) {
    entries[cluster.name + " " + cluster.collection_type] = {joined(cluster.measures),
                                                             table_of(rules, "clusters")};
  }
  return entries;
}

Entries pathways_of(const YearRules& rules) {
  Entries entries;
  for (const Pathway& pathway : rules.pathways()) {
    entries[pathway.id] = {fmt::format("quality {}, population health {}, activities {}, cost {}",
                                       joined(pathway.quality), joined(pathway.population_health),
                                       joined(pathway.activities), joined(pathway.cost)),
                           table_of(rules, "pathways")};
  }
  return entries;
}

void compare(std::string_view kind, const Entries& before, const Entries& after,
             std::vector<YearDifference>* differences) {
  const auto add = [&](const std::string& subject, const Entry* old_one, const Entry* new_one) {
    const Entry& sourced = new_one != nullptr ? *new_one : *old_one;
    differences->push_back({std::string(kind), subject, old_one == nullptr ? "" : old_one->text,
                            new_one == nullptr ? "" : new_one->text, sourced.source});
  };
  for (const auto& entry : before) {
    const auto found = after.find(entry.first);
    const Entry* new_one = found == after.end() ? nullptr : &found->second;
    // A table's name holds its year, so only a parameter's source is compared.
    const bool same = new_one != nullptr && new_one->text == entry.second.text &&
                      (kind != "parameter" || new_one->source == entry.second.source);
    if (!same) add(entry.first, &entry.second, new_one);
  }
  for (const auto& entry : after) {
    if (before.count(entry.first) == 0) add(entry.first, nullptr, &entry.second);
  }
}

}  // namespace

std::string value_text(const Parameter& parameter) {
  return parameter.value.to_string() + " " + parameter.unit;
}

std::string citation_text(const Citation& citation) {
  return fmt::format("{} [{}]", citation.title, confidence_name(citation.confidence));
}

std::vector<YearDifference> year_differences(const YearRules& before, const YearRules& after) {
  std::vector<YearDifference> differences;
  const auto add = [&](std::string_view kind, auto entries_of) {
    std::vector<YearDifference> of_kind;
    compare(kind, entries_of(before), entries_of(after), &of_kind);
    std::sort(of_kind.begin(), of_kind.end(), [](const YearDifference& a, const YearDifference& b) {
      return a.subject < b.subject;
    });
    differences.insert(differences.end(), of_kind.begin(), of_kind.end());
  };
  add("parameter", parameters_of);
  add("measure", measures_of);
  add("benchmark", benchmarks_of);
  add("activity", activities_of);
  add("cost measure", cost_measures_of);
  add("promoting interoperability", interoperability_of);
  add("cluster", clusters_of);
  add("pathway", pathways_of);
  return differences;
}

}  // namespace qcdr::rulebook
