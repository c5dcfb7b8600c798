// `qcdr rulebook check|show|diff|import`
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>

#include "cli/application.h"
#include "cli/calendar_print.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/place_options.h"
#include "cli/rule_movers.h"
#include "cli/rulebook_directory.h"
#include "cli/state_view.h"
#include "core/identifiers.h"
#include "rulebook/check.h"
#include "rulebook/import.h"
#include "rulebook/loader.h"
#include "rulebook/rulebook.h"
#include "rulebook/year_difference.h"

namespace qcdr {
namespace {

void print_check(const std::vector<rulebook::CheckFinding>& findings, std::string_view digest) {
  JsonWriter json;
  json.begin_object();
  json.field("rulebook", digest);
  json.flag("complete", !rulebook::has_errors(findings));
  json.key("findings");
  json.begin_array();
  for (const rulebook::CheckFinding& finding : findings) {
    const bool error = finding.severity == rulebook::CheckFinding::Severity::kError;
    json.begin_object();
    json.field("performanceYear", std::int64_t{finding.year.value()});
    json.field("severity", error ? "error" : "notice");
    json.field("subject", finding.subject);
    json.field("message", finding.message);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  std::fputs(json.take().c_str(), stdout);
}

// `load`: the same rules for another of their registries.
template <class Load>
Result<std::vector<rulebook::CheckFinding>> all_findings_of(const rulebook::Rulebook& rulebook,
                                                            const Load& load) {
  std::vector<rulebook::CheckFinding> findings = rulebook::check(rulebook);
  for (const rulebook::Registry& registry : rulebook.registries()) {
    if (registry.name == rulebook.registry().name) continue;
    QCDR_ASSIGN_OR_RETURN(const auto other, load(registry.name));
    for (rulebook::CheckFinding& finding : rulebook::check_calendars(*other)) {
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

template <class Load>
int check_rulebook(const rulebook::Rulebook& rulebook, bool as_json, const Load& load) {
  const auto checked = all_findings_of(rulebook, load);
  if (!checked.is_ok()) return report(checked.status());
  const std::vector<rulebook::CheckFinding>& findings = checked.value();
  if (as_json) {
    print_check(findings, hex(view(rulebook.digest())));
    return rulebook::has_errors(findings) ? kExitFindings : kExitOk;
  }
  for (const rulebook::CheckFinding& finding : findings) {
    const bool error = finding.severity == rulebook::CheckFinding::Severity::kError;
    std::printf("%d  %s  %s: %s\n", finding.year.value(), error ? "error " : "notice",
                finding.subject.c_str(), finding.message.c_str());
  }
  std::printf("rulebook %s\n", hex(view(rulebook.digest())).c_str());
  return rulebook::has_errors(findings) ? kExitFindings : kExitOk;
}

// Of a directory, or what is built in.
int check_files(const std::string& directory, bool as_json) {
  if (directory.empty()) {
    return check_rulebook(rulebook::Rulebook::built_in(), as_json, [](const std::string& registry) {
      return rulebook::load_rulebook(rulebook::embedded_files(), registry);
    });
  }
  const auto load = [&directory](const std::string& registry) {
    return load_rulebook_directory(directory, registry);
  };
  const auto loaded = load("");
  return loaded.is_ok() ? check_rulebook(*loaded.value(), as_json, load) : report(loaded.status());
}

const rulebook::YearRules* find_year(int year) {
  return rulebook::Rulebook::built_in().find_year(PerformanceYear(year));
}

Status no_year(int year) {
  return Status(ErrorCode::kNotFound, "the rulebook has no year " + std::to_string(year));
}

void add_value(const rulebook::Parameter& parameter, PerformanceYear year, JsonWriter* json) {
  json->begin_object();
  json->field("parameter", parameter.name);
  json->field("description", parameter.description);
  json->field("performanceYear", std::int64_t{year.value()});
  json->field("value", parameter.value.to_string());
  json->field("unit", parameter.unit);
  json->field("citation", parameter.citation.title);
  json->field("href", parameter.citation.href);
  json->field("confidence", rulebook::confidence_name(parameter.citation.confidence));
  json->end_object();
}

std::set<std::string> parameter_names(const std::string& name) {
  if (!name.empty()) return {name};
  std::set<std::string> names;
  for (const PerformanceYear year : rulebook::Rulebook::built_in().years()) {
    for (std::string& each : find_year(year.value())->parameter_names()) {
      names.insert(std::move(each));
    }
  }
  return names;
}

// Every year's value of one parameter, or of all.
Status show_parameters(const std::string& wanted, bool as_json) {
  JsonWriter json;
  json.begin_array();
  bool found = false;
  for (const std::string& name : parameter_names(wanted)) {
    bool first = true;
    for (const PerformanceYear year : rulebook::Rulebook::built_in().years()) {
      const rulebook::Parameter* parameter = find_year(year.value())->find_parameter(name);
      if (parameter == nullptr) continue;
      if (first && !as_json) std::printf("%s: %s\n", name.c_str(), parameter->description.c_str());
      first = false;
      if (!as_json) {
        std::printf("%d  %s  %s\n", year.value(), rulebook::value_text(*parameter).c_str(),
                    rulebook::citation_text(parameter->citation).c_str());
      }
      add_value(*parameter, year, &json);
    }
    found = found || !first;
  }
  json.end_array();
  if (!found) return Status(ErrorCode::kNotFound, "no year has a parameter " + wanted);
  if (as_json) std::fputs(json.take().c_str(), stdout);
  return Status::ok();
}

void print_differences(const std::vector<rulebook::YearDifference>& differences) {
  for (const rulebook::YearDifference& difference : differences) {
    const bool added = difference.before.empty();
    const bool removed = difference.after.empty();
    std::printf("%s  %s  %s\n",
                added     ? "added  "
                : removed ? "removed"
                          : "changed",
                difference.kind.c_str(), difference.subject.c_str());
    if (!added) std::printf("    - %s\n", difference.before.c_str());
    if (!removed) std::printf("    + %s\n", difference.after.c_str());
    std::printf("    %s\n", difference.source.c_str());
  }
  std::printf("%zu differences\n", differences.size());
}

void print_json(const std::vector<rulebook::YearDifference>& differences) {
  JsonWriter json;
  json.begin_array();
  for (const rulebook::YearDifference& difference : differences) {
    json.begin_object();
    json.field("kind", difference.kind);
    json.field("subject", difference.subject);
    if (!difference.before.empty()) json.field("before", difference.before);
    if (!difference.after.empty()) json.field("after", difference.after);
    json.field("source", difference.source);
    json.end_object();
  }
  json.end_array();
  std::fputs(json.take().c_str(), stdout);
}

struct DiffOptions {
  int before = 0;
  int after = 0;          // 0: the same year
  std::string directory;  // of other rules; empty: those built in
  std::string kind;
  bool moved = false;  // whose points move, instead of what differs
  bool json = false;
  PlaceOptions place;
};

Status print_movers(const DiffOptions& options, const rulebook::YearRules& rules) {
  QCDR_ASSIGN_OR_RETURN(
      auto view, StateView::open(state_directories(options.place), key_directory(options.place)));
  QCDR_ASSIGN_OR_RETURN(const auto rows, view->score_rows());
  const scoring::ResolvedRules resolved = scoring::resolve(rules);
  const std::vector<RuleMover> movers = rule_movers(rows, resolved);
  std::fputs((options.json ? rule_movers_json(movers) : rule_movers_text(movers)).c_str(), out());
  return Status::ok();
}

Status compare(const DiffOptions& options) {
  const rulebook::YearRules* from = find_year(options.before);
  if (from == nullptr) return no_year(options.before);
  std::unique_ptr<rulebook::Rulebook> other;
  if (!options.directory.empty()) {
    QCDR_ASSIGN_OR_RETURN(other, load_rulebook_directory(options.directory));
  } else if (options.after == 0) {
    return Status(ErrorCode::kInvalidArgument, "a second year or --rulebook is needed");
  }
  const int after = options.after == 0 ? options.before : options.after;
  const rulebook::YearRules* to =
      other ? other->find_year(PerformanceYear(after)) : find_year(after);
  if (to == nullptr) return no_year(after);
  if (options.moved) {
    if (after == options.before) return print_movers(options, *to);
    return Status(ErrorCode::kInvalidArgument, "--moved compares rules of one year");
  }
  std::vector<rulebook::YearDifference> differences = rulebook::year_differences(*from, *to);
  if (!options.kind.empty()) {
    std::erase_if(differences,
                  [&](const auto& difference) { return difference.kind != options.kind; });
  }
  options.json ? print_json(differences) : print_differences(differences);
  return Status::ok();
}

struct ImportOptions {
  std::string kind;
  std::string path;
  int year = 0;
  std::string measures;  // path of the year's measures, for benchmarks; may be empty
  std::string pathway;   // id, for pathways
};

Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status(ErrorCode::kNotFound, path + ": the file cannot be opened");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<std::string> import_table(const ImportOptions& options) {
  const PerformanceYear year(options.year);
  QCDR_ASSIGN_OR_RETURN(const std::string text, read_text(options.path));
  if (options.kind == "measures") return rulebook::import_measures(text, year);
  if (options.kind == "activities") return rulebook::import_activities(text, year);
  if (options.kind == "vendors") return rulebook::import_vendors(text, year);
  if (options.kind == "pathways") return rulebook::import_pathways(text, options.pathway, year);
  std::string measures;
  if (!options.measures.empty()) {
    QCDR_ASSIGN_OR_RETURN(measures, read_text(options.measures));
  }
  return rulebook::import_benchmarks(text, measures, year);
}

Status import_file(const ImportOptions& options) {
  QCDR_ASSIGN_OR_RETURN(const std::string table, import_table(options));
  std::fputs(table.c_str(), stdout);
  return Status::ok();
}

void add_show(CLI::App* rulebook, int* exit_code) {
  CLI::App* show = rulebook->add_subcommand("show", "A parameter in every year, with its source");
  auto name = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  show->add_option("parameter", *name,
                   "Its path below parameters/, without the suffix; without it all of them");
  show->add_flag("--json", *json, "JSON on standard output");
  show->footer("Example:\n  qcdr rulebook show quality/points/floor");
  show->callback([name, json, exit_code] { *exit_code = report(show_parameters(*name, *json)); });
}

void add_diff(CLI::App* rulebook, int* exit_code) {
  CLI::App* diff = rulebook->add_subcommand(
      "diff", "What differs between the rules of two years, or of two rulebooks, with sources");
  auto options = std::make_shared<DiffOptions>();
  diff->add_option("before", options->before, "Performance year")->required();
  diff->add_option("after", options->after, "Performance year; with --rulebook the same");
  diff->add_option("--rulebook", options->directory,
                   "A directory of rules to compare with, instead of those that are built in");
  diff->add_option("--kind", options->kind, "Only parameter, measure, benchmark, activity, ...");
  diff->add_flag("--moved", options->moved, "Whose points move, of the data received");
  diff->add_flag("--json", options->json, "JSON on standard output");
  add_place_options(diff, &options->place, true);
  diff->footer(
      "Examples:\n"
      "  qcdr rulebook diff 2022 2023 --kind parameter\n"
      "  qcdr rulebook diff 2022 --rulebook republished --moved --data-dir build/run-local");
  diff->callback([options, exit_code] {
    *exit_code = options->moved ? run_or_ask(data_directory(options->place),
                                             [options] { return compare(*options); })
                                : report(compare(*options));
  });
}

void add_import(CLI::App* rulebook, int* exit_code) {
  CLI::App* import =
      rulebook->add_subcommand("import", "Turns CMS's JSON files into a table of ours");
  auto options = std::make_shared<ImportOptions>();
  import->add_option("kind", options->kind, "measures, activities, vendors, benchmarks or pathways")
      ->required()
      ->check(CLI::IsMember({"measures", "activities", "vendors", "benchmarks", "pathways"}));
  import->add_option("file", options->path, "CMS's JSON file of that year")->required();
  import->add_option("--year", options->year, "Performance year")->required();
  import->add_option("--measures", options->measures,
                     "CMS's measures of that year, which benchmarks are compared with");
  import->add_option("--pathway", options->pathway, "The MIPS value pathway to keep");
  import->footer(
      "Example:\n  qcdr rulebook import benchmarks 2022.json --year 2022 --measures "
      "measures-data.json > 2022.csv");
  import->callback([options, exit_code] { *exit_code = report(import_file(*options));
});
}  // namespace

}  // namespace qcdr

void add_rulebook_command(CLI::App& app, int* exit_code) {
  CLI::App* rulebook = app.add_subcommand("rulebook", "Rules, measures, benchmarks, calendars");
  rulebook->require_subcommand(1);
  rulebook->footer("Example:\n  qcdr rulebook check");
  CLI::App* check = rulebook->add_subcommand(
      "check", "Proves that the rulebook is complete; lists what is not verified");
  check->footer("Example:\n  qcdr rulebook check");
  auto json = std::make_shared<bool>(false);
  auto directory = std::make_shared<std::string>();
  check->add_option("directory", *directory, "Files of a rulebook; without it the one built in");
  check->add_flag("--json", *json, "JSON on standard output");
  check->callback([json, directory, exit_code] { *exit_code = check_files(*directory, *json); });
  add_show(rulebook, exit_code);
  add_diff(rulebook, exit_code);
  add_import(rulebook, exit_code);
  add_calendar_command(*rulebook, exit_code);
}

}  // namespace qcdr
