#include "cli/serve.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "cli/inbox.h"
#include "cli/stop_signal.h"
#include "common/topic_names.h"
#include "ingest/ingest.h"
#include "scoring/ledger_fold.h"
#include "stream/file_blob_store.h"
#include "stream/loop/loop.h"
#include "stream/rocksdb/rocksdb_stores.h"
#include "stream/system_clock.h"
#include "validation/validation.h"
#ifdef QCDR_PLANTED_BUGS
#include "cli/planted_bug_choice.h"
#endif

namespace qcdr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPauseLeast{50};
constexpr milliseconds kPauseMost{5'000};
constexpr int kSyslogWarning = 4;

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

stream::LoopOptions loop_options(const ServeOptions& options) {
  stream::LoopOptions loop;
  loop.service = "qcdr-scoring";
  loop.slot = options.config.slot;
  loop.group = kScoringGroup;
  loop.input_topic = kRegistryRecordsTopic;
  loop.progress_topic = kProgressTopic;
  loop.generation = kLedgerGeneration;
#ifdef QCDR_PLANTED_BUGS
  loop.planted_bug = planted_bug_choice();
#endif
  return loop;
}

Status ingest_file(Ingest& ingest, const ServeOptions& options, const InboxFile& file,
                   std::optional<Instant>* last) {
  QCDR_ASSIGN_OR_RETURN(const ByteSource source, open_source(file.path));
  UploadRequest request;
  request.actor = "inbox";
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
  std::vector<InboxFile> files;
  if (!options.inbox.empty()) {
    QCDR_ASSIGN_OR_RETURN(files, list_inbox(options.inbox));
  }
  for (const std::string& path : options.files) files.push_back({path, path, std::nullopt});
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
  stream::RocksdbOptions store_options;
  store_options.directory = options.config.state_directory;
  store_options.crash_points = parts.crash_points.get();
  stream::RocksdbStores stores(store_options);
  const ledger::LedgerRules rules(rulebook::Rulebook::built_in());
  LedgerFoldFactory folds(rules, *parts.keys);
  stream::SystemClock clock;
  Observer observer;
  stream::Loop loop(loop_options(options), *parts.log, stores, clock, folds, *parts.crash_points,
                    observer);
  const Status ran = run_steps(options, [&]() -> Result<bool> {
    QCDR_ASSIGN_OR_RETURN(const stream::StepOutcome outcome, loop.step());
    if (outcome.records == 0 && outcome.wait_milliseconds > 0) {
      std::this_thread::sleep_for(
          milliseconds(std::min<std::int64_t>(outcome.wait_milliseconds, 100)));
    }
    const bool settled =
        outcome.partitions_live + outcome.stopped.size() >= outcome.partitions_owned;
    return outcome.records > 0 || !settled;
  });
  if (observer.replayed > 0) {
    std::fprintf(stderr, "qcdr: replayed %zu records\n", observer.replayed);
  }
  QCDR_RETURN_IF_ERROR(ran);
  QCDR_RETURN_IF_ERROR(loop.drain_and_stop());
  // The others went on; whoever started this must still hear of it.
  return observer.stopped;
}

}  // namespace qcdr
