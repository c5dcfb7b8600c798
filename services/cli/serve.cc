#include "cli/serve.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/application.h"
#include "cli/scoring_watch.h"
#include "cli/stage_loops.h"
#include "cli/stages.h"
#include "cli/stop_signal.h"
#include "cli/topic_check.h"
#include "cli/validation_watch.h"
#include "common/event_headers.h"
#include "common/topic_names.h"
#include "reference/npi_registries.h"
#include "scoring/entity_fold.h"
#include "scoring/ledger_fold.h"
#include "stream/file_blob_store.h"
#include "stream/loop/loop.h"
#include "stream/rocksdb/rocksdb_stores.h"
#include "stream/system_clock.h"
#include "telemetry/log_line.h"
#include "telemetry/service_metrics.h"
#include "validation/validation.h"

namespace qcdr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPauseLeast{50};
constexpr milliseconds kPauseMost{5'000};
constexpr int kSyslogWarning = 4;
constexpr std::int64_t kEntityStepMilliseconds = 1'000;

void take_snapshots(const ServeConfig& config, const std::string& directory,
                    stream::LoopOptions* loop) {
  if (config.snapshot_directory.empty()) return;
  loop->snapshot_directory = directory;
  loop->snapshot_milliseconds = config.snapshot_milliseconds;
}

// Later a copy that cannot be made is told and costs nothing else; a setting that is wrong from the
// beginning should be heard of at the beginning.
Status check_snapshots(const ServeConfig& config, const StateOwner& owner) {
  if (config.snapshot_directory.empty()) return Status::ok();
  constexpr const char* kSetting = "snapshot_dir";
  QCDR_RETURN_IF_ERROR(check_can_write(kSetting, config.snapshot_directory));
  return check_belongs_to(kSetting, config.snapshot_directory, owner);
}

// Another generation's state is no use here, and is never touched.
Status tell_other_generations(const stream::RocksdbStores& stores) {
  QCDR_ASSIGN_OR_RETURN(const auto places, stores.list());
  const Generation ours = ledger_generation(rulebook::Rulebook::built_in());
  const bool only_others = std::none_of(
      places.begin(), places.end(), [ours](const auto& place) { return place.generation == ours; });
  if (places.empty() || !only_others) return Status::ok();
  LogLine(
      LogLevel::kWarning,
      "a state of another generation is left as it is; everything is folded from the beginning");
  return Status::ok();
}

}  // namespace

Result<ServeParts> open_serve_parts(const ServeOptions& options, const char* service) {
  install_stop_signals();
  set_log_format(options.config.text_log ? LogFormat::kText : LogFormat::kJson);
  ServeParts parts;
  QCDR_ASSIGN_OR_RETURN(
      parts.telemetry, Telemetry::open({service, program_version(), options.config.admin_address}));
  parts.telemetry->health().set(kLogPart, "starting");
  parts.telemetry->health().set("start", "");
  parts.kafka_metrics = std::make_unique<KafkaMetrics>(parts.telemetry->registry());
  QCDR_ASSIGN_OR_RETURN(parts.crash_points, CrashAt::parse(options.crash_at));
  auto keys = FileKeyRing::open({options.config.key_directory});
  QCDR_RETURN_IF_ERROR(keys.status().with_context("key_dir " + options.config.key_directory));
  parts.keys = std::move(keys).value();
  stream::KafkaOptions& kafka = parts.kafka;
  kafka.properties = options.config.kafka;
  kafka.constant_headers = constant_event_headers;
  kafka.log_line = [](int level, const std::string& facility, const std::string& text) {
    if (level <= kSyslogWarning) {
      LogLine(LogLevel::kWarning, "client library").client(facility, text);
    }
  };
  kafka.statistics = [metrics = parts.kafka_metrics.get()](const std::string& client,
                                                           const std::string& json) {
    metrics->report(client, json);
  };
  auto log = stream::KafkaLog::open(kafka);
  QCDR_RETURN_IF_ERROR(log.status().with_context("kafka"));
  parts.log = std::move(log).value();
  return parts;
}

Status reach_cluster(const ServeOptions& options, ServeParts* parts) {
  QCDR_ASSIGN_OR_RETURN(parts->owner.cluster, parts->log->reach());
  QCDR_ASSIGN_OR_RETURN(parts->owner.partitions, check_topics(parts->kafka, options.config.replay));
  parts->owner.keys = fingerprint_of(*parts->keys);
  return Status::ok();
}

Status run_steps(const ServeOptions& options, Health& health,
                 const std::function<Result<bool>()>& step) {
  auto last_work = steady_clock::now();
  milliseconds pause = kPauseLeast;
  while (!stop_requested()) {
    const Result<bool> worked = step();
    health.beat();
    health.set(kLogPart, worked.is_ok() ? "" : "not answering");
    if (worked.status().code() == ErrorCode::kUnavailable) {
      LogLine(LogLevel::kWarning, "trying again").error(worked.status());
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
      break;
    }
  }
  health.set("shutdown", "ending");
  return Status::ok();
}

Status serve_validation(const ServeOptions& options) {
  QCDR_ASSIGN_OR_RETURN(ServeParts parts, open_serve_parts(options, "validation"));
  Telemetry& telemetry = *parts.telemetry;
  telemetry.process().watch_disk("blobs", options.config.blob_directory);
  QCDR_RETURN_IF_ERROR(check_can_write("blob_dir", options.config.blob_directory));
  QCDR_RETURN_IF_ERROR(reach_cluster(options, &parts));
  stream::SystemClock clock;
  ValidationWatch watch(telemetry, clock, std::chrono::seconds(options.heartbeat_seconds));
  QCDR_ASSIGN_OR_RETURN(auto blobs,
                        stream::FileBlobStore::open_store(options.config.blob_directory));
  const rulebook::Rulebook& rulebook = rulebook::Rulebook::built_in();
  const reference::NpiRegistries npi_registries(options.config.reference_directory);
  QCDR_ASSIGN_OR_RETURN(auto controller, Controller::open(*parts.log, rulebook, &npi_registries));
  QCDR_ASSIGN_OR_RETURN(
      auto validation,
      Validation::open(options.config.slot, *parts.log, *blobs, *parts.keys, rulebook,
                       *parts.crash_points, options.config.replay ? controller.get() : nullptr,
                       watch.observer()));
  const Status ran = run_steps(options, telemetry.health(), [&]() -> Result<bool> {
    if (validation->owns(Partition(0))) {
      if (!options.config.replay) QCDR_RETURN_IF_ERROR(controller->time_is(clock.now()));
      QCDR_RETURN_IF_ERROR(
          watch.beat(*controller, options.config.replay ? controller->announced() : clock.now()));
    }
    const auto worked = validation->step(milliseconds(100));
    watch.look_at(*validation);
    return worked;
  });
  QCDR_RETURN_IF_ERROR(ran);
  // The others went on; whoever started this must still hear of it.
  return validation->waits();
}

Status serve_scoring(const ServeOptions& options) {
  QCDR_ASSIGN_OR_RETURN(ServeParts parts, open_serve_parts(options, "scoring"));
  const std::string& directory = options.config.state_directory;
  QCDR_ASSIGN_OR_RETURN(const StateDirectory claimed, StateDirectory::claim(directory));
  parts.telemetry->process().watch_disk("state", directory);
  QCDR_RETURN_IF_ERROR(reach_cluster(options, &parts));
  QCDR_RETURN_IF_ERROR(check_belongs_to("state_dir", directory, parts.owner));
  QCDR_RETURN_IF_ERROR(check_snapshots(options.config, parts.owner));
  stream::RocksdbOptions store_options;
  store_options.directory = directory;
  store_options.crash_points = parts.crash_points.get();
  stream::RocksdbStores stores(store_options);
  QCDR_RETURN_IF_ERROR(tell_other_generations(stores));
  stream::RocksdbStores entity_stores(entity_store_options(directory, parts.crash_points.get()));
  const ledger::LedgerRules rules(rulebook::Rulebook::built_in());
  const std::int32_t partitions = parts.owner.partitions;
  stream::SystemClock clock;
  ScoringWatch watch(*parts.telemetry, clock, partitions, partitions);
  reference::NpiRegistries npi_registries(options.config.reference_directory);
  LedgerFoldFactory folds(rules, *parts.keys, partitions, &watch.scoring(), &npi_registries);
  EntityFoldFactory entity_folds(partitions);
  stream::LoopOptions ledger_options = ledger_loop_options(options.config.slot);
  take_snapshots(options.config, options.config.snapshot_directory, &ledger_options);
  stream::Loop loop(ledger_options, *parts.log, stores, clock, folds, *parts.crash_points,
                    watch.loop());
  // On the same thread, and never waiting: records of practices go first, and while they come
  // without a pause the second stage follows once a second.
  stream::LoopOptions entity_options = entity_loop_options(options.config.slot);
  entity_options.idle_wait_milliseconds_max = 1;
  take_snapshots(options.config, entity_state_directory(options.config.snapshot_directory),
                 &entity_options);
  stream::Loop entity_loop(entity_options, *parts.log, entity_stores, clock, entity_folds,
                           *parts.crash_points, watch.entity_loop());
  const auto settled = [](const stream::StepOutcome& outcome) {
    return outcome.partitions_live + outcome.stopped.size() >= outcome.partitions_owned;
  };
  stream::StepOutcome entities;
  std::int64_t entities_stepped = 0;
  const Status ran = run_steps(options, parts.telemetry->health(), [&]() -> Result<bool> {
    QCDR_ASSIGN_OR_RETURN(const stream::StepOutcome outcome, loop.step());
    watch.stepped(outcome);
    const std::int64_t now = clock.monotonic_milliseconds();
    if (!outcome.busy || now - entities_stepped >= kEntityStepMilliseconds) {
      QCDR_ASSIGN_OR_RETURN(entities, entity_loop.step());
      entities_stepped = now;
      watch.entities_stepped(entities);
    }
    watch.look_at(stores, entity_stores);
    const bool worked = outcome.busy || entities.busy;
    if (!worked && outcome.wait_milliseconds > 0) {
      std::this_thread::sleep_for(
          milliseconds(std::min<std::int64_t>(outcome.wait_milliseconds, 100)));
    }
    return worked || !settled(outcome) || !settled(entities);
  });
  if (watch.loop().replayed() > 0) {
    LogLine(LogLevel::kInfo, "replayed").records(watch.loop().replayed());
  }
  QCDR_RETURN_IF_ERROR(ran);
  const Status first = loop.drain_and_stop();
  QCDR_RETURN_IF_ERROR(entity_loop.drain_and_stop());
  QCDR_RETURN_IF_ERROR(first);
  // The others went on; whoever started this must still hear of it.
  return watch.stopped();
}

}  // namespace qcdr
