// `qcdr score list|show|explain|what-if`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/application.h"
#include "cli/commands.h"
#include "cli/first_screen.h"
#include "cli/output.h"
#include "cli/place_options.h"
#include "cli/range_words.h"
#include "cli/state_view.h"
#include "cli/what_if.h"
#include "core/identifiers.h"
#include "rulebook/rulebook.h"
#include "scoring/score_tree.h"

namespace qcdr {
namespace {

struct Options {
  PlaceOptions place;
  bool json = false;
  bool csv = false;
  bool wide = false;
  std::string who;
  std::string tin;
  std::uint32_t practice = 0;
  WhatIf what_if;
};

Result<std::unique_ptr<StateView>> open_view(const Options& options) {
  return StateView::open(state_directories(options.place), key_directory(options.place));
}

Status list(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(auto view, open_view(options));
  QCDR_ASSIGN_OR_RETURN(const FirstScreen screen, read_first_screen(*view));
  if (options.json) {
    std::fputs(score_list_json(screen).c_str(), out());
  } else if (options.csv) {
    std::fputs(score_table_csv(screen.rows, screen.as_of).c_str(), out());
  } else {
    std::fputs(first_screen_text(screen, options.wide).c_str(), out());
  }
  return Status::ok();
}

bool matches(const ScoreRow& row, const Options& options) {
  if (options.practice != 0 && row.practice.value() != options.practice) return false;
  if (!options.tin.empty() && row.tin.find(options.tin) == std::string::npos) return false;
  if (!row.virtual_group.empty()) return options.who == row.virtual_group;
  if (options.who == "group") return row.group;
  return !row.group && row.clinician.starts_with(options.who);
}

Result<ScoreRow> find_row(const Options& options, StateView& view) {
  QCDR_ASSIGN_OR_RETURN(const auto rows, view.score_rows());
  std::vector<const ScoreRow*> found;
  for (const ScoreRow& row : rows) {
    if (matches(row, options)) found.push_back(&row);
  }
  if (found.size() == 1) return *found.front();
  if (found.empty()) {
    return Status(ErrorCode::kNotFound, "nobody matches; `qcdr score list` shows who there is");
  }
  std::string message = "several match; add --tin or --practice:";
  for (const ScoreRow* row : found) message += "\n  " + row->tin + "  " + who_of(*row);
  return Status(ErrorCode::kInvalidArgument, message);
}

Status show(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(auto view, open_view(options));
  QCDR_ASSIGN_OR_RETURN(const ScoreRow row, find_row(options, *view));
  if (options.json) {
    std::fputs((row_json(row, view->as_of()) + "\n").c_str(), out());
    return Status::ok();
  }
  std::fputs((banner_text(view->as_of()) + "\n").c_str(), out());
  std::fputs(row_text(row, view->as_of()).c_str(), out());
  return Status::ok();
}

// The tree of the data that count for this row, whatever may be sent of them; both numbers stand
// above it.
Status explain(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(auto view, open_view(options));
  QCDR_ASSIGN_OR_RETURN(const ScoreRow row, find_row(options, *view));
  scoring::ScoreTree tree = scoring::explain(row.input, row.summary);
  tree.rulebook_digest = hex(qcdr::view(rulebook::Rulebook::built_in().digest()));
  if (options.json) {
    std::fputs(("{\"row\": " + row_json(row, view->as_of()) +
                ",\n\"receivedData\": " + scoring::to_json(tree) + "}\n")
                   .c_str(),
               out());
    return Status::ok();
  }
  std::fputs((banner_text(view->as_of()) + "\n").c_str(), out());
  std::fputs(row_text(row, view->as_of()).c_str(), out());
  std::fputs("\nThe data received, whether they may be sent or not:\n", out());
  std::fputs(scoring::to_text(tree).c_str(), out());
  return Status::ok();
}

Status what_if(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(auto view, open_view(options));
  QCDR_ASSIGN_OR_RETURN(const ScoreRow row, find_row(options, *view));
  QCDR_ASSIGN_OR_RETURN(const WhatIfAnswer answer, assume(row, options.what_if));
  const std::string text =
      options.json ? what_if_json(row, answer) : what_if_text(row, answer, view->as_of());
  std::fputs(text.c_str(), out());
  return Status::ok();
}

void add_who(CLI::App* command, Options* options) {
  command
      ->add_option("who", options->who,
                   "\"group\", the beginning of \"Last, First\", or a virtual group's number")
      ->required();
  command->add_option("--tin", options->tin, "Last four digits of the TIN");
  command->add_option("--practice", options->practice, "Practice id");
}

CLI::App* add_command(CLI::App* score, const char* name, const char* about, Options* options) {
  CLI::App* command = score->add_subcommand(name, about);
  add_place_options(command, &options->place, true);
  command->add_flag("--json", options->json, "JSON on standard output");
  return command;
}

using Run = Status (*)(const Options&);
void run_with(CLI::App* command, const std::shared_ptr<Options>& options, int* exit_code, Run run) {
  command->callback([options, exit_code, run] {
    *exit_code = run_or_ask(data_directory(options->place), [&] { return run(*options); });
  });
}

}  // namespace

void add_score_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* score =
      app.add_subcommand("score", "Projected scores: two numbers, their range, and why");
  score->require_subcommand(1);
  score->footer("Example:\n  qcdr score list --data-dir build/run-local");
  CLI::App* list_command = add_command(
      score, "list", "What is sent, what to do, and a row per TIN and TIN/NPI", options.get());
  list_command->add_flag("--csv", options->csv, "The rows as CSV on standard output");
  list_command->add_flag("--wide", options->wide, "With the points of each category");
  list_command->footer("Example:\n  qcdr score list --data-dir build/run-local --wide");
  run_with(list_command, options, exit_code, list);
  CLI::App* show_command =
      add_command(score, "show", "One row: two scores, what blocks, what costs", options.get());
  add_who(show_command, options.get());
  show_command->footer("Example:\n  qcdr score show group --tin 6789");
  run_with(show_command, options, exit_code, show);
  CLI::App* explain_command =
      add_command(score, "explain", "A score down to cut points and paragraphs", options.get());
  add_who(explain_command, options.get());
  explain_command->footer("Example:\n  qcdr score explain Hale --tin 4321");
  run_with(explain_command, options, exit_code, explain);
  CLI::App* what_if_command =
      add_command(score, "what-if", "One score again with other numbers", options.get());
  add_who(what_if_command, options.get());
  add_what_if_options(what_if_command, &options->what_if);
  what_if_command->footer(
      "Example:\n  qcdr score what-if Hale --tin 4321 --measure 404 --met 20 --assume "
      "smallPractice=no");
  run_with(what_if_command, options, exit_code, what_if);
}

}  // namespace qcdr
