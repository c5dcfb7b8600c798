// `qcdr uploads` and `qcdr uploads show`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_writer.h"
#include "cli/log_view.h"
#include "cli/output.h"
#include "cli/place_options.h"
#include "cli/rejected_rows_judge.h"
#include "cli/text_table.h"
#include "cli/upload_desk.h"
#include "cli/upload_report.h"
#include "core/finding_codes.h"
#include "core/finding_explanations.h"
#include "intake/parser.h"
#include "stream/file_blob_store.h"

namespace qcdr {
namespace {

constexpr std::size_t kShortId = 12;

struct Options {
  PlaceOptions place;
  std::uint32_t practice = 0;
  int year = 0;
  std::string kind;
  std::string id;
  bool json = false;
  bool csv = false;
  std::size_t offset = 0;
};

bool wanted(const UploadView& upload, const Options& options) {
  const v1::Upload& what = upload.upload;
  return (options.practice == 0 || what.practice_id() == options.practice) &&
         (options.year == 0 || what.performance_year() == options.year) &&
         (options.kind.empty() || intake::kind_name(what.kind()) == options.kind);
}

std::uint64_t findings_of(const UploadView& upload, FindingSeverity least) {
  std::uint64_t sum = 0;
  if (!upload.outcome) return sum;
  for (const v1::FindingCount& count : upload.outcome->findings()) {
    const FindingDescription* description = find_finding(count.code());
    if (description == nullptr || description->severity >= least) sum += count.count();
  }
  return sum;
}

TextTable table_of(const std::vector<UploadView>& uploads, bool whole_ids) {
  TextTable table;
  for (const char* title : {"Received", "Practice", "Year", "Kind", "State"}) table.column(title);
  for (const char* title :
       {"Accepted", "Held", "Not used", "There already", "Warnings", "Errors"}) {
    table.column(title, TextTable::Align::kRight);
  }
  table.column("Upload");
  for (const UploadView& upload : uploads) {
    const v1::UploadOutcome outcome = upload.outcome.value_or(v1::UploadOutcome());
    const std::uint64_t errors = findings_of(upload, FindingSeverity::ERROR);
    const std::string& id = upload.upload.upload_id();
    table.row({upload.received_at.to_string(), std::to_string(upload.upload.practice_id()),
               std::to_string(upload.upload.performance_year()),
               intake::kind_name(upload.upload.kind()),
               upload.state == UploadState::kInWork ? "in work"
                                                    : std::string(upload_state_name(upload.state)),
               std::to_string(outcome.rows_accepted()), std::to_string(outcome.rows_held()),
               std::to_string(outcome.rows_rejected()), std::to_string(outcome.rows_duplicate()),
               std::to_string(findings_of(upload, FindingSeverity::WARNING) - errors),
               std::to_string(errors), whole_ids ? id : id.substr(0, kShortId)});
  }
  return table;
}

Status list(const Options& options) {
  if (!options.kind.empty() &&
      intake::kind_from_name(options.kind) == v1::RECORD_KIND_UNSPECIFIED) {
    return Status(ErrorCode::kInvalidArgument, "no kind of record has this name");
  }
  QCDR_ASSIGN_OR_RETURN(const auto log, LogView::open(data_directory(options.place)));
  QCDR_ASSIGN_OR_RETURN(std::vector<UploadView> uploads, log->uploads());
  std::erase_if(uploads, [&](const UploadView& upload) { return !wanted(upload, options); });
  if (!options.json) {
    const TextTable table = table_of(uploads, options.csv);
    std::fputs((options.csv ? table.to_csv() : table.to_text()).c_str(), out());
    return Status::ok();
  }
  JsonWriter json;
  json.begin_object();
  json.key("uploads");
  json.begin_array();
  for (const UploadView& upload : uploads) {
    json.begin_object();
    write_upload(upload, &json);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  std::fputs(json.take().c_str(), out());
  return Status::ok();
}

void tell_what_is_left_out(const UploadView& upload, std::size_t published) {
  std::uint64_t all = findings_of(upload, FindingSeverity::INFORMATION);
  if (all <= published) return;
  std::fprintf(stderr, "%zu of %llu findings are published; the counts by code are exact\n",
               published, static_cast<unsigned long long>(all));
}

Status show(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const auto log, LogView::open(data_directory(options.place)));
  QCDR_ASSIGN_OR_RETURN(const UploadView upload, log->find_upload(options.id));
  QCDR_ASSIGN_OR_RETURN(const auto findings, log->findings(upload.upload));
  tell_what_is_left_out(upload, findings.size());
  if (options.csv) {
    std::fputs(findings_csv(findings).c_str(), out());
    return Status::ok();
  }
  if (options.json) {
    JsonWriter json;
    json.begin_object();
    write_upload(upload, &json);
    json.key("findingList");
    json.begin_array();
    for (const v1::Finding& finding : findings) write_finding(finding, &json);
    json.end_array();
    json.end_object();
    std::fputs(json.take().c_str(), out());
    return Status::ok();
  }
  std::fputs(table_of({upload}, true).to_text().c_str(), out());
  for (const v1::Finding& finding : findings) {
    const FindingDescription* known = find_finding(finding.code());
    const std::string place = place_text(finding);
    std::fprintf(out(), "%s  %s  %s%s%s\n", print_code(finding.code()).c_str(),
                 std::string(known != nullptr ? severity_name(known->severity) : "error").c_str(),
                 place.c_str(), place.empty() ? "" : ": ", message_of(finding).c_str());
  }
  return Status::ok();
}

// As they came, for correcting them and sending them again.
Status rejected_rows(const Options& options) {
  const std::string data = data_directory(options.place);
  QCDR_ASSIGN_OR_RETURN(const auto log, LogView::open(data));
  QCDR_ASSIGN_OR_RETURN(const UploadView upload, log->find_upload(options.id));
  QCDR_ASSIGN_OR_RETURN(const auto findings, log->findings(upload.upload));
  QCDR_ASSIGN_OR_RETURN(const auto keys, FileKeyRing::open({key_directory(options.place)}));
  QCDR_ASSIGN_OR_RETURN(const auto blobs, stream::FileBlobStore::open_store(data + "/blobs"));
  // The state is asked of what is not published; where another process has it open it cannot be.
  std::unique_ptr<StateRowJudge> judge;
  auto view = StateView::open(state_directories(options.place), key_directory(options.place));
  if (view.is_ok()) {
    auto opened = StateRowJudge::open(*view.value(), upload);
    if (opened.is_ok()) judge = std::move(opened).value();
  }
  QCDR_ASSIGN_OR_RETURN(
      const RejectedPage page,
      rejected_rows_page({*blobs, *keys, judge.get()}, upload, findings, options.offset));
  std::fputs(page.csv.c_str(), out());
  if (judge == nullptr && findings.size() >= ledger::kFindingsPerUploadMax) {
    std::fputs(
        "qcdr: rows behind the published findings may be missing: the state is not here, or "
        "another process has it open\n",
        stderr);
  }
  if (page.left > 0) {
    std::fprintf(stderr, "%s, with --offset %zu\n", rows_left_text(page).c_str(),
                 page.first + page.rows);
  }
  return Status::ok();
}

Status changes(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const auto log, LogView::open(data_directory(options.place)));
  IndexedUpload upload;
  QCDR_ASSIGN_OR_RETURN(upload.view, log->find_upload(options.id));
  QCDR_ASSIGN_OR_RETURN(const auto findings, log->findings(upload.view.upload));
  QCDR_ASSIGN_OR_RETURN(auto previous, log->previous_of_kind(upload.view));
  std::vector<v1::Finding> before;
  std::optional<IndexedUpload> compared;
  if (previous) {
    QCDR_ASSIGN_OR_RETURN(before, log->findings(previous->upload));
    compared.emplace();
    compared->view = std::move(*previous);
  }
  std::fputs(changes_json(upload, findings, compared, before).c_str(), out());
  return Status::ok();
}

void add_forms(CLI::App* command, Options* options) {
  CLI::Option* json = command->add_flag("--json", options->json, "JSON on standard output");
  command->add_flag("--csv", options->csv, "CSV on standard output")->excludes(json);
}

}  // namespace

void add_uploads_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("uploads", "What was received, and what became of it");
  add_place_options(command, &options->place, false);
  add_forms(command, options.get());
  command->add_option("--practice", options->practice, "Only this practice");
  command->add_option("--year", options->year, "Only this performance year");
  command->add_option("--kind", options->kind, "Only this kind, like anesthesia-case");
  command->require_subcommand(0, 1);
  command->footer(
      "Examples:\n  qcdr uploads --data-dir data\n  qcdr uploads --practice 1234 --csv\n"
      "  qcdr uploads show 0f3a --json");
  CLI::App* show_command = command->add_subcommand("show", "One upload with its findings");
  add_place_options(show_command, &options->place, false);
  add_forms(show_command, options.get());
  show_command->add_option("upload", options->id, "Upload id, or its beginning")->required();
  show_command->footer("Example:\n  qcdr uploads show 0f3a --csv > findings.csv");
  show_command->callback([options, exit_code] { *exit_code = report(show(*options)); });
  const auto add_of_one = [&](const char* name, const char* about, Status (*run)(const Options&),
                              const char* footer) {
    CLI::App* of_one = command->add_subcommand(name, about);
    add_place_options(of_one, &options->place, false);
    of_one->add_option("upload", options->id, "Upload id, or its beginning")->required();
    of_one->footer(footer);
    of_one->callback([options, run, exit_code] { *exit_code = report(run(*options)); });
    return of_one;
  };
  CLI::App* rows = add_of_one(
      "rejected-rows",
      "The rows of one upload that were not used, as they came, as CSV to correct and send",
      rejected_rows, "Example:\n  qcdr uploads rejected-rows 0f3a > to-correct.csv");
  rows->add_option("--offset", options->offset,
                   "So many of them are passed over, for the next file");
  rows->add_option("--state", options->place.state_directories, "State directories");
  add_of_one("changes",
             "What is fixed, new and still there since the upload of this kind before, as JSON",
             changes, "Example:\n  qcdr uploads changes 0f3a --data-dir data");
  command->callback([command, options, exit_code] {
    if (command->get_subcommands().empty()) *exit_code = report(list(*options));
  });
}

}  // namespace qcdr
