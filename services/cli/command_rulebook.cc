// `qcdr rulebook check|import`
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_writer.h"
#include "core/identifiers.h"
#include "rulebook/check.h"
#include "rulebook/import.h"
#include "rulebook/rulebook.h"

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

int check_rulebook(bool as_json) {
  const rulebook::Rulebook& rulebook = rulebook::Rulebook::built_in();
  const auto findings = rulebook::check(rulebook);
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

Status import_file(const std::string& kind, const std::string& path, int year) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status(ErrorCode::kNotFound, "the file cannot be opened");
  std::ostringstream text;
  text << file.rdbuf();
  const PerformanceYear performance_year(year);
  const auto table = kind == "measures" ? rulebook::import_measures(text.str(), performance_year)
                     : kind == "activities"
                         ? rulebook::import_activities(text.str(), performance_year)
                         : rulebook::import_benchmarks(text.str(), performance_year);
  if (!table.is_ok()) return table.status();
  std::fputs(table.value().c_str(), stdout);
  return Status::ok();
}

}  // namespace

void add_rulebook_command(CLI::App& app, int* exit_code) {
  CLI::App* rulebook = app.add_subcommand("rulebook", "Rules, measures, benchmarks, calendars");
  rulebook->require_subcommand(1);
  rulebook->footer("Example:\n  qcdr rulebook check");
  CLI::App* check = rulebook->add_subcommand(
      "check", "Proves that the rulebook is complete; lists what is not verified");
  check->footer("Example:\n  qcdr rulebook check");
  auto json = std::make_shared<bool>(false);
  check->add_flag("--json", *json, "JSON on standard output");
  check->callback([json, exit_code] { *exit_code = check_rulebook(*json); });
  CLI::App* import =
      rulebook->add_subcommand("import", "Turns CMS's JSON files into a table of ours");
  auto kind = std::make_shared<std::string>();
  auto path = std::make_shared<std::string>();
  auto year = std::make_shared<int>(0);
  import->add_option("kind", *kind, "measures, activities or benchmarks")
      ->required()
      ->check(CLI::IsMember({"measures", "activities", "benchmarks"}));
  import->add_option("file", *path, "CMS's JSON file of that year")->required();
  import->add_option("--year", *year, "Performance year")->required();
  import->footer("Example:\n  qcdr rulebook import benchmarks 2022.json --year 2022 > 2022.csv");
  import->callback([kind, path, year, exit_code] {
    *exit_code = report(import_file(*kind, *path, *year));
});
}  // namespace qcdr

}  // namespace qcdr
