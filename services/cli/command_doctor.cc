// `qcdr doctor`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/commands.h"
#include "cli/doctor_checks.h"
#include "cli/exit_code.h"
#include "cli/json_writer.h"
#include "cli/output.h"

namespace qcdr {
namespace {

struct Options {
  PlaceOptions place;
  InboxFolders inboxes;
  bool json = false;
};

void print_json(const std::vector<CheckResult>& results) {
  JsonWriter json;
  json.begin_object();
  json.key("checks");
  json.begin_array();
  for (const CheckResult& result : results) {
    json.begin_object();
    json.field("check", result.name);
    json.field("verdict", check_verdict_name(result.verdict));
    json.field("message", result.message);
    json.field("remedy", result.remedy);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  std::fputs(json.take().c_str(), out());
}

void print_text(const std::vector<CheckResult>& results) {
  for (const CheckResult& result : results) {
    std::fprintf(out(), "%-8s %s: %s\n", std::string(check_verdict_name(result.verdict)).c_str(),
                 result.name.c_str(), result.message.c_str());
    if (!result.remedy.empty()) {
      std::fprintf(out(), "         to do: %s\n", result.remedy.c_str());
    }
  }
}

int run(const Options& options) {
  const std::vector<CheckResult> results = run_doctor_checks(options.place, options.inboxes);
  if (options.json) {
    print_json(results);
  } else {
    print_text(results);
  }
  for (const CheckResult& result : results) {
    if (result.verdict == CheckVerdict::kFailed) return kExitFindings;
  }
  return kExitOk;
}

}  // namespace

void add_doctor_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("doctor", "Checks that everything is there and fits together");
  add_place_options(command, &options->place, true);
  command->add_option("--inbox", options->inboxes.practice, "A folder of uploads to look at, too");
  command->add_option("--registry-inbox", options->inboxes.registry,
                      "The registry's own, and who may write into it");
  command->add_flag("--json", options->json, "JSON on standard output");
  command->footer(
      "Exit codes: 0 nothing failed, 3 something did, 1 internal error.\n"
      "Example:\n  qcdr doctor --data-dir data");
  command->callback([options, exit_code] { *exit_code = run(*options); });
}

}  // namespace qcdr
