// `qcdr targeted-review compare|dossier|case`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/application.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/targeted_review.h"

namespace qcdr {
namespace {

struct Options {
  AskOptions ask;
  std::string out;
};

// What the log has; nothing where only the state is at hand.
Result<std::optional<Evidence>> evidence_of(const Options& options, AskedRow& asked,
                                            std::unique_ptr<LogView>* log) {
  auto opened = LogView::open(data_directory(options.ask.place));
  if (opened.status().code() == ErrorCode::kNotFound) return std::optional<Evidence>();
  QCDR_RETURN_IF_ERROR(opened.status());
  *log = std::move(opened).value();
  QCDR_ASSIGN_OR_RETURN(Evidence evidence, read_review_evidence(**log, asked));
  return std::optional<Evidence>(std::move(evidence));
}

using Print = std::string (*)(AskedRow&, const ReviewPage&);

Status show(const Options& options, Print text, Print json) {
  QCDR_ASSIGN_OR_RETURN(const auto asked, AskedRow::open(options.ask));
  QCDR_RETURN_IF_ERROR(asked->require_administrator());
  std::unique_ptr<LogView> log;
  QCDR_ASSIGN_OR_RETURN(const auto evidence, evidence_of(options, *asked, &log));
  QCDR_ASSIGN_OR_RETURN(const ReviewPage page,
                        make_review_page(*asked, evidence ? &*evidence : nullptr));
  std::fputs((options.ask.json ? json : text)(*asked, page).c_str(), out());
  return Status::ok();
}

Status dossier(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const auto asked, AskedRow::open(options.ask));
  QCDR_RETURN_IF_ERROR(asked->require_administrator());
  std::unique_ptr<LogView> log;
  QCDR_ASSIGN_OR_RETURN(const auto evidence, evidence_of(options, *asked, &log));
  if (!evidence) {
    return Status(ErrorCode::kNotFound, "a dossier is made from the log; give --data-dir");
  }
  QCDR_ASSIGN_OR_RETURN(const ReviewPage page, make_review_page(*asked, &*evidence));
  if (page.feedback == nullptr) {
    return Status(ErrorCode::kInvalidArgument,
                  "the practice shares nothing of CMS's answer, so there is nothing to review");
  }
  QCDR_ASSIGN_OR_RETURN(const review::Pack pack, make_dossier(*log, *asked, page, *evidence));
  QCDR_RETURN_IF_ERROR(pack.write(options.out).with_context(options.out));
  std::fprintf(out(), "%s\n", pack.root().c_str());
  std::fprintf(stderr, "%zu files in %s\n", pack.files(), options.out.c_str());
  return Status::ok();
}

void add_shown(CLI::App* review, const char* name, const char* about, const char* footer,
               Print text, Print json, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = review->add_subcommand(name, about);
  add_ask_options(command, &options->ask);
  command->footer(footer);
  command->callback([options, exit_code, text, json] {
    *exit_code =
        run_or_ask(data_directory(options->ask.place), [&] { return show(*options, text, json); });
  });
}

}  // namespace

void add_targeted_review_command(CLI::App& app, int* exit_code) {
  CLI::App* review = app.add_subcommand(
      "targeted-review", "CMS's score beside ours, why they differ, and what to do about it");
  review->require_subcommand(1);
  review->footer("Example:\n  qcdr targeted-review compare Hale --tin 4321");
  add_shown(review, "compare", "CMS's feedback beside the projection, node by node, with causes",
            "Example:\n  qcdr targeted-review compare Hale --tin 4321 --at "
            "2023-10-09T20:00:00-04:00",
            review_page_text, review_page_json, exit_code);
  add_shown(review, "case", "How requests for a review stand, and what is due when",
            "Example:\n  qcdr targeted-review case Hale --tin 4321 --json", review_cases_text,
            review_cases_json, exit_code);
  auto options = std::make_shared<Options>();
  CLI::App* command = review->add_subcommand(
      "dossier", "The documents for a request, in a folder that proves itself");
  add_ask_options(command, &options->ask);
  command->add_option("--out", options->out, "A new folder, for its owner alone")->required();
  command->footer(
      "Prints the root of the folder; `qcdr audit verify --pack DIR` checks it.\n"
      "Example:\n  qcdr targeted-review dossier Hale --tin 4321 --out dossier");
  command->callback([options, exit_code] { *exit_code = report(dossier(*options)); });
}

}  // namespace qcdr
