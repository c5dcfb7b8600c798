// `qcdr final-score preview|acknowledge|feedback|read-export|payment`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/application.h"
#include "cli/asked_row.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/export_record.h"
#include "cli/final_score_preview.h"
#include "cli/output.h"
#include "cli/payment_print.h"
#include "cli/shared_feedback.h"
#include "cli/what_if.h"
#include "cli/whole_file.h"
#include "stream/system_clock.h"

namespace qcdr {
namespace {

struct AcknowledgeOptions {
  std::string user;
  std::uint32_t practice = 0;
  int year = 0;
  std::string name;
  std::string signed_at;
  std::string out;
};

struct ExportOptions {
  AskOptions ask;
  ExportedScore as;
  std::string file;
  std::string out;
};

struct PaymentOptions {
  AskOptions ask;
  std::string paid_amount;
  std::string paid_amounts;
  WhatIf what_if;
};

Status preview(const AskOptions& options) {
  QCDR_ASSIGN_OR_RETURN(const auto asked, AskedRow::open(options));
  PreviewFacts facts;
  facts.user = options.user;
  if (!options.user.empty()) {
    QCDR_ASSIGN_OR_RETURN(const auto acknowledged, ledger::read_preview_acknowledgement(
                                                       asked->practice().facts(), options.user));
    if (!acknowledged) {
      return Status(ErrorCode::kPermissionDenied,
                    "the user has not acknowledged this year that a preview can change; `qcdr "
                    "final-score acknowledge` writes the record to upload");
    }
    facts.acknowledged = acknowledged->received_at;
  }
  QCDR_ASSIGN_OR_RETURN(facts.election, asked->election());
  std::fputs((options.json ? final_score_preview_json(*asked, facts)
                           : final_score_preview_text(*asked, facts))
                 .c_str(),
             out());
  return Status::ok();
}

bool fits_a_cell(const std::string& text) {
  return !text.empty() && text.find_first_of("\",\r\n") == std::string::npos;
}

// A record of kind confirmation: when it is uploaded the log keeps who said it and when.
Status acknowledge(const AcknowledgeOptions& options) {
  if (!fits_a_cell(options.user) || !fits_a_cell(options.name)) {
    return Status(ErrorCode::kInvalidArgument,
                  "--user and --name are needed, without quotation marks, commas and line breaks");
  }
  Instant signed_at = stream::SystemClock().now();
  if (!options.signed_at.empty()) {
    QCDR_ASSIGN_OR_RETURN(signed_at, Instant::parse(options.signed_at));
  }
  const std::string csv =
      "practice_id,performance_year,confirms,confirmed,upload_id,signer_name,signed_at\n" +
      std::to_string(options.practice) + "," + std::to_string(options.year) +
      ",PREVIEW_CAN_CHANGE,yes," + options.user + "," + options.name + "," + signed_at.to_string() +
      "\n";
  QCDR_RETURN_IF_ERROR(
      create_whole_file(options.out, csv, FileFor::kOwner).with_context(options.out));
  std::fprintf(out(),
               "%s\nWritten to %s: upload it, and the preview is open to this user for %d.\n",
               std::string(preview_disclaimer()).c_str(), options.out.c_str(), options.year);
  return Status::ok();
}

Status feedback(const AskOptions& options) {
  QCDR_ASSIGN_OR_RETURN(const auto asked, AskedRow::open(options));
  QCDR_RETURN_IF_ERROR(asked->require_administrator());
  std::fputs((options.json ? shared_feedback_json(*asked) : shared_feedback_text(*asked)).c_str(),
             out());
  return Status::ok();
}

Status read_export(const ExportOptions& options) {
  QCDR_ASSIGN_OR_RETURN(const auto asked, AskedRow::open(options.ask));
  QCDR_RETURN_IF_ERROR(asked->require_administrator());
  const auto bytes = read_whole_file(options.file);
  QCDR_RETURN_IF_ERROR(bytes.status().with_context(options.file));
  const auto csv = feedback_csv(bytes.value(), options.as, *asked);
  QCDR_RETURN_IF_ERROR(csv.status().with_context(options.file));
  QCDR_RETURN_IF_ERROR(
      create_whole_file(options.out, csv.value(), FileFor::kOwner).with_context(options.out));
  std::fprintf(out(), "Written to %s: it counts when it is uploaded.\n", options.out.c_str());
  return Status::ok();
}

bool is_assumed(const WhatIf& what_if) {
  return !what_if.measure.empty() || !what_if.activity_points.empty() ||
         !what_if.interoperability_percent.empty() || !what_if.cost_percent.empty() ||
         !what_if.complex_patient_bonus.empty() || !what_if.statuses.empty() ||
         !what_if.changes.empty();
}

Status payment(const PaymentOptions& options) {
  QCDR_ASSIGN_OR_RETURN(const auto asked, AskedRow::open(options.ask));
  QCDR_RETURN_IF_ERROR(asked->require_administrator());
  std::optional<Decimal> amount;
  if (!options.paid_amount.empty()) {
    QCDR_ASSIGN_OR_RETURN(amount, review::parse_paid_amount(options.paid_amount));
  } else if (!options.paid_amounts.empty()) {
    const auto bytes = read_whole_file(options.paid_amounts);
    QCDR_RETURN_IF_ERROR(bytes.status().with_context(options.paid_amounts));
    QCDR_ASSIGN_OR_RETURN(amount, paid_amount_in(bytes.value(), *asked));
  }
  std::optional<WhatIfAnswer> assumed;
  if (is_assumed(options.what_if)) {
    ScoreRow base = *asked->projected().from;
    base.input = asked->projected().input;
    QCDR_ASSIGN_OR_RETURN(assumed, assume(base, options.what_if));
  }
  const PaymentPage page = make_payment_page(*asked, amount, assumed);
  std::fputs((options.ask.json ? payment_json(*asked, page) : payment_text(*asked, page)).c_str(),
             out());
  return Status::ok();
}

void add_preview(CLI::App* final_score, int* exit_code) {
  auto options = std::make_shared<AskOptions>();
  CLI::App* command = final_score->add_subcommand(
      "preview", "The projected final score in the parts in which CMS shows one; no adjustment");
  add_ask_options(command, options.get());
  command->footer(
      "Exit code 6 when the user has no role for it or has not acknowledged that it can change.\n"
      "Examples:\n  qcdr final-score preview Hale --tin 4321\n"
      "  qcdr final-score preview group --tin 6789 --as user-17 --json");
  command->callback([options, exit_code] {
    *exit_code = run_or_ask(data_directory(options->place), [&] { return preview(*options); });
  });
}

void add_acknowledge(CLI::App* final_score, int* exit_code) {
  auto options = std::make_shared<AcknowledgeOptions>();
  CLI::App* command = final_score->add_subcommand(
      "acknowledge",
      "Writes the record by which a user says, once a year, that a preview can "
      "change; it counts when it is uploaded");
  command->add_option("--user", options->user, "The registry's id of the user")->required();
  command->add_option("--practice", options->practice, "Practice id")->required();
  command->add_option("--year", options->year, "Performance year")->required();
  command->add_option("--name", options->name, "Who says it, as he signs")->required();
  command->add_option("--signed-at", options->signed_at, "When; without it now");
  command->add_option("--out", options->out, "A new file for the record")->required();
  command->footer(
      "Example:\n  qcdr final-score acknowledge --user user-17 --practice 1234 --year 2022 --name "
      "\"Ann Abbott\" --out inbox/acknowledged.csv");
  command->callback([options, exit_code] { *exit_code = report(acknowledge(*options)); });
}

void add_feedback(CLI::App* final_score, int* exit_code) {
  auto options = std::make_shared<AskOptions>();
  CLI::App* command = final_score->add_subcommand(
      "feedback", "What the practice shared of CMS's own answer: every version, and for what");
  add_ask_options(command, options.get());
  command->footer("Example:\n  qcdr final-score feedback Hale --tin 4321");
  command->callback([options, exit_code] {
    *exit_code = run_or_ask(data_directory(options->place), [&] { return feedback(*options); });
  });
}

void add_export(CLI::App* final_score, int* exit_code) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command = final_score->add_subcommand(
      "read-export", "Makes a cms-feedback record of CMS's score in its own JSON, to be uploaded");
  add_ask_options(command, &options->ask);
  command->add_option("--export", options->file, "CMS's JSON: \"total\" with its parts")
      ->required();
  command->add_option("--stage", options->as.stage, "PREVIEW, FINAL or REVISED")
      ->check(CLI::IsMember({"PREVIEW", "FINAL", "REVISED"}));
  command->add_option("--released-on", options->as.released_on, "CMS's date of release")
      ->required();
  command->add_option("--version-number", options->as.version,
                      "Version among the feedback, from 1");
  command->add_option("--purpose", options->as.purpose, "For what the registry may use it")
      ->required();
  command->add_option("--adjustment", options->as.adjustment,
                      "Payment adjustment in percent, as CMS told it; never in a preview");
  command->add_option("--out", options->out, "A new file, for its owner alone: it has TIN and NPI")
      ->required();
  command->footer(
      "Example:\n  qcdr final-score read-export Hale --tin 4321 --export score.json --released-on "
      "2023-08-10 --purpose \"targeted review\" --out inbox/feedback.csv");
  command->callback([options, exit_code] { *exit_code = report(read_export(*options)); });
}

void add_payment(CLI::App* final_score, int* exit_code) {
  auto options = std::make_shared<PaymentOptions>();
  CLI::App* command = final_score->add_subcommand(
      "payment", "What the projected score does to payments: low and high, for administrators");
  add_ask_options(command, &options->ask);
  CLI::Option* one =
      command->add_option("--paid-amount", options->paid_amount,
                          "Medicare's paid amount for covered professional services, in dollars");
  CLI::Option* file =
      command->add_option("--paid-amounts", options->paid_amounts,
                          "CSV with columns tin, npi, paid_amount, of which the row is taken");
  one->excludes(file);
  add_what_if_options(command, &options->what_if);
  command->footer(
      "Dollars only where an amount is given, always a low and a high.\n"
      "Examples:\n  qcdr final-score payment Hale --tin 4321 --paid-amount 250000\n"
      "  qcdr final-score payment Hale --tin 4321 --paid-amount 250000 --measure 404 --met 20 "
      "--not-met 0");
  command->callback([options, exit_code] {
    *exit_code = run_or_ask(data_directory(options->ask.place), [&] { return payment(*options); });
  });
}

}  // namespace

void add_final_score_command(CLI::App& app, int* exit_code) {
  CLI::App* final_score = app.add_subcommand(
      "final-score", "The projected final score as CMS shows one, CMS's own, and payments");
  final_score->require_subcommand(1);
  final_score->footer("Example:\n  qcdr final-score preview Hale --tin 4321");
  add_preview(final_score, exit_code);
  add_acknowledge(final_score, exit_code);
  add_feedback(final_score, exit_code);
  add_export(final_score, exit_code);
  add_payment(final_score, exit_code);
}

}  // namespace qcdr
