#include "cli/local_pipeline.h"

#include "cli/application.h"
#include "cli/stage_loops.h"
#include "cli/stages.h"
#include "cli/state_directory.h"
#include "cli/stop_signal.h"
#include "common/topic_names.h"
#include "stream/topics.h"

namespace qcdr {
namespace {

constexpr const char* kSlot = "0";

}  // namespace

LocalPipeline::~LocalPipeline() = default;

Result<std::unique_ptr<LocalPipeline>> LocalPipeline::open(const LocalPipelineOptions& options) {
  std::unique_ptr<LocalPipeline> pipeline(new LocalPipeline());
  QCDR_RETURN_IF_ERROR(pipeline->open_parts(options));
  return pipeline;
}

Status LocalPipeline::open_parts(const LocalPipelineOptions& options) {
  QCDR_RETURN_IF_ERROR(check_can_write("--data-dir", options.data_directory));
  QCDR_ASSIGN_OR_RETURN(telemetry_,
                        Telemetry::open({"dev", program_version(), options.admin_address}));
  QCDR_ASSIGN_OR_RETURN(crash_points_, CrashAt::parse(options.crash_at));
  const std::string& base = options.data_directory;
  key_directory_ = options.key_directory.empty() ? base + "/keys" : options.key_directory;
  QCDR_ASSIGN_OR_RETURN(keys_, FileKeyRing::open({key_directory_}));
  QCDR_ASSIGN_OR_RETURN(blobs_, stream::FileBlobStore::open_store(base + "/blobs"));
  if (options.start) clock_.stand_at(*options.start);
  stream::EmbeddedLogOptions log_options;
  log_options.directory = base + "/log";
  log_options.clock = &clock_;
  log_options.crash_points = crash_points_.get();
  QCDR_ASSIGN_OR_RETURN(log_, stream::EmbeddedLog::open(log_options));
  stream::TopicUse use;
  use.replay = true;  // control records and replayed uploads carry their own instants
  use.partitions = options.partitions;
  QCDR_ASSIGN_OR_RETURN(const auto topics,
                        stream::load_topics("topics.yaml", stream::built_in_topics(), use));
  QCDR_RETURN_IF_ERROR(log_->ensure_topics(topics));
  known_uploads_ = std::make_unique<KnownUploads>(keys_->token_key());
  QCDR_RETURN_IF_ERROR(known_uploads_->read_on(*log_));
  const std::optional<Instant> last_received = known_uploads_->last_received();
  if (clock_.is_made() && last_received && *last_received > clock_.now()) {
    clock_.stand_at(*last_received);
  }
  QCDR_RETURN_IF_ERROR(open_state(base + "/state"));
  const rulebook::Rulebook& rulebook = rulebook::Rulebook::built_in();
  rules_ = std::make_unique<ledger::LedgerRules>(rulebook);
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions,
                        log_->partition_count(kEntityContributionsTopic));
  open_watches(options, partitions);
  npi_registries_ = std::make_unique<reference::NpiRegistries>(
      options.reference_directory.empty() ? base + "/reference" : options.reference_directory);
  folds_ = std::make_unique<LedgerFoldFactory>(*rules_, *keys_, partitions, &watch_->scoring(),
                                               npi_registries_.get());
  entity_folds_ = std::make_unique<EntityFoldFactory>(partitions);
  QCDR_ASSIGN_OR_RETURN(ingest_,
                        Ingest::open(options.ingest, *log_, *blobs_, *keys_, *crash_points_));
  QCDR_ASSIGN_OR_RETURN(controller_, Controller::open(*log_, rulebook, npi_registries_.get()));
  QCDR_ASSIGN_OR_RETURN(validation_,
                        Validation::open(kSlot, *log_, *blobs_, *keys_, rulebook, *crash_points_,
                                         nullptr, validation_watch_->observer()));
  open_loops();
  QCDR_RETURN_IF_ERROR(open_notices(options));
  telemetry_->health().set("start", "");
  return Status::ok();
}

Status LocalPipeline::open_notices(const LocalPipelineOptions& options) {
  if (options.mail_file.empty()) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(
      notices_, NoticeParts::open({options.mail_file, options.data_directory + "/notices", kSlot,
                                   [this] { return std::optional(clock_.now()); }},
                                  *log_, *blobs_, *keys_, telemetry_->registry()));
  return Status::ok();
}

Status LocalPipeline::deliver(std::chrono::milliseconds time_max) {
  return notices_ == nullptr ? Status::ok() : notices_->drain(time_max);
}

Status LocalPipeline::open_state(const std::string& directory) {
  constexpr const char* kSetting = "--data-dir, its state";
  state_directory_ = directory;
  QCDR_RETURN_IF_ERROR(check_can_write(kSetting, directory));
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions,
                        log_->partition_count(kEntityContributionsTopic));
  return check_belongs_to(kSetting, directory, {fingerprint_of(*keys_), "embedded", partitions});
}

void LocalPipeline::open_watches(const LocalPipelineOptions& options, std::int32_t partitions) {
  for (const char* volume : {"log", "state", "blobs"}) {
    telemetry_->process().watch_disk(volume, options.data_directory);
  }
  ingest_metrics_ = std::make_unique<IngestMetrics>(telemetry_->registry());
  validation_watch_ = std::make_unique<ValidationWatch>(
      *telemetry_, clock_, std::chrono::seconds(options.heartbeat_seconds));
  watch_ = std::make_unique<ScoringWatch>(*telemetry_, clock_, partitions, partitions);
}

void LocalPipeline::open_loops() {
  stream::RocksdbOptions store_options;
  store_options.directory = state_directory_;
  store_options.crash_points = crash_points_.get();
  stores_ = std::make_unique<stream::RocksdbStores>(store_options);
  stream::LoopOptions loop_options = ledger_loop_options(kSlot);
  loop_options.idle_wait_milliseconds_max = 1;
  loop_ = std::make_unique<stream::Loop>(loop_options, *log_, *stores_, clock_, *folds_,
                                         *crash_points_, watch_->loop());
  entity_stores_ = std::make_unique<stream::RocksdbStores>(
      entity_store_options(state_directory_, crash_points_.get()));
  stream::LoopOptions entity_options = entity_loop_options(kSlot);
  entity_options.idle_wait_milliseconds_max = 0;
  entity_loop_ =
      std::make_unique<stream::Loop>(entity_options, *log_, *entity_stores_, clock_, *entity_folds_,
                                     *crash_points_, watch_->entity_loop());
}

Status LocalPipeline::stop_loops() {
  const Status first = loop_->drain_and_stop();
  const Status second = entity_loop_->drain_and_stop();
  loop_.reset();
  entity_loop_.reset();
  stores_.reset();
  entity_stores_.reset();
  return first.is_ok() ? second : first;
}

Status LocalPipeline::with_stores_closed(const std::function<void()>& body) {
  QCDR_RETURN_IF_ERROR(stop_loops());
  body();
  open_loops();
  return Status::ok();
}

Status LocalPipeline::move_clock(Instant to) {
  if (to < clock_.now()) {
    return Status(ErrorCode::kInvalidArgument, "the clock stands at " + clock_.now().to_string() +
                                                   " and does not go back to " + to.to_string());
  }
  QCDR_RETURN_IF_ERROR(controller_->time_is(to));
  clock_.stand_at(to);
  return Status::ok();
}

Status LocalPipeline::tell_time() {
  return controller_->heartbeat(clock_.now());
}

Status LocalPipeline::tick() {
  return controller_->time_is(clock_.now());
}

Status LocalPipeline::beat() {
  telemetry_->health().beat();
  validation_watch_->look_at(*validation_);
  watch_->look_at(*stores_, *entity_stores_);
  return validation_watch_->beat(*controller_, clock_.now());
}

Result<AcceptedUpload> LocalPipeline::accept(const UploadRequest& request,
                                             const ByteSource& source) {
  auto accepted = ingest_->accept(request, source);
  tell(accepted);
  return accepted;
}

void LocalPipeline::tell(const Result<AcceptedUpload>& accepted) {
  if (!accepted.is_ok()) return ingest_metrics_->refused(accepted.status().code());
  ingest_metrics_->accepted(accepted.value().identified.kind, accepted.value().bytes);
}

Status LocalPipeline::pump_first_stage() {
  while (!stop_requested()) {
    QCDR_ASSIGN_OR_RETURN(const bool worked, validation_->step(std::chrono::milliseconds(0)));
    QCDR_ASSIGN_OR_RETURN(const stream::StepOutcome outcome, loop_->step());
    watch_->stepped(outcome);
    validation_watch_->look_at(*validation_);
    watch_->look_at(*stores_, *entity_stores_);
    QCDR_RETURN_IF_ERROR(watch_->stopped());
    if (worked || outcome.records > 0) continue;
    QCDR_ASSIGN_OR_RETURN(const bool validated, validation_->caught_up());
    const auto folded = loop_->caught_up();
    if (folded.status().code() == ErrorCode::kUnavailable) continue;
    QCDR_RETURN_IF_ERROR(folded.status());
    if (validated && folded.value()) return Status::ok();
  }
  return Status::ok();
}

Result<bool> LocalPipeline::step_second_stage() {
  const auto caught_up = entity_loop_->caught_up();
  if (caught_up.is_ok() && caught_up.value()) return false;
  if (!caught_up.is_ok() && caught_up.status().code() != ErrorCode::kUnavailable) {
    return caught_up.status();
  }
  QCDR_ASSIGN_OR_RETURN(const stream::StepOutcome outcome, entity_loop_->step());
  watch_->entities_stepped(outcome);
  QCDR_RETURN_IF_ERROR(watch_->stopped());
  return true;
}

// A claim contributes nothing to the entity it is about, so the two stages come to rest: at most
// the claim of a TIN, then the contributions and claims of pairs under it.
Status LocalPipeline::pump() {
  for (;;) {
    QCDR_RETURN_IF_ERROR(pump_first_stage());
    bool told = false;
    while (!stop_requested()) {
      QCDR_ASSIGN_OR_RETURN(const bool stepped, step_second_stage());
      if (!stepped) break;
      told = true;
    }
    if (!told) return Status::ok();
  }
}

Status LocalPipeline::close() {
  telemetry_->health().set("shutdown", "ending");
  QCDR_RETURN_IF_ERROR(stop_loops());
  notices_.reset();
  validation_.reset();
  controller_.reset();
  ingest_.reset();
  log_.reset();
  return Status::ok();
}

}  // namespace qcdr
