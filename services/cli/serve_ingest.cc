// `qcdr serve ingest`: files onto the log, each once; and, with --listen, what is sent over HTTP.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "cli/file_intake.h"
#include "cli/serve.h"
#include "cli/stop_signal.h"
#include "cli/upload_desk.h"
#include "common/topic_names.h"
#include "portal/score_server.h"
#include "stream/file_blob_store.h"
#include "stream/system_clock.h"
#include "telemetry/log_line.h"
#include "telemetry/service_metrics.h"

namespace qcdr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kLookEvery{200};
// A file that grows is waited for as long as anything else comes meanwhile, and for this long.
constexpr std::chrono::seconds kGrowingMost{60};

// The end of a replayed season: tells the controller the time.
Status send_tick(stream::Log& log, Instant at) {
  QCDR_ASSIGN_OR_RETURN(auto appender, log.appender());
  return appender->append({kUploadsTopic, Partition(0), "", std::nullopt, {}, at}).status();
}

// True when a file was received.
Result<bool> take_ready(FileIntake& intake, const ServeOptions& options, InboxWatch& watch) {
  bool received = false;
  QCDR_ASSIGN_OR_RETURN(const auto files, watch.ready());
  for (const InboxFile& file : files) {
    if (stop_requested()) break;
    QCDR_ASSIGN_OR_RETURN(const FileOutcome outcome,
                          intake.take(file, options.config.replay ? file.instant : std::nullopt));
    received = received || outcome == FileOutcome::kReceived;
    if (outcome != FileOutcome::kNotYet) {
      watch.done(file);
    } else if (file.instant) {
      break;  // a replayed season is taken in order
    }
  }
  return received;
}

Status take_inbox(FileIntake& intake, const ServeOptions& options) {
  if (options.inboxes.empty()) return Status::ok();
  InboxWatch watch(options.inboxes);
  auto last_received = steady_clock::now();
  for (;;) {
    QCDR_ASSIGN_OR_RETURN(const bool received, take_ready(intake, options, watch));
    if (stop_requested()) return Status::ok();
    if (received) last_received = steady_clock::now();
    // Something may have begun to change while the others were taken.
    QCDR_ASSIGN_OR_RETURN(const auto more, watch.ready());
    if (more.empty() && watch.waiting() == 0) return Status::ok();
    if (steady_clock::now() - last_received > kGrowingMost) {
      LogLine(LogLevel::kWarning, "files that are still being written are left for the next run")
          .records(more.size() + watch.waiting());
      return Status::ok();
    }
    std::this_thread::sleep_for(kLookEvery);
  }
}

// Uploads over HTTP, and the folders beside it, until a signal.
Status serve_uploads(const ServeOptions& options, ServeParts& parts, FileIntake& intake,
                     DeskParts desk_parts) {
  ServedUploads uploads;
  QCDR_ASSIGN_OR_RETURN(uploads.tokens, AccessTokens::read(options.config.access_tokens));
  uploads.limits.upload_bytes_max = options.ingest.upload_bytes_max;
  QCDR_ASSIGN_OR_RETURN(const auto desk, PipelineDesk::open(std::move(desk_parts)));
  uploads.desk = desk.get();
  QCDR_ASSIGN_OR_RETURN(const auto server,
                        ScoreServer::open(options.upload_listen, std::move(uploads)));
  LogLine(LogLevel::kInfo, "takes uploads").port(server->port());
  InboxWatch watch(options.inboxes);
  return run_steps(options, parts.telemetry->health(), [&]() -> Result<bool> {
    bool received = false;
    if (!options.inboxes.empty()) {
      QCDR_ASSIGN_OR_RETURN(received, take_ready(intake, options, watch));
    }
    server->answer([](const ScoreQuestion&) -> Result<std::string> {
      return Status(ErrorCode::kUnavailable, "scores are served by the portal");
    });
    if (!received) std::this_thread::sleep_for(kLookEvery);
    return received;
  });
}

}  // namespace

Status serve_ingest(const ServeOptions& options) {
  warn_of_inbox(options.inboxes);
  if (!options.upload_listen.empty() && options.config.access_tokens.empty()) {
    return Status(ErrorCode::kInvalidArgument,
                  "--listen needs --access-tokens: nobody sends uploads without a token");
  }
  std::optional<Instant> season_time;
  if (!options.clock.empty()) {
    if (!options.config.replay) {
      return Status(ErrorCode::kInvalidArgument, "--clock is of a replayed season: --replay");
    }
    QCDR_ASSIGN_OR_RETURN(season_time, Instant::parse(options.clock));
  }
  QCDR_ASSIGN_OR_RETURN(ServeParts parts, open_serve_parts(options, "ingest"));
  IngestMetrics metrics(parts.telemetry->registry());
  parts.telemetry->process().watch_disk("blobs", options.config.blob_directory);
  QCDR_RETURN_IF_ERROR(check_can_write("blob_dir", options.config.blob_directory));
  QCDR_RETURN_IF_ERROR(reach_cluster(options, &parts));
  QCDR_ASSIGN_OR_RETURN(auto blobs,
                        stream::FileBlobStore::open_store(options.config.blob_directory));
  QCDR_ASSIGN_OR_RETURN(auto ingest, Ingest::open(options.ingest, *parts.log, *blobs, *parts.keys,
                                                  *parts.crash_points));
  parts.telemetry->health().set(kLogPart, "");
  KnownUploads known(parts.keys->token_key());
  QCDR_RETURN_IF_ERROR(known.read_on(*parts.log));
  const auto tell = [&metrics](const Result<AcceptedUpload>& accepted) {
    if (!accepted.is_ok()) return metrics.refused(accepted.status().code());
    metrics.accepted(accepted.value().identified.kind, accepted.value().bytes);
  };
  FileIntake intake(known, options.ingest.upload_bytes_max, options.config.replay,
                    {{},
                     [&](const UploadRequest& request, const ByteSource& source) {
                       auto accepted = ingest->accept(request, source);
                       tell(accepted);
                       return accepted;
                     }},
                    FileIntake::Voice::kLog);
  QCDR_RETURN_IF_ERROR(take_inbox(intake, options));
  for (const std::string& path : options.files) {
    if (stop_requested()) break;
    QCDR_RETURN_IF_ERROR(intake.take_named(path));
  }
  if (intake.known_count() > 0) {
    LogLine(LogLevel::kInfo, "files were taken before").records(intake.known_count());
  }
  if (!options.upload_listen.empty()) {
    stream::SystemClock clock;
    DeskParts desk{*parts.log, *parts.keys, clock};
    desk.blobs = blobs.get();
    desk.ingest = ingest.get();
    desk.test_mode = options.config.replay;
    desk.tell = tell;
    return serve_uploads(options, parts, intake, std::move(desk));
  }
  if (stop_requested() || !options.config.replay) return Status::ok();
  // Also when nothing was received: an earlier run may have died before it said so.
  const auto last = std::max({known.last_received(), intake.last_received(), season_time});
  return last ? send_tick(*parts.log, *last) : Status::ok();
}

}  // namespace qcdr
