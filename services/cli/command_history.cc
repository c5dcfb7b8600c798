// `qcdr history`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/application.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/place_options.h"
#include "cli/record_history.h"
#include "intake/parser.h"

namespace qcdr {
namespace {

struct Options {
  PlaceOptions place;
  std::uint32_t practice = 0;
  int year = 0;
  std::string kind;
  std::string tin;
  std::string clinician;
  std::string record;
  bool json = false;
};

// `consent` and the like are what people say; the names of kinds are exact.
v1::RecordKind kind_of(const std::string& name) {
  if (name == "consent") return v1::RECORD_KIND_INDIVIDUAL_CONSENT;
  return intake::kind_from_name(name);
}

Result<HistoryQuery> query_of(const Options& options) {
  HistoryQuery query;
  query.practice = PracticeId(options.practice);
  if (options.year != 0) query.year = PerformanceYear(options.year);
  query.kind = options.kind.empty() ? v1::RECORD_KIND_UNSPECIFIED : kind_of(options.kind);
  if (!options.kind.empty() && query.kind == v1::RECORD_KIND_UNSPECIFIED) {
    return Status(ErrorCode::kInvalidArgument, "no kind of record has this name");
  }
  if (query.kind == v1::RECORD_KIND_ANESTHESIA_CASE && options.record.empty()) {
    return Status(ErrorCode::kInvalidArgument,
                  "there are too many cases: name a record of the case with --record UPLOAD/ROW");
  }
  constexpr std::size_t kShown = 4;
  if (options.tin.size() > kShown) {
    return Status(ErrorCode::kInvalidArgument, "of a TIN its last four digits are enough");
  }
  query.tin = options.tin;
  query.clinician = options.clinician;
  query.record = options.record;
  return query;
}

Status print(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const HistoryQuery query, query_of(options));
  QCDR_ASSIGN_OR_RETURN(
      auto view, StateView::open(state_directories(options.place), key_directory(options.place)));
  QCDR_ASSIGN_OR_RETURN(const auto log, LogView::open(data_directory(options.place)));
  QCDR_ASSIGN_OR_RETURN(const RecordHistory history, read_record_history(*log, *view, query));
  if (history.facts.empty() && !options.record.empty()) {
    return Status(ErrorCode::kNotFound, "no such record of this practice");
  }
  std::fputs((options.json ? history_json(history) : history_text(history)).c_str(), out());
  return Status::ok();
}

}  // namespace

void add_history_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "history", "What was said about each fact: who, when, by what right, in whose place");
  add_place_options(command, &options->place, true);
  command->add_option("--practice", options->practice, "The practice")->required();
  command->add_option("--year", options->year, "Only this performance year");
  command->add_option("--kind", options->kind,
                      "Only this kind, like individual-consent; without it all but rosters and "
                      "cases");
  command->add_option("--tin", options->tin, "Only this TIN: its last four digits");
  command->add_option("--clinician", options->clinician, "Only who begins so, as \"Last, First\"");
  command->add_option("--record", options->record,
                      "The fact that this record is about, UPLOAD/ROW; also of a case");
  command->add_flag("--json", options->json, "JSON on standard output");
  command->footer(
      "Examples:\n"
      "  qcdr history --practice 1234 --kind consent --clinician Abbott\n"
      "  qcdr history --practice 1234 --kind reconciliation-sign-off --json");
  command->callback([options, exit_code] {
    *exit_code = run_or_ask(data_directory(options->place), [&] { return print(*options); });
  });
}

}  // namespace qcdr
