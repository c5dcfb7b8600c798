// The one binary: `qcdr`.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "cli/commands.h"
#include "cli/exit_code.h"

int main(int argc, char** argv) {
  CLI::App app("qcdr: a registry's submission pipeline, from uploads to projected MIPS scores.");
  app.require_subcommand(1);
  app.set_version_flag("--version", "qcdr " QCDR_VERSION);
  app.footer(
      "Exit codes: 0 ok, 1 internal error, 2 usage, 3 findings, 4 warnings under --strict,\n"
      "5 deadline passed, 6 not allowed, 7 unreachable.");
  int exit_code = qcdr::kExitOk;
  qcdr::add_dev_command(app, &exit_code);
  qcdr::add_serve_command(app, &exit_code);
  qcdr::add_validate_command(app, &exit_code);
  qcdr::add_score_command(app, &exit_code);
  qcdr::add_state_command(app, &exit_code);
  qcdr::add_topics_command(app, &exit_code);
  qcdr::add_rulebook_command(app, &exit_code);
  qcdr::add_generate_command(app, &exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? qcdr::kExitOk : qcdr::kExitUsage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "qcdr: %s\n", error.what());
    return qcdr::kExitInternal;
  }
  return exit_code;
}
