// `qcdr reconciliation`
#include <fcntl.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/application.h"
#include "cli/commands.h"
#include "cli/mistyped_npis.h"
#include "cli/output.h"
#include "cli/place_options.h"
#include "cli/reconciliation_rows.h"
#include "stream/file.h"

namespace qcdr {
namespace {

struct Options {
  PlaceOptions place;
  std::uint32_t practice = 0;
  std::string file;
  bool json = false;
  bool csv = false;
};

// Readable by its owner only: it names clinicians by their NPIs.
Status write_file(const std::string& path, const std::string& text) {
  constexpr unsigned kOwnerOnly = 0600;
  QCDR_ASSIGN_OR_RETURN(stream::File file,
                        stream::File::open(path, O_WRONLY | O_CREAT | O_TRUNC, kOwnerOnly));
  return file.write_at(0, text);
}

// What was typed wrong never reaches the state: it is read from the log, where there is one.
Status add_mistyped(const Options& options, StateView& view, std::optional<PracticeId> practice,
                    ReconciliationView* found) {
  const auto log = LogView::open(data_directory(options.place));
  if (log.status().code() == ErrorCode::kNotFound) {
    std::fputs("qcdr: there is no log here, so NPIs with a wrong check digit are not shown\n",
               stderr);
    return Status::ok();
  }
  QCDR_RETURN_IF_ERROR(log.status());
  return add_mistyped_npis(*log.value(), view, practice, found);
}

Status print(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(
      auto view, StateView::open(state_directories(options.place), key_directory(options.place)));
  std::optional<PracticeId> practice;
  if (options.practice != 0) practice = PracticeId(options.practice);
  QCDR_ASSIGN_OR_RETURN(ReconciliationView found, read_reconciliation(*view, practice));
  QCDR_RETURN_IF_ERROR(add_mistyped(options, *view, practice, &found));
  if (practice && found.tins.empty()) {
    return Status(ErrorCode::kNotFound, "nothing was received of this practice");
  }
  if (!options.file.empty()) return write_file(options.file, reconciliation_csv(found, true));
  const std::string text = options.json  ? reconciliation_json(found)
                           : options.csv ? reconciliation_csv(found, false)
                                         : reconciliation_text(found);
  std::fputs(text.c_str(), out());
  return Status::ok();
}

}  // namespace

void add_reconciliation_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "reconciliation", "What does not agree between rosters, cases, registration and lists");
  add_place_options(command, &options->place, true);
  command->add_option("--practice", options->practice, "Only this practice");
  CLI::Option* json = command->add_flag("--json", options->json, "JSON on standard output");
  CLI::Option* csv =
      command->add_flag("--csv", options->csv, "CSV on standard output")->excludes(json);
  command
      ->add_option("--write", options->file,
                   "CSV with NPIs into this file, for the practice; nobody else can read it")
      ->excludes(json)
      ->excludes(csv);
  command->footer(
      "Examples:\n"
      "  qcdr reconciliation --data-dir data --practice 1234\n"
      "  qcdr reconciliation --practice 1234 --write findings-1234.csv");
  command->callback([options, exit_code] {
    *exit_code = run_or_ask(data_directory(options->place), [&] { return print(*options); });
  });
}

}  // namespace qcdr
