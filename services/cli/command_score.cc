// `qcdr score list|show|explain`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/application.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/state_view.h"
#include "core/identifiers.h"
#include "rulebook/rulebook.h"
#include "scoring/score_tree.h"

namespace qcdr {
namespace {

struct Options {
  std::string data_directory = "data";
  std::vector<std::string> state_directories;
  std::string key_directory;
  bool json = false;
  bool csv = false;
  std::string who;
  std::string tin;
  std::uint32_t practice = 0;
};

void add_place_options(CLI::App* command, Options* options) {
  command->add_option("--data-dir", options->data_directory, "Data directory of `qcdr dev`")
      ->capture_default_str();
  command->add_option("--state", options->state_directories,
                      "State directories of scoring instances, instead of --data-dir's");
  command->add_option("--keys", options->key_directory, "Key directory, instead of --data-dir's");
  command->add_flag("--json", options->json, "JSON on standard output");
}

Result<std::unique_ptr<StateView>> open_view(const Options& options) {
  std::vector<std::string> states = options.state_directories;
  if (states.empty()) states.push_back(options.data_directory + "/state");
  const std::string keys =
      options.key_directory.empty() ? options.data_directory + "/keys" : options.key_directory;
  return StateView::open(states, keys);
}

Status list(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(auto view, open_view(options));
  QCDR_ASSIGN_OR_RETURN(const auto rows, view->score_rows());
  if (options.json) {
    std::fputs(score_table_json(rows).c_str(), out());
  } else if (options.csv) {
    std::fputs(score_table_csv(rows).c_str(), out());
  } else {
    std::fputs(score_table_text(rows).c_str(), out());
    std::fputs(banner(view->as_of()).c_str(), stderr);
  }
  return Status::ok();
}

bool matches(const ScoreRow& row, const Options& options) {
  if (options.practice != 0 && row.practice.value() != options.practice) return false;
  if (!options.tin.empty() && row.tin.find(options.tin) == std::string::npos) return false;
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
  for (const ScoreRow* row : found) {
    message += "\n  " + row->tin + "  " + (row->group ? "(group)" : row->clinician);
  }
  return Status(ErrorCode::kInvalidArgument, message);
}

Status show(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(auto view, open_view(options));
  QCDR_ASSIGN_OR_RETURN(ScoreRow row, find_row(options, *view));
  std::vector<ScoreRow> rows = {std::move(row)};
  std::fputs((options.json ? score_table_json(rows) : score_table_text(rows)).c_str(), out());
  return Status::ok();
}

Status explain(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(auto view, open_view(options));
  QCDR_ASSIGN_OR_RETURN(const ScoreRow row, find_row(options, *view));
  scoring::ScoreTree tree = scoring::explain(row.input, row.summary);
  tree.rulebook_digest = hex(qcdr::view(rulebook::Rulebook::built_in().digest()));
  if (options.json) {
    std::fputs((scoring::to_json(tree) + "\n").c_str(), out());
    return Status::ok();
  }
  std::fputs(banner(view->as_of()).c_str(), out());
  std::fputs((row.tin + "  " + (row.group ? "(group)" : row.clinician) + "\n").c_str(), out());
  std::fputs(scoring::to_text(tree).c_str(), out());
  return Status::ok();
}

void add_who(CLI::App* command, Options* options) {
  command->add_option("who", options->who, "\"group\", or the beginning of \"Last, First\"")
      ->required();
  command->add_option("--tin", options->tin, "Last four digits of the TIN");
  command->add_option("--practice", options->practice, "Practice id");
}

}  // namespace

void add_score_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* score = app.add_subcommand("score", "Projected scores from the folded state");
  score->require_subcommand(1);
  score->footer("Example:\n  qcdr score list --data-dir build/run-local");
  CLI::App* list_command = score->add_subcommand("list", "One row per TIN and per TIN/NPI");
  add_place_options(list_command, options.get());
  list_command->add_flag("--csv", options->csv, "CSV on standard output");
  list_command->footer("Example:\n  qcdr score list --data-dir build/run-local");
  list_command->callback([options, exit_code] {
    *exit_code = run_or_ask(options->data_directory, [&] { return list(*options); });
  });
  CLI::App* show_command = score->add_subcommand("show", "One row");
  add_place_options(show_command, options.get());
  add_who(show_command, options.get());
  show_command->footer("Example:\n  qcdr score show group --tin 6789");
  show_command->callback([options, exit_code] {
    *exit_code = run_or_ask(options->data_directory, [&] { return show(*options); });
  });
  CLI::App* explain_command =
      score->add_subcommand("explain", "A score down to cut points and paragraphs");
  add_place_options(explain_command, options.get());
  add_who(explain_command, options.get());
  explain_command->footer("Example:\n  qcdr score explain \"Adler\" --tin 6789");
  explain_command->callback([options, exit_code] {
    *exit_code = run_or_ask(options->data_directory, [&] { return explain(*options); });
  });
}

}  // namespace qcdr
