// `qcdr diff`
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "calendar/judge.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/replay_answer.h"
#include "cli/score_differences.h"
#include "core/decimal.h"
#include "intake/parser.h"
#include "rulebook/rulebook.h"

namespace qcdr {
namespace {

struct Options {
  PlaceOptions place;
  std::string from;
  std::string to;
  bool by_knowledge = false;
  bool by_receipt = false;
  bool json = false;
};

struct Cause {
  Instant at;
  std::uint32_t practice = 0;  // 0: all of them
  std::string what;
  std::string upload_id;
};

// Uploads that the later answer knows and the earlier one does not, and dates that passed between.
Result<std::vector<Cause>> causes_between(const PlaceOptions& place, ReplayBasis basis,
                                          Instant after, Instant until) {
  std::vector<Cause> causes;
  QCDR_ASSIGN_OR_RETURN(const auto log, LogView::open(data_directory(place)));
  QCDR_ASSIGN_OR_RETURN(const auto uploads, log->uploads());
  for (const UploadView& upload : uploads) {
    if (!upload.outcome) continue;
    const Instant at = basis == ReplayBasis::kReceivedBy ? upload.received_at : upload.finished_at;
    if (at <= after || at > until) continue;
    const v1::UploadOutcome& outcome = *upload.outcome;
    std::string what = intake::kind_name(upload.upload.kind()) + ", " +
                       std::to_string(outcome.rows_accepted()) + " accepted, " +
                       std::to_string(outcome.rows_held()) + " held";
    if (outcome.refused()) what += ", refused";
    causes.push_back({at, upload.upload.practice_id(), what, upload.upload.upload_id()});
  }
  const rulebook::Rulebook& rulebook = rulebook::Rulebook::built_in();
  for (const PerformanceYear year : rulebook.years()) {
    for (const rulebook::Deadline* deadline :
         calendar::deadlines_between(*rulebook.find_year(year), after, until)) {
      causes.push_back(
          {deadline->passes_at, 0,
           "date passed: " + deadline->title + " (" + std::to_string(year.value()) + ")", ""});
    }
  }
  std::stable_sort(causes.begin(), causes.end(),
                   [](const Cause& a, const Cause& b) { return a.at < b.at; });
  return causes;
}

struct Difference {
  ReplayBasis basis = ReplayBasis::kReceivedBy;
  Instant from;
  Instant to;
  std::string digest_from;
  std::string digest_to;
  std::vector<RowDifference> rows;
  std::vector<Cause> causes;
};

Result<Difference> difference_of(const Options& options) {
  Difference difference;
  if (options.by_knowledge) difference.basis = ReplayBasis::kKnownAt;
  QCDR_ASSIGN_OR_RETURN(const Instant from, Instant::parse(options.from));
  QCDR_ASSIGN_OR_RETURN(const Instant to, Instant::parse(options.to));
  if (to < from) return Status(ErrorCode::kInvalidArgument, "--to lies before --from");
  std::string before;
  std::string after;
  {
    QCDR_ASSIGN_OR_RETURN(const auto replay,
                          replay_at(options.place, difference.basis, options.from));
    difference.from = replay->instant();
    QCDR_ASSIGN_OR_RETURN(before, scores_json(*replay, options.place));
    QCDR_ASSIGN_OR_RETURN(const Digests digests, digests_of(*replay, options.place));
    difference.digest_from = digests.practices;
  }
  QCDR_ASSIGN_OR_RETURN(const auto replay, replay_at(options.place, difference.basis, options.to));
  difference.to = replay->instant();
  QCDR_ASSIGN_OR_RETURN(after, scores_json(*replay, options.place));
  QCDR_ASSIGN_OR_RETURN(const Digests digests, digests_of(*replay, options.place));
  difference.digest_to = digests.practices;
  QCDR_ASSIGN_OR_RETURN(difference.rows, compare_scores(before, after));
  QCDR_ASSIGN_OR_RETURN(difference.causes, causes_between(options.place, difference.basis,
                                                          difference.from, difference.to));
  return difference;
}

std::string_view kind_text(RowDifference::Kind kind) {
  switch (kind) {
    case RowDifference::Kind::kChanged:
      return "changed";
    case RowDifference::Kind::kAppeared:
      return "appeared";
    case RowDifference::Kind::kVanished:
      return "vanished";
  }
  return "changed";
}

std::string difference_json(const Difference& difference) {
  JsonWriter json;
  json.begin_object();
  json.field("basis", basis_name(difference.basis));
  json.field("from", difference.from.to_string());
  json.field("to", difference.to.to_string());
  json.field("stateDigestFrom", difference.digest_from);
  json.field("stateDigestTo", difference.digest_to);
  json.key("rows");
  json.begin_array();
  for (const RowDifference& row : difference.rows) {
    json.begin_object();
    json.field("practice", row.practice);
    json.field("performanceYear", row.year);
    json.field("tin", row.tin);
    json.field("who", row.who);
    json.field("difference", kind_text(row.kind));
    json.key("changes");
    json.begin_array();
    for (const FieldChange& change : row.changes) {
      json.begin_object();
      json.field("what", change.what);
      json.field("from", change.from);
      json.field("to", change.to);
      json.end_object();
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.key("causes");
  json.begin_array();
  for (const Cause& cause : difference.causes) {
    json.begin_object();
    json.field("at", cause.at.to_string());
    if (cause.practice != 0) json.field("practice", std::int64_t{cause.practice});
    if (!cause.upload_id.empty()) json.field("uploadId", cause.upload_id);
    json.field("what", cause.what);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

// Numbers with the two decimals that people see elsewhere.
std::string shown(const std::string& value) {
  if (value.empty()) return "-";
  if (value.find('.') == std::string::npos) return value;
  const auto number = Decimal::parse(value);
  return number.is_ok() ? number.value().to_fixed(2) : value;
}

std::string difference_text(const Difference& difference) {
  std::string text;
  for (const RowDifference& row : difference.rows) {
    text += "practice " + std::to_string(row.practice) + ", " + std::to_string(row.year) + ", " +
            row.tin + ", " + row.who;
    if (row.kind != RowDifference::Kind::kChanged) text += ": " + std::string(kind_text(row.kind));
    text += "\n";
    std::size_t details = 0;
    for (const FieldChange& change : row.changes) {
      if (change.detail) {
        ++details;
        continue;
      }
      text += "  " + change.what + ": " + shown(change.from) + " -> " + shown(change.to) + "\n";
    }
    if (details > 0) {
      text += "  " + std::to_string(details) + " parts of scores; --json shows them\n";
    }
  }
  if (!difference.causes.empty())
    text += text.empty() ? "between the two\n" : "\nbetween the two\n";
  for (const Cause& cause : difference.causes) {
    text += "  " + cause.at.to_string() + "  ";
    if (cause.practice != 0) text += "practice " + std::to_string(cause.practice) + ": ";
    text += cause.what;
    if (!cause.upload_id.empty()) text += " (upload " + cause.upload_id.substr(0, 12) + ")";
    text += "\n";
  }
  return text;
}

Status print_difference(const Options& options) {
  if (options.by_knowledge && options.by_receipt) {
    return Status(ErrorCode::kInvalidArgument, "give one of --received-by and --known-at");
  }
  QCDR_ASSIGN_OR_RETURN(const Difference difference, difference_of(options));
  const std::string text = options.json ? difference_json(difference) : difference_text(difference);
  std::fputs(text.c_str(), out());
  std::fprintf(stderr, "%zu rows differ between %s and %s, %zu causes\n", difference.rows.size(),
               difference.from.to_string().c_str(), difference.to.to_string().c_str(),
               difference.causes.size());
  return Status::ok();
}

}  // namespace

void add_diff_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("diff", "What changed between two instants, and why");
  add_place_options(command, &options->place, false);
  command->add_option("--from", options->from, "The earlier instant")->required();
  command->add_option("--to", options->to, "The later instant")->required();
  command->add_flag("--received-by", options->by_receipt,
                    "Compares what was received by them (this is the default)");
  command->add_flag("--known-at", options->by_knowledge, "Compares what a user saw at them");
  command->add_flag("--json", options->json, "JSON on standard output");
  command->footer(
      "Example:\n  qcdr diff --from 2023-01-31T23:59:59-06:00 --to 2023-02-15T23:59:59-06:00");
  command->callback([options, exit_code] { *exit_code = report(print_difference(*options)); });
}

}  // namespace qcdr
