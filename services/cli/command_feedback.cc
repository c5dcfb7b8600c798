// `qcdr feedback build`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/place_options.h"
#include "cli/state_view.h"
#include "cli/whole_file.h"
#include "registry/feedback.h"
#include "stream/file.h"

namespace qcdr {
namespace {

struct Options {
  PlaceOptions place;
  std::string quarter;
  std::string out;
  bool cumulative = false;
  bool unsuppressed = false;
};

Status write_reports(const registry::Feedback& feedback, const std::string& directory) {
  QCDR_RETURN_IF_ERROR(stream::make_directories(directory));
  const auto write = [&](const std::string& name, const std::string& bytes) {
    const std::string path = directory + "/" + name;
    return create_whole_file(path, bytes, FileFor::kOwner).with_context(path);
  };
  for (const registry::FeedbackReport& report : feedback.reports) {
    const std::string name = registry::feedback_file_name(*report.participant);
    QCDR_RETURN_IF_ERROR(write(name + ".json", registry::feedback_json(feedback, report)));
    QCDR_RETURN_IF_ERROR(write(name + ".html", registry::feedback_page(feedback, report)));
  }
  return write("index.json", registry::feedback_index_json(feedback));
}

Status build(const Options& options) {
  registry::FeedbackRequest request;
  QCDR_ASSIGN_OR_RETURN(request.quarter, registry::parse_quarter(options.quarter));
  const auto* rules =
      rulebook::Rulebook::built_in().find_year(PerformanceYear(request.quarter.year));
  if (rules == nullptr) {
    return Status(ErrorCode::kInvalidArgument, "the rulebook does not have that year");
  }
  QCDR_ASSIGN_OR_RETURN(
      auto view, StateView::open(state_directories(options.place), key_directory(options.place)));
  request.cumulative = options.cumulative;
  request.unsuppressed = options.unsuppressed;
  request.as_of = view->as_of();
  registry::Ledgers ledgers;
  for (StateView::PartitionView& each : view->partitions()) ledgers.push_back(each.ledger.get());
  QCDR_ASSIGN_OR_RETURN(const auto feedback, registry::make_feedback(ledgers, *rules, request));
  QCDR_RETURN_IF_ERROR(write_reports(*feedback, options.out));
  std::fprintf(out(), "%zu reports in %s\n", feedback->reports.size(), options.out.c_str());
  return Status::ok();
}

}  // namespace

void add_feedback_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* feedback =
      app.add_subcommand("feedback", "Performance feedback to clinicians and groups");
  feedback->require_subcommand(1);
  feedback->footer(
      "Example:\n  qcdr feedback build --data-dir data --quarter 2022Q3 --out feedback");
  CLI::App* command = feedback->add_subcommand(
      "build", "A report for each TIN and clinician, as JSON and as a page to print");
  add_place_options(command, &options->place, true);
  command->add_option("--quarter", options->quarter, "Like 2022Q3: by service date")->required();
  command->add_option("--out", options->out, "Folder for the reports")->required();
  command->add_flag("--cumulative", options->cumulative, "From the year's first day on");
  command->add_flag("--unsuppressed", options->unsuppressed,
                    "Small counts are shown: for those who treated the patients alone");
  command->footer(
      "Example:\n  qcdr feedback build --data-dir data --quarter 2022Q3 --out feedback");
  command->callback([options, exit_code] { *exit_code = report(build(*options)); });
}

}  // namespace qcdr
