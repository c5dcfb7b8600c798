#include "cli/serve.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "cli/inbox.h"
#include "cli/stage_loops.h"
#include "cli/stages.h"
#include "cli/stop_signal.h"
#include "common/event_headers.h"
#include "common/topic_names.h"
#include "ingest/ingest.h"
#include "scoring/entity_fold.h"
#include "scoring/ledger_fold.h"
#include "stream/file_blob_store.h"
#include "stream/loop/loop.h"
#include "stream/rocksdb/rocksdb_stores.h"
#include "stream/system_clock.h"
#include "validation/validation.h"

namespace qcdr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPauseLeast{50};
constexpr milliseconds kPauseMost{5'000};
constexpr int kSyslogWarning = 4;
constexpr std::int64_t kEntityStepMilliseconds = 1'000;

class Observer final : public stream::LoopObserver {
 public:
  void on_replay(const stream::ReplayReport& report) override { replayed += report.records; }
  void on_recovery(const Status& reason) override {
    std::fprintf(stderr, "qcdr: starting again from committed state: %s\n",
                 reason.to_string().c_str());
  }
  void on_stopped(Partition partition, std::optional<Offset> offset,
                  const Status& reason) override {
    std::fprintf(stderr, "qcdr: partition %d stopped at offset %lld: %s\n", partition.value(),
                 offset ? static_cast<long long>(offset->value()) : -1LL,
                 reason.to_string().c_str());
    stopped = reason;
  }
  void on_incident(Partition partition, const std::string& message) override {
    std::fprintf(stderr, "qcdr: incident in partition %d: %s\n", partition.value(),
                 message.c_str());
  }
  std::size_t replayed = 0;
  Status stopped;
};

Status ingest_file(Ingest& ingest, const ServeOptions& options, const InboxFile& file,
                   std::optional<Instant>* last) {
  QCDR_ASSIGN_OR_RETURN(const ByteSource source, open_source(file.path));
  UploadRequest request;
  request.channel = file.channel;
  request.actor = inbox_actor(file.channel);
  request.test_mode = options.config.replay;
  if (options.config.replay) request.received_at = file.instant;
  const auto accepted = ingest.accept(request, source);
  const ErrorCode code = accepted.status().code();
  if (code == ErrorCode::kInvalidArgument || code == ErrorCode::kLimitExceeded) {
    std::fprintf(stderr, "qcdr: %s is refused: %s\n", file.name.c_str(),
                 accepted.status().message().c_str());
    return Status::ok();
  }
  QCDR_RETURN_IF_ERROR(accepted.status().with_context(file.name));
  *last = std::max(last->value_or(accepted.value().received_at), accepted.value().received_at);
  std::fprintf(stderr, "received %s\n", file.name.c_str());
  return Status::ok();
}

void take_snapshots(const ServeConfig& config, const std::string& directory,
                    stream::LoopOptions* loop) {
  if (config.snapshot_directory.empty()) return;
  constexpr std::int64_t kMinute = 60'000;
  loop->snapshot_directory = directory;
  loop->snapshot_milliseconds = config.snapshot_minutes * kMinute;
}

// The end of a replayed season: tells the controller the time.
Status send_tick(stream::Log& log, Instant at) {
  QCDR_ASSIGN_OR_RETURN(auto appender, log.appender());
  return appender->append({kUploadsTopic, Partition(0), "", std::nullopt, {}, at}).status();
}

}  // namespace

Result<ServeParts> open_serve_parts(const ServeOptions& options) {
  install_stop_signals();
  ServeParts parts;
  QCDR_ASSIGN_OR_RETURN(parts.crash_points, CrashAt::parse(options.crash_at));
  QCDR_ASSIGN_OR_RETURN(parts.keys, FileKeyRing::open({options.config.key_directory}));
  stream::KafkaOptions kafka;
  kafka.properties = options.config.kafka;
  kafka.constant_headers = constant_event_headers;
  kafka.log_line = [](int level, const std::string& facility, const std::string& text) {
    if (level <= kSyslogWarning) {
      std::fprintf(stderr, "kafka %s: %s\n", facility.c_str(), text.c_str());
    }
  };
  QCDR_ASSIGN_OR_RETURN(parts.log, stream::KafkaLog::open(std::move(kafka)));
  return parts;
}

Status run_steps(const ServeOptions& options, const std::function<Result<bool>()>& step) {
  auto last_work = steady_clock::now();
  milliseconds pause = kPauseLeast;
  while (!stop_requested()) {
    const Result<bool> worked = step();
    if (worked.status().code() == ErrorCode::kUnavailable) {
      std::fprintf(stderr, "qcdr: %s; trying again\n", worked.status().to_string().c_str());
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, kPauseMost);
      last_work = steady_clock::now();
      continue;
    }
    QCDR_RETURN_IF_ERROR(worked.status());
    pause = kPauseLeast;
    if (worked.value()) last_work = steady_clock::now();
    if (options.idle_seconds > 0 &&
        steady_clock::now() - last_work > std::chrono::seconds(options.idle_seconds)) {
      return Status::ok();
    }
  }
  return Status::ok();
}

Status serve_ingest(const ServeOptions& options) {
  QCDR_ASSIGN_OR_RETURN(ServeParts parts, open_serve_parts(options));
  QCDR_ASSIGN_OR_RETURN(auto blobs,
                        stream::FileBlobStore::open_store(options.config.blob_directory));
  QCDR_ASSIGN_OR_RETURN(auto ingest, Ingest::open(options.ingest, *parts.log, *blobs, *parts.keys,
                                                  *parts.crash_points));
  QCDR_ASSIGN_OR_RETURN(std::vector<InboxFile> files, list_inbox(options.inboxes));
  for (const std::string& path : options.files) {
    files.push_back({path, path, std::nullopt, Channel::kPractice});
  }
  std::optional<Instant> last;
  for (const InboxFile& file : files) {
    if (stop_requested()) return Status::ok();
    QCDR_RETURN_IF_ERROR(ingest_file(*ingest, options, file, &last));
  }
  return options.config.replay && last ? send_tick(*parts.log, *last) : Status::ok();
}

Status serve_validation(const ServeOptions& options) {
  QCDR_ASSIGN_OR_RETURN(ServeParts parts, open_serve_parts(options));
  QCDR_ASSIGN_OR_RETURN(auto blobs,
                        stream::FileBlobStore::open_store(options.config.blob_directory));
  const rulebook::Rulebook& rulebook = rulebook::Rulebook::built_in();
  QCDR_ASSIGN_OR_RETURN(auto controller, Controller::open(*parts.log, rulebook));
  QCDR_ASSIGN_OR_RETURN(
      auto validation,
      Validation::open(options.config.slot, *parts.log, *blobs, *parts.keys, rulebook,
                       *parts.crash_points, options.config.replay ? controller.get() : nullptr));
  stream::SystemClock clock;
  return run_steps(options, [&]() -> Result<bool> {
    if (!options.config.replay && validation->owns(Partition(0))) {
      QCDR_RETURN_IF_ERROR(controller->time_is(clock.now()));
    }
    return validation->step(milliseconds(100));
  });
}

Status serve_scoring(const ServeOptions& options) {
  QCDR_ASSIGN_OR_RETURN(ServeParts parts, open_serve_parts(options));
  const std::string& directory = options.config.state_directory;
  stream::RocksdbOptions store_options;
  store_options.directory = directory;
  store_options.crash_points = parts.crash_points.get();
  stream::RocksdbStores stores(store_options);
  stream::RocksdbStores entity_stores(entity_store_options(directory, parts.crash_points.get()));
  const ledger::LedgerRules rules(rulebook::Rulebook::built_in());
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions,
                        parts.log->partition_count(kEntityContributionsTopic));
  LedgerFoldFactory folds(rules, *parts.keys, partitions);
  EntityFoldFactory entity_folds(partitions);
  stream::SystemClock clock;
  Observer observer;
  stream::LoopOptions ledger_options = ledger_loop_options(options.config.slot);
  take_snapshots(options.config, options.config.snapshot_directory, &ledger_options);
  stream::Loop loop(ledger_options, *parts.log, stores, clock, folds, *parts.crash_points,
                    observer);
  // On the same thread, and never waiting: records of practices go first, and while they come
  // without a pause the second stage follows once a second.
  stream::LoopOptions entity_options = entity_loop_options(options.config.slot);
  entity_options.idle_wait_milliseconds_max = 1;
  take_snapshots(options.config, entity_state_directory(options.config.snapshot_directory),
                 &entity_options);
  stream::Loop entity_loop(entity_options, *parts.log, entity_stores, clock, entity_folds,
                           *parts.crash_points, observer);
  const auto settled = [](const stream::StepOutcome& outcome) {
    return outcome.partitions_live + outcome.stopped.size() >= outcome.partitions_owned;
  };
  stream::StepOutcome entities;
  std::int64_t entities_stepped = 0;
  const Status ran = run_steps(options, [&]() -> Result<bool> {
    QCDR_ASSIGN_OR_RETURN(const stream::StepOutcome outcome, loop.step());
    const std::int64_t now = clock.monotonic_milliseconds();
    if (outcome.records == 0 || now - entities_stepped >= kEntityStepMilliseconds) {
      QCDR_ASSIGN_OR_RETURN(entities, entity_loop.step());
      entities_stepped = now;
    }
    const bool worked = outcome.records > 0 || entities.records > 0;
    if (!worked && outcome.wait_milliseconds > 0) {
      std::this_thread::sleep_for(
          milliseconds(std::min<std::int64_t>(outcome.wait_milliseconds, 100)));
    }
    return worked || !settled(outcome) || !settled(entities);
  });
  if (observer.replayed > 0) {
    std::fprintf(stderr, "qcdr: replayed %zu records\n", observer.replayed);
  }
  QCDR_RETURN_IF_ERROR(ran);
  const Status first = loop.drain_and_stop();
  QCDR_RETURN_IF_ERROR(entity_loop.drain_and_stop());
  QCDR_RETURN_IF_ERROR(first);
  // The others went on; whoever started this must still hear of it.
  return observer.stopped;
}

}  // namespace qcdr
