// `qcdr rulebook check|import`
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "core/identifiers.h"
#include "rulebook/check.h"
#include "rulebook/import.h"
#include "rulebook/rulebook.h"

namespace qcdr {
namespace {

int check_rulebook() {
  const rulebook::Rulebook& rulebook = rulebook::Rulebook::built_in();
  const auto findings = rulebook::check(rulebook);
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
  check->callback([exit_code] { *exit_code = check_rulebook(); });
  CLI::App* import = rulebook->add_subcommand(
      "import", "Turns CMS's measures or benchmarks JSON into a table of ours");
  auto kind = std::make_shared<std::string>();
  auto path = std::make_shared<std::string>();
  auto year = std::make_shared<int>(0);
  import->add_option("kind", *kind, "measures or benchmarks")
      ->required()
      ->check(CLI::IsMember({"measures", "benchmarks"}));
  import->add_option("file", *path, "CMS's JSON file of that year")->required();
  import->add_option("--year", *year, "Performance year")->required();
  import->footer("Example:\n  qcdr rulebook import benchmarks 2022.json --year 2022 > 2022.csv");
  import->callback([kind, path, year, exit_code] {
    *exit_code = report(import_file(*kind, *path, *year));
});
}  // namespace qcdr

}  // namespace qcdr
