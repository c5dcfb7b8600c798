// `qcdr submission preview`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/application.h"
#include "cli/commands.h"
#include "cli/first_screen.h"
#include "cli/output.h"
#include "cli/place_options.h"
#include "cli/submission_preview.h"

namespace qcdr {
namespace {

struct Options {
  PlaceOptions place;
  bool json = false;
};

Status preview(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(
      auto view, StateView::open(state_directories(options.place), key_directory(options.place)));
  QCDR_ASSIGN_OR_RETURN(const FirstScreen screen, read_first_screen(*view));
  std::fputs(
      (options.json ? submission_preview_json(screen) : submission_preview_text(screen)).c_str(),
      out());
  return Status::ok();
}

}  // namespace

void add_submission_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* submission = app.add_subcommand("submission", "What goes to CMS");
  submission->require_subcommand(1);
  submission->footer("Example:\n  qcdr submission preview --json");
  CLI::App* command = submission->add_subcommand(
      "preview", "The document of each TIN and pair as it would be sent now, or why there is none");
  add_place_options(command, &options->place, true);
  command->add_flag("--json", options->json, "The documents as JSON on standard output");
  command->footer("Example:\n  qcdr submission preview --data-dir build/run-local --json");
  command->callback([options, exit_code] {
    *exit_code = run_or_ask(data_directory(options->place), [&] { return preview(*options); });
  });
}

}  // namespace qcdr
