// `qcdr readiness`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/application.h"
#include "cli/commands.h"
#include "cli/first_screen.h"
#include "cli/output.h"
#include "cli/place_options.h"
#include "cli/to_do.h"

namespace qcdr {
namespace {

struct Options {
  PlaceOptions place;
  bool json = false;
  bool csv = false;
  bool to_do = false;
};

Status print(const Options& options) {
  if (options.csv && !options.to_do) {
    return Status(ErrorCode::kInvalidArgument, "--csv goes with --to-do");
  }
  QCDR_ASSIGN_OR_RETURN(
      auto view, StateView::open(state_directories(options.place), key_directory(options.place)));
  QCDR_ASSIGN_OR_RETURN(const FirstScreen screen, read_first_screen(*view));
  if (!options.to_do) {
    std::fputs((options.json ? readiness_json(screen) : readiness_text(screen)).c_str(), out());
    return Status::ok();
  }
  const std::vector<ToDo> items = to_do_list(screen.rows, screen.as_of);
  if (options.json) {
    std::fputs(to_do_json(items, screen.as_of).c_str(), out());
  } else if (options.csv) {
    std::fputs(to_do_csv(items).c_str(), out());
  } else {
    std::fputs(to_do_text(items, items.size()).c_str(), out());
  }
  return Status::ok();
}

}  // namespace

void add_readiness_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("readiness", "What keeps data from being sent, and what costs points");
  add_place_options(command, &options->place, true);
  CLI::Option* json = command->add_flag("--json", options->json, "JSON on standard output");
  command->add_flag("--to-do", options->to_do, "What to do, by date and then by points");
  command->add_flag("--csv", options->csv, "The to-do list as CSV")->excludes(json);
  command->footer(
      "Examples:\n  qcdr readiness --data-dir build/run-local\n  qcdr readiness --to-do --csv");
  command->callback([options, exit_code] {
    *exit_code = run_or_ask(data_directory(options->place), [&] { return print(*options); });
  });
}

}  // namespace qcdr
