// `qcdr dev`: all services in one process on the embedded log.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <map>

#include "cli/application.h"
#include "cli/commands.h"
#include "cli/control_socket.h"
#include "cli/exit_code.h"
#include "cli/first_screen.h"
#include "cli/inbox.h"
#include "cli/local_pipeline.h"
#include "cli/output.h"
#include "cli/place_options.h"
#include "cli/report_writer.h"
#include "cli/state_view.h"
#include "cli/stop_signal.h"
#include "intake/findings.h"
#include "telemetry/identifier_scrubber.h"
#include "telemetry/log_line.h"

namespace qcdr {
namespace {

struct Options {
  LocalPipelineOptions pipeline;
  InboxFolders inboxes;
  std::vector<std::string> files;
  std::string clock;
  std::string reports;
  std::string log_format = "text";
  bool once = false;
  bool json = false;
  bool no_table = false;
  bool wide = false;
};

struct ClockRange {
  std::optional<Instant> start;
  std::optional<Instant> end;
};

// "INSTANT", "INSTANT..INSTANT" or "..INSTANT".
Result<ClockRange> parse_clock(const std::string& text) {
  ClockRange range;
  if (text.empty()) return range;
  const std::size_t dots = text.find("..");
  const std::string first = text.substr(0, dots);
  if (!first.empty()) {
    QCDR_ASSIGN_OR_RETURN(range.start, Instant::parse(first));
  }
  if (dots != std::string::npos) {
    QCDR_ASSIGN_OR_RETURN(range.end, Instant::parse(text.substr(dots + 2)));
  }
  return range;
}

// Refused files by path, with the time of their last change: told once, tried again when changed.
using Refused = std::map<std::string, std::filesystem::file_time_type>;

// The log has it, or it was refused already. A stream and a file beyond the limit are not read for
// this.
bool is_settled(LocalPipeline& pipeline, const InboxFile& file, const Options& options,
                const Refused& refused) {
  if (file.path == "-") return false;
  std::error_code error;
  const auto changed = std::filesystem::last_write_time(file.path, error);
  const auto found = refused.find(file.path);
  if (!error && found != refused.end() && found->second == changed) return true;
  const auto bytes = std::filesystem::file_size(file.path, error);
  if (error || bytes > options.pipeline.ingest.upload_bytes_max) return false;
  const auto id = upload_id_of_file(pipeline.token_key(), file);
  return id.is_ok() && pipeline.upload_ids().contains(id.value());
}

// What became of a file, for people as they like to read it. Names of files are not ours.
void tell_refused(const InboxFile& file, const Status& reason) {
  if (log_format() == LogFormat::kJson) {
    LogLine(LogLevel::kWarning, "file refused").file(file.name).error(reason);
  } else {
    std::fprintf(stderr, "qcdr: %s is refused: %s\n", scrub_identifiers(file.name).c_str(),
                 scrub_identifiers(reason.message()).c_str());
  }
}

void tell_received(const InboxFile& file, const std::string& upload_id, bool talk) {
  if (log_format() == LogFormat::kJson) {
    LogLine(LogLevel::kInfo, "received").file(file.name).upload(upload_id);
  } else if (talk) {
    std::fprintf(stderr, "received %s\n", scrub_identifiers(file.name).c_str());
  }
}

Status take_file(LocalPipeline& pipeline, const InboxFile& file, const Options& options, bool talk,
                 Refused* refused) {
  if (is_settled(pipeline, file, options, *refused)) {
    if (talk && !refused->contains(file.path)) {
      const auto again = intake::make_verdict(FindingCode::SAME_FILE_AGAIN, {}, "");
      std::fprintf(stderr, "%s: %s\n", scrub_identifiers(file.name).c_str(),
                   intake::render(again).c_str());
    }
    return Status::ok();
  }
  std::error_code error;
  const auto changed = std::filesystem::last_write_time(file.path, error);
  if (file.instant) QCDR_RETURN_IF_ERROR(pipeline.move_clock(*file.instant));
  QCDR_ASSIGN_OR_RETURN(const ByteSource source, open_source(file.path));
  UploadRequest request;
  request.channel = file.channel;
  request.actor = inbox_actor(file.channel);
  request.test_mode = true;
  const auto accepted = pipeline.accept(request, source);
  const ErrorCode code = accepted.status().code();
  if (code == ErrorCode::kInvalidArgument || code == ErrorCode::kLimitExceeded) {
    tell_refused(file, accepted.status());
    if (!error) refused->insert_or_assign(file.path, changed);
    return Status::ok();
  }
  QCDR_RETURN_IF_ERROR(accepted.status().with_context(file.name));
  tell_received(file, accepted.value().upload_id, talk);
  return pipeline.pump();
}

// Without a watch everything that is there; with one what has stopped growing and is new.
Status take_inbox(LocalPipeline& pipeline, const Options& options, bool talk, Refused* refused,
                  InboxWatch* watch) {
  if (options.inboxes.empty()) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(const auto files,
                        watch != nullptr ? watch->ready() : list_inbox(options.inboxes));
  for (const InboxFile& file : files) {
    if (stop_requested()) return Status::ok();
    QCDR_RETURN_IF_ERROR(take_file(pipeline, file, options, talk, refused));
    if (watch != nullptr) watch->done(file);
  }
  return Status::ok();
}

// A season that is played from names with instants starts where its first file is.
Status choose_start(const Options& options, ClockRange* range) {
  if (range->start || options.inboxes.empty()) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(const auto files, list_inbox(options.inboxes));
  if (!files.empty() && files.front().instant) range->start = files.front().instant;
  return Status::ok();
}

// Answers the commands of other processes that look at the state; the log they read themselves.
ControlAnswer answer(LocalPipeline& pipeline, const Options& options,
                     const std::vector<std::string>& arguments) {
  ControlAnswer answer;
  static constexpr std::array<std::string_view, 4> kAnswered = {"score", "state", "readiness",
                                                                "submission"};
  if (arguments.empty() ||
      std::find(kAnswered.begin(), kAnswered.end(), arguments[0]) == kAnswered.end()) {
    answer.exit_code = kExitNotAllowed;
    return answer;
  }
  const PlaceOptions place{options.pipeline.data_directory, {}, options.pipeline.key_directory};
  const ServedPlace served(place);
  const Status status = pipeline.with_stores_closed(
      [&] { answer.data = captured([&] { answer.exit_code = run_application(arguments); }); });
  if (!status.is_ok()) answer.exit_code = report(status);
  return answer;
}

Status watch(LocalPipeline& pipeline, const Options& options, ReportWriter* reports,
             Refused* refused, InboxWatch* inbox) {
  constexpr int kWaitMilliseconds = 500;
  QCDR_ASSIGN_OR_RETURN(
      auto control, ControlSocket::listen(control_socket_path(options.pipeline.data_directory)));
  LogLine(LogLevel::kInfo, "running; Ctrl-C ends");
  while (!stop_requested()) {
    if (!pipeline.season_clock()) QCDR_RETURN_IF_ERROR(pipeline.tick());
    QCDR_RETURN_IF_ERROR(pipeline.beat());
    QCDR_RETURN_IF_ERROR(take_inbox(pipeline, options, true, refused, inbox));
    QCDR_RETURN_IF_ERROR(pipeline.pump());
    if (reports != nullptr) QCDR_RETURN_IF_ERROR(reports->write_new());
    QCDR_RETURN_IF_ERROR(
        control->serve(kWaitMilliseconds, [&](const std::vector<std::string>& arguments) {
          return answer(pipeline, options, arguments);
        }));
  }
  return Status::ok();
}

Status print_table(const Options& options) {
  const std::string& base = options.pipeline.data_directory;
  const std::string keys =
      options.pipeline.key_directory.empty() ? base + "/keys" : options.pipeline.key_directory;
  QCDR_ASSIGN_OR_RETURN(auto view, StateView::open({base + "/state"}, keys));
  QCDR_ASSIGN_OR_RETURN(const FirstScreen screen, read_first_screen(*view));
  std::fputs(
      (options.json ? score_list_json(screen) : first_screen_text(screen, options.wide)).c_str(),
      stdout);
  return Status::ok();
}

// Until all is done, or a signal asks for the end; what is left is done by the next run.
Status work(LocalPipeline& pipeline, const Options& options, const ClockRange& range) {
  QCDR_RETURN_IF_ERROR(pipeline.pump());
  Refused refused;
  InboxWatch inbox(options.inboxes);
  const bool talk = ::isatty(STDERR_FILENO) != 0;
  QCDR_RETURN_IF_ERROR(
      take_inbox(pipeline, options, talk, &refused, options.once ? nullptr : &inbox));
  for (const std::string& path : options.files) {
    if (stop_requested()) return Status::ok();
    const InboxFile file{path, path, std::nullopt, Channel::kPractice};
    QCDR_RETURN_IF_ERROR(take_file(pipeline, file, options, talk, &refused));
  }
  if (stop_requested()) return Status::ok();
  if (range.end) {
    QCDR_RETURN_IF_ERROR(pipeline.move_clock(*range.end));
    QCDR_RETURN_IF_ERROR(pipeline.tell_time());
  }
  QCDR_RETURN_IF_ERROR(pipeline.pump());
  std::unique_ptr<ReportWriter> reports;
  if (!options.reports.empty()) {
    QCDR_ASSIGN_OR_RETURN(reports, ReportWriter::open(pipeline.log(), options.reports));
    QCDR_RETURN_IF_ERROR(reports->write_new());
  }
  return options.once ? Status::ok() : watch(pipeline, options, reports.get(), &refused, &inbox);
}

Status run(Options options) {
  install_stop_signals();
  set_log_format(options.log_format == "json" ? LogFormat::kJson : LogFormat::kText);
  QCDR_ASSIGN_OR_RETURN(ClockRange range, parse_clock(options.clock));
  QCDR_RETURN_IF_ERROR(choose_start(options, &range));
  options.pipeline.start = range.start;
  QCDR_ASSIGN_OR_RETURN(auto pipeline, LocalPipeline::open(options.pipeline));
  QCDR_RETURN_IF_ERROR(work(*pipeline, options, range));
  QCDR_RETURN_IF_ERROR(pipeline->close());
  pipeline.reset();
  return options.no_table ? Status::ok() : print_table(options);
}

}  // namespace

void add_dev_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("dev", "All services in one process on the embedded log");
  options->pipeline.data_directory = "data";
  command->add_option("--data-dir", options->pipeline.data_directory, "Where everything is kept")
      ->capture_default_str()
      ->envname("QCDR_DATA_DIR");
  command->add_option("--keys", options->pipeline.key_directory,
                      "Key directory, when it is shared with others");
  command
      ->add_option("--inbox", options->inboxes.practice,
                   "Folder whose files are taken as uploads of practices")
      ->check(CLI::ExistingDirectory);
  command
      ->add_option("--registry-inbox", options->inboxes.registry,
                   "Folder of the registry's officers: decisions, extensions, CMS's lists")
      ->check(CLI::ExistingDirectory);
  command->add_option("--reports", options->reports,
                      "Folder for a processing report of every upload");
  command->add_option("files", options->files, "Files taken after those; \"-\" is standard input");
  command
      ->add_option("--upload-bytes-max", options->pipeline.ingest.upload_bytes_max,
                   "A longer upload is refused")
      ->capture_default_str();
  command->add_option("--clock", options->clock,
                      "START, START..END or ..END: where the season's clock begins and ends");
  command->add_option("--partitions", options->pipeline.partitions, "Partitions of a new log")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  command
      ->add_option("--admin", options->pipeline.admin_address,
                   "HOST:PORT of the admin port: metrics and health")
      ->envname("QCDR_ADMIN");
  command->add_option("--log-format", options->log_format, "text or json")
      ->capture_default_str()
      ->check(CLI::IsMember({"text", "json"}))
      ->envname("QCDR_LOG_FORMAT");
  command
      ->add_option("--heartbeat-seconds", options->pipeline.heartbeat_seconds,
                   "How often a heartbeat goes into every partition while it waits")
      ->capture_default_str()
      ->check(CLI::Range(1, 3600));
  command->add_flag("--once", options->once, "Ends when the inbox is processed");
  command->add_flag("--json", options->json, "Scores as JSON on standard output");
  command->add_flag("--wide", options->wide, "With the points of each category");
  command->add_flag("--no-table", options->no_table, "Prints no scores at the end");
  command->add_option("--crash-at", options->pipeline.crash_at,
                      "POINT:N kills the process at the N-th visit of a crash point (tests)");
  command->footer(
      "Example:\n  qcdr dev --once --inbox tests/data/sample-practice \\\n"
      "    --registry-inbox tests/data/sample-registry --data-dir data");
  command->callback([options, exit_code] { *exit_code = report(run(*options)); });
}

}  // namespace qcdr
