// `qcdr dev`: all services in one process on the embedded log.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "cli/application.h"
#include "cli/commands.h"
#include "cli/control_socket.h"
#include "cli/dev_server.h"
#include "cli/exit_code.h"
#include "cli/file_intake.h"
#include "cli/first_screen.h"
#include "cli/inbox.h"
#include "cli/local_pipeline.h"
#include "cli/output.h"
#include "cli/place_options.h"
#include "cli/report_writer.h"
#include "cli/state_view.h"
#include "cli/stop_signal.h"
#include "telemetry/identifier_scrubber.h"
#include "telemetry/log_line.h"

namespace qcdr {
namespace {

using std::chrono::steady_clock;

struct Options {
  LocalPipelineOptions pipeline;
  InboxFolders inboxes;
  std::vector<std::string> files;
  std::string clock;
  std::string reports;
  bool rejected_rows = false;
  DevServerOptions server;
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

// A folder of a hundred thousand files takes a while to list; most of the time is not spent on it.
constexpr int kRestPerLook = 10;
// Mails that are not taken wait for the next turn, or for the next run.
constexpr std::chrono::milliseconds kDeliveryOfEachTurn{0};
constexpr std::chrono::milliseconds kDeliveryAtTheEnd{60'000};

// What is taken goes through the whole pipeline before the next is looked at.
class Intake {
 public:
  Intake(LocalPipeline& pipeline, const Options& options, bool talk)
      : pipeline_(pipeline),
        options_(options),
        talk_(talk),
        files_(pipeline.known_uploads(), options.pipeline.ingest.upload_bytes_max, true,
               {[this](const InboxFile& file) { return move_clock(file); },
                [this](const UploadRequest& request, const ByteSource& source) {
                  return pipeline_.accept(request, source);
                }},
               talk ? FileIntake::Voice::kPeopleWatching : FileIntake::Voice::kPeople) {}

  // Without a watch everything that is there; with one what has stopped growing and is new.
  Status take_inbox(InboxWatch* watch) {
    const auto begun = steady_clock::now();
    if (options_.inboxes.empty() || begun < next_look_) return Status::ok();
    QCDR_ASSIGN_OR_RETURN(const auto files,
                          watch != nullptr ? watch->ready() : list_inbox(options_.inboxes));
    const auto listed = steady_clock::now();
    next_look_ = listed + kRestPerLook * (listed - begun);
    for (const InboxFile& file : files) {
      if (stop_requested()) return Status::ok();
      QCDR_ASSIGN_OR_RETURN(const FileOutcome outcome, files_.take(file, std::nullopt));
      if (outcome == FileOutcome::kReceived) QCDR_RETURN_IF_ERROR(follow());
      if (outcome == FileOutcome::kNotYet) {
        if (watch == nullptr) tell_not_yet(file);
        if (file.instant) break;  // the clock must not pass it
      } else if (watch != nullptr) {
        watch->done(file);
      }
    }
    return Status::ok();
  }

  Status take_named() {
    for (const std::string& path : options_.files) {
      if (stop_requested()) return Status::ok();
      QCDR_RETURN_IF_ERROR(files_.take_named(path));
      QCDR_RETURN_IF_ERROR(pipeline_.pump());
    }
    return Status::ok();
  }

  void tell_known() const {
    if (!talk_ || files_.known_count() == 0) return;
    std::fprintf(stderr, "%zu files were taken before\n", files_.known_count());
  }

 private:
  // A file that the log does not have, of a time that it has passed.
  Status move_clock(const InboxFile& file) {
    if (!file.instant) return Status::ok();
    if (*file.instant < pipeline_.now()) {
      return Status(ErrorCode::kInvalidArgument,
                    "its name says that it came at " + file.instant->to_string() +
                        ", the clock of this data directory stands at " +
                        pipeline_.now().to_string() +
                        " and does not go back: give the file a name with a later instant or with "
                        "none, or play the inbox into an empty --data-dir");
    }
    return pipeline_.move_clock(*file.instant);
  }

  Status follow() {
    QCDR_RETURN_IF_ERROR(pipeline_.pump());
    return pipeline_.deliver(kDeliveryOfEachTurn);
  }

  static void tell_not_yet(const InboxFile& file) {
    std::fprintf(stderr, "qcdr: %s is still being written and is left%s; run again\n",
                 scrub_identifiers(file.name).c_str(),
                 file.instant ? ", with all that is after it" : "");
  }

  LocalPipeline& pipeline_;
  const Options& options_;
  bool talk_;
  FileIntake files_;
  steady_clock::time_point next_look_;
};

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

Status watch(LocalPipeline& pipeline, const Options& options, ReportWriter* reports, Intake* intake,
             InboxWatch* inbox) {
  constexpr int kWaitMilliseconds = 500;
  constexpr int kServingWaitMilliseconds = 20;  // somebody waits for an answer
  std::unique_ptr<DevServer> server;
  if (!options.server.listen.empty()) {
    QCDR_ASSIGN_OR_RETURN(server, DevServer::open(pipeline, options.server));
  }
  const int wait = server != nullptr ? kServingWaitMilliseconds : kWaitMilliseconds;
  QCDR_ASSIGN_OR_RETURN(
      auto control, ControlSocket::listen(control_socket_path(options.pipeline.data_directory)));
  LogLine(LogLevel::kInfo, "running; Ctrl-C ends");
  while (!stop_requested()) {
    if (!pipeline.season_clock()) QCDR_RETURN_IF_ERROR(pipeline.tick());
    QCDR_RETURN_IF_ERROR(pipeline.beat());
    QCDR_RETURN_IF_ERROR(intake->take_inbox(inbox));
    QCDR_RETURN_IF_ERROR(pipeline.pump());
    QCDR_RETURN_IF_ERROR(pipeline.deliver(kDeliveryOfEachTurn));
    if (reports != nullptr) QCDR_RETURN_IF_ERROR(reports->write_new());
    if (server != nullptr) server->serve();
    QCDR_RETURN_IF_ERROR(control->serve(wait, [&](const std::vector<std::string>& arguments) {
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
  InboxWatch inbox(options.inboxes);
  Intake intake(pipeline, options, !options.once || ::isatty(STDERR_FILENO) != 0);
  QCDR_RETURN_IF_ERROR(intake.take_inbox(options.once ? nullptr : &inbox));
  intake.tell_known();
  QCDR_RETURN_IF_ERROR(intake.take_named());
  if (stop_requested()) return Status::ok();
  if (range.end) {
    QCDR_RETURN_IF_ERROR(pipeline.move_clock(*range.end));
    QCDR_RETURN_IF_ERROR(pipeline.tell_time());
  }
  QCDR_RETURN_IF_ERROR(pipeline.pump());
  QCDR_RETURN_IF_ERROR(pipeline.deliver(options.once ? kDeliveryAtTheEnd : kDeliveryOfEachTurn));
  std::unique_ptr<ReportWriter> reports;
  if (!options.reports.empty()) {
    QCDR_ASSIGN_OR_RETURN(reports, ReportWriter::open(pipeline.log(), options.reports));
    if (options.rejected_rows) reports->write_rejected_rows(pipeline.blobs(), pipeline.keys());
    QCDR_RETURN_IF_ERROR(reports->write_new());
  }
  return options.once ? Status::ok() : watch(pipeline, options, reports.get(), &intake, &inbox);
}

Status run(Options options) {
  install_stop_signals();
  set_log_format(options.log_format == "json" ? LogFormat::kJson : LogFormat::kText);
  warn_of_inbox(options.inboxes);
  QCDR_ASSIGN_OR_RETURN(ClockRange range, parse_clock(options.clock));
  QCDR_RETURN_IF_ERROR(choose_start(options, &range));
  options.pipeline.start = range.start;
  options.server.upload_bytes_max = options.pipeline.ingest.upload_bytes_max;
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
  command->add_flag("--rejected-rows", options->rejected_rows,
                    "Beside each report the rows that were not used, as they came");
  CLI::Option* listen = command->add_option(
      "--listen", options->server.listen,
      "HOST:PORT of the loopback for scores and uploads; port 0 takes a free one");
  command
      ->add_option("--access-tokens", options->server.access_tokens,
                   "File of the tokens with which practices send uploads and ask for them")
      ->needs(listen);
  command->add_option("files", options->files, "Files taken after those; \"-\" is standard input");
  command
      ->add_option("--upload-bytes-max", options->pipeline.ingest.upload_bytes_max,
                   "A longer upload is refused")
      ->capture_default_str();
  command->add_option("--mail", options->pipeline.mail_file,
                      "YAML file: mail server, sender, recipients; without it notices stay on the "
                      "log");
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
