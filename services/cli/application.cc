#include "cli/application.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>
#include <sstream>

#include "cli/commands.h"
#include "cli/control_socket.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "rulebook/rulebook.h"
#include "telemetry/identifier_scrubber.h"

namespace qcdr {
namespace {

std::vector<std::string> g_arguments;
int g_depth = 0;  // above one: answering another process

}  // namespace

const std::vector<std::string>& application_arguments() {
  return g_arguments;
}

const char* program_version() {
  return QCDR_VERSION;
}

int run_application(const std::vector<std::string>& arguments) {
  g_arguments = arguments;
  CLI::App app("qcdr: a registry's submission pipeline, from uploads to projected MIPS scores.");
  app.require_subcommand(1);
  app.set_version_flag("--version", "qcdr " QCDR_VERSION);
  app.footer(
      "Example:\n  qcdr dev --once --inbox tests/data/sample-practice \\\n"
      "    --registry-inbox tests/data/sample-registry --data-dir data\n"
      "Exit codes: 0 ok, 1 internal error, 2 usage, 3 findings, 4 warnings under --strict,\n"
      "5 deadline passed, 6 not allowed, 7 unreachable.");
  app.add_option_function<std::string>(
         "--registry",
         [](const std::string& name) {
           const Status chosen = rulebook::Rulebook::choose_registry(name);
           if (!chosen.is_ok()) throw CLI::ValidationError("--registry", chosen.message());
         },
         "Registry whose calendars apply: nacor, unless another is named")
      ->envname("QCDR_REGISTRY");
  int exit_code = kExitOk;
  add_dev_command(app, &exit_code);
  add_serve_command(app, &exit_code);
  add_validate_command(app, &exit_code);
  add_score_command(app, &exit_code);
  add_score_preview_command(app, &exit_code);
  add_readiness_command(app, &exit_code);
  add_submission_command(app, &exit_code);
  add_audit_command(app, &exit_code);
  add_feedback_command(app, &exit_code);
  add_final_score_command(app, &exit_code);
  add_targeted_review_command(app, &exit_code);
  add_state_command(app, &exit_code);
  add_uploads_command(app, &exit_code);
  add_report_command(app, &exit_code);
  add_replay_command(app, &exit_code);
  add_diff_command(app, &exit_code);
  add_reconciliation_command(app, &exit_code);
  add_history_command(app, &exit_code);
  add_reference_command(app, &exit_code);
  add_findings_command(app, &exit_code);
  add_doctor_command(app, &exit_code);
  add_topics_command(app, &exit_code);
  add_dlq_command(app, &exit_code);
  add_rulebook_command(app, &exit_code);
  add_generate_command(app, &exit_code);
  ++g_depth;
  const std::unique_ptr<int, void (*)(int*)> leave(&g_depth, [](int* depth) { --*depth; });
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    std::ostringstream said;
    const int code = app.exit(error, std::cout, said);
    std::fputs(scrub_identifiers(said.str()).c_str(), stderr);
    return code == 0 ? kExitOk : kExitUsage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "qcdr: %s\n", scrub_identifiers(error.what()).c_str());
    return kExitInternal;
  }
  return exit_code;
}

int run_or_ask(const std::string& data_directory, const std::function<Status()>& command) {
  const Status status = command();
  // Who answers others does not ask itself.
  if (status.code() != ErrorCode::kFailedPrecondition || g_depth > 1) return report(status);
  const auto answer =
      ask_control_socket(control_socket_path(data_directory), application_arguments());
  if (!answer.is_ok()) return report(status);
  std::fputs(answer.value().data.c_str(), out());
  return answer.value().exit_code;
}

}  // namespace qcdr
