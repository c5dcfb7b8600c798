// `qcdr report`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/place_options.h"
#include "cli/upload_report.h"

namespace qcdr {
namespace {

struct Options {
  PlaceOptions place;
  std::string id;
  bool json = false;
};

Status print_report(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const auto log, LogView::open(data_directory(options.place)));
  QCDR_ASSIGN_OR_RETURN(UploadView upload, log->find_upload(options.id));
  QCDR_ASSIGN_OR_RETURN(const UploadReport report, make_upload_report(*log, std::move(upload)));
  const std::string text = options.json ? upload_report_json(report) : upload_report_text(report);
  std::fputs(text.c_str(), out());
  return Status::ok();
}

}  // namespace

void add_report_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("report", "The processing report of one upload, for the practice");
  add_place_options(command, &options->place, false);
  command->add_flag("--json", options->json, "JSON on standard output");
  command->add_option("upload", options->id, "Upload id, or its beginning")->required();
  command->footer(
      "`qcdr dev --reports DIR` writes the same for every upload.\n"
      "Example:\n  qcdr report 0f3a --data-dir data");
  command->callback([options, exit_code] { *exit_code = report(print_report(*options)); });
}

}  // namespace qcdr
