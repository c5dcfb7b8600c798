#include "stream/loop/partition_worker.h"

#include <algorithm>

#include "stream/loop/record_checksum.h"
#include "stream/loop/snapshots.h"

namespace qcdr::stream {
namespace {

bool is_transient(ErrorCode code) {
  return code == ErrorCode::kUnavailable || code == ErrorCode::kFenced ||
         code == ErrorCode::kAborted;
}

Status corrupt(const std::string& what) {
  return Status(ErrorCode::kCorruption, what);
}

std::string text(Offset offset) {
  return std::to_string(offset.value());
}

}  // namespace

PartitionWorker::PartitionWorker(LoopParts& parts, Partition partition,
                                 std::unique_ptr<StateStore> store)
    : parts_(parts),
      partition_(partition),
      store_(std::move(store)),
      size_(parts.options),
      last_freeze_milliseconds_(parts.clock.monotonic_milliseconds()),
      last_position_milliseconds_(last_freeze_milliseconds_),
      last_snapshot_milliseconds_(last_freeze_milliseconds_) {}

Status PartitionWorker::advance(Consumer& consumer, Reader& reader) {
  if (phase_ == Phase::kOpening) {
    QCDR_RETURN_IF_ERROR(stop_unless_transient(open(consumer, reader)));
  }
  if (phase_ == Phase::kReplaying) QCDR_RETURN_IF_ERROR(stop_unless_transient(replay()));
  if (phase_ == Phase::kReplaying && replay_->done()) {
    QCDR_RETURN_IF_ERROR(stop_unless_transient(go_live(consumer)));
  }
  return Status::ok();
}

Status PartitionWorker::open_store() {
  if (!store_) {
    Result<std::unique_ptr<StateStore>> opened =
        parts_.stores.open(partition_, parts_.options.generation);
    if (!opened.is_ok() && opened.status().code() == ErrorCode::kFailedPrecondition) {
      return Status(ErrorCode::kUnavailable, opened.status().message());
    }
    QCDR_RETURN_IF_ERROR(opened.status());
    store_ = std::move(opened).value();
  }
  return store_->wait(0);
}

Result<PartitionState> PartitionWorker::starting_state(Reader& reader) {
  QCDR_ASSIGN_OR_RETURN(std::optional<PartitionState> stored, read_partition_state(*store_));
  if (stored) return std::move(*stored);
  for (int family = 0; family < kFamilyCount; ++family) {
    QCDR_RETURN_IF_ERROR(
        store_->scan(static_cast<Family>(family), "", [](std::string_view, std::string_view) {
          return corrupt("the store has rows, but no applied offset");
        }));
  }
  PartitionState state;
  state.generation = parts_.options.generation;
  state.topic = parts_.options.input_topic;
  state.group = parts_.options.group;
  QCDR_ASSIGN_OR_RETURN(state.applied, reader.beginning(state.topic, partition_));
  QCDR_ASSIGN_OR_RETURN(state.progress_position,
                        reader.beginning(parts_.options.progress_topic, partition_));
  return state;
}

Status PartitionWorker::check_ownership(const PartitionState& state) const {
  if (state.generation != parts_.options.generation) {
    return corrupt("the store is of generation " + std::to_string(state.generation.value()) +
                   ", not " + std::to_string(parts_.options.generation.value()));
  }
  if (state.topic != parts_.options.input_topic || state.group != parts_.options.group) {
    return corrupt("the store is of another topic or group");
  }
  return Status::ok();
}

Status PartitionWorker::check_last_record(const PartitionState& state, Reader& reader) const {
  if (!state.last_record) return Status::ok();
  const Offset offset = state.last_record->offset;
  QCDR_ASSIGN_OR_RETURN(const std::vector<Record> records,
                        reader.read(state.topic, partition_, offset, 1));
  if (records.empty() || records.front().offset != offset) {
    return corrupt("the log no longer holds record " + text(offset) +
                   ", which was applied; restore a snapshot from before, or take the store away "
                   "and let it be folded again");
  }
  if (record_checksum(records.front()) != state.last_record->checksum) {
    return corrupt("record " + text(offset) + " is not the one that was applied");
  }
  return Status::ok();
}

Status PartitionWorker::rebuild(PartitionState* state, Reader& reader) {
  const std::string message = "state is ahead of the log: applied " + text(state->applied) +
                              ", committed " + text(committed_) +
                              "; restore a snapshot that is not, or take the store away and let it "
                              "be folded again";
  parts_.observer.on_incident(partition_, message);
  if (!parts_.options.rebuild_when_ahead) return corrupt(message);
  store_.reset();
  QCDR_RETURN_IF_ERROR(parts_.stores.destroy(partition_, parts_.options.generation));
  QCDR_RETURN_IF_ERROR(open_store());
  QCDR_ASSIGN_OR_RETURN(*state, starting_state(reader));
  if (state->applied > committed_) return corrupt("the log begins after the committed offset");
  return Status::ok();
}

Status PartitionWorker::open(Consumer& consumer, Reader& reader) {
  QCDR_ASSERT(!fold_ && !replay_);
  QCDR_RETURN_IF_ERROR(open_store());
  QCDR_ASSIGN_OR_RETURN(PartitionState state, starting_state(reader));
  QCDR_RETURN_IF_ERROR(check_ownership(state));
  QCDR_ASSIGN_OR_RETURN(committed_, consumer.committed(partition_));
#ifdef QCDR_PLANTED_BUGS
  if (parts_.options.planted_bug == PlantedBug::kLiveFromApplied) {
    committed_ = std::min(committed_, state.applied);
  }
#endif
  if (state.applied > committed_) {
    QCDR_RETURN_IF_ERROR(rebuild(&state, reader));
  }
  QCDR_RETURN_IF_ERROR(check_last_record(state, reader));
  QCDR_ASSIGN_OR_RETURN(std::unique_ptr<Fold> fold,
                        parts_.folds.create(partition_, *store_, state.digest));
  const Offset progress_position = state.progress_position;
  submitted_.fill(state.applied);
  fold_ = std::make_unique<PartitionFold>(parts_.options, partition_, *store_, std::move(fold),
                                          std::move(state));
  replay_.emplace(parts_.options, partition_, committed_, reader, *fold_, progress_position);
  last_freeze_milliseconds_ = parts_.clock.monotonic_milliseconds();
  waiting_since_milliseconds_.reset();
  phase_ = Phase::kReplaying;
  return Status::ok();
}

Status PartitionWorker::replay() {
  if (replay_->done()) return Status::ok();
  const Result<ReplayReport> replayed = replay_->run();
  if (replay_->mismatched()) parts_.observer.on_mismatch(partition_);
  QCDR_ASSIGN_OR_RETURN(const ReplayReport report, replayed);
  if (report.records == 0 && report.batches == 0) return wait_for_log();
  waiting_since_milliseconds_.reset();
  records_replayed_ += report.records;
  parts_.observer.on_replay(report);
  return Status::ok();
}

Status PartitionWorker::wait_for_log() {
  if (parts_.options.follows) return Status::ok();  // until the loop commits another batch
  const std::int64_t now = parts_.clock.monotonic_milliseconds();
  if (!waiting_since_milliseconds_) waiting_since_milliseconds_ = now;
  if (now - *waiting_since_milliseconds_ < parts_.options.replay_wait_milliseconds_max) {
    return Status(ErrorCode::kUnavailable, "the log does not show a committed batch yet");
  }
  return corrupt("the log holds no marker or record for the batch at " + text(fold_->next()));
}

Status PartitionWorker::go_live(Consumer& consumer) {
  QCDR_ASSERT(fold_->next() == committed_);
  QCDR_RETURN_IF_ERROR(consumer.seek(partition_, committed_));
  replay_.reset();
  phase_ = Phase::kLive;
  parts_.observer.on_live(partition_, committed_);
  return Status::ok();
}

void PartitionWorker::take(Record record, bool memory_is_full) {
  if (!is_live() || broken_) return;
  if (rests_ || has_waiting() || size_.is_full() || memory_is_full) {
    waiting_.push_back(std::move(record));
  } else {
    apply(record);
  }
}

bool PartitionWorker::take_waiting() {
  if (!is_live() || broken_ || rests_ || !has_waiting() || size_.is_full()) return false;
  const Record record = std::move(waiting_.front());
  waiting_.pop_front();
  apply(record);
  return true;
}

void PartitionWorker::apply(const Record& record) {
  if (record.offset < fold_->next()) return;
  if (poison_ && (!poison_->offset || record.offset >= *poison_->offset)) return;
  const Result<PartitionFold::Applied> applied = fold_->apply(record);
  if (!applied.is_ok()) {
    const Status status = applied.status().with_context(
        "partition " + std::to_string(partition_.value()) + ", offset " + text(record.offset));
    // Records before this one go through: from the committed state again, up to here.
    poison_ = Poison{record.offset, status};
    parts_.observer.on_stopped(partition_, record.offset, status);
    if (!is_sealed()) return reopen();
    broken_ = true;
    waiting_.clear();
    size_.abandon();
    return;
  }
  size_.add(record.content_bytes());
  if (fold_->ends_batch()) size_.end();
  if (applied.value() == PartitionFold::Applied::kRepeatedEvent) {
    parts_.observer.on_repeated_event(partition_, record.offset);
  }
}

std::optional<OutputBatch> PartitionWorker::emit() {
  QCDR_ASSERT(is_live() && has_open_batch());
  OutputBatch outputs(parts_.options, partition_, fold_->boundary(), fold_->next(),
                      OutputBatch::Purpose::kKeep);
  const Status status = fold_->emit(&outputs);
  const bool too_large =
      !outputs.status().is_ok() || outputs.bytes() > parts_.options.batch_output_bytes_max;
  if (too_large && size_.records() > 1) {
    fold_again_shorter(size_.records(), outputs.bytes(), outputs.count());
    return std::nullopt;
  }
  if (!status.is_ok()) {
    stop(outputs.first(), status.with_context("outputs from offset " + text(outputs.first())));
    return std::nullopt;
  }
  size_.seal();
  return outputs;
}

void PartitionWorker::fold_again_shorter(std::size_t records, std::size_t output_bytes,
                                         std::size_t outputs) {
  size_.too_large(records, output_bytes, outputs);
  parts_.observer.on_shorter_batches(partition_, output_bytes);
  reopen();
}

void PartitionWorker::refuse_outputs(const Status& reason) {
  QCDR_ASSERT(is_live() && is_sealed());
  if (size_.sealed_records() > 1) {
    fold_again_shorter(size_.sealed_records(), 0, 0);
  } else {
    const Offset first = fold_->sealed_from();
    stop(first, reason.with_context("outputs from offset " + text(first)));
  }
}

void PartitionWorker::batch_committed(const OutputBatch& outputs,
                                      std::optional<Offset> progress_position) {
  QCDR_ASSERT(is_sealed() && outputs.next() > committed_);
  size_.committed(outputs.bytes(), outputs.count());
  committed_ = outputs.next();
  fold_->close_batch(progress_position);
  fold_->tell_committed();
  if (broken_) reopen();
}

void PartitionWorker::reopen() {
  waiting_.clear();
  size_.abandon();
  rests_ = false;
  broken_ = false;
  replay_.reset();
  fold_.reset();
  if (phase_ != Phase::kStopped) phase_ = Phase::kOpening;
}

bool PartitionWorker::freeze_is_due(std::int64_t now_milliseconds) const {
  return fold_ && !broken_ && fold_->is_dirty() &&
         (now_milliseconds - last_freeze_milliseconds_ >= parts_.options.freeze_milliseconds ||
          fold_->dirty_bytes() >= parts_.options.dirty_bytes_max);
}

void PartitionWorker::freeze_if_dirty() {
  if (!fold_ || broken_ || !fold_->is_settled()) return;
  rests_ = false;
  if (!fold_->is_dirty()) return;
  const Status status = freeze();
  if (!status.is_ok()) stop(std::nullopt, status.with_context("freeze"));
}

Status PartitionWorker::freeze() {
  QCDR_ASSERT(fold_->is_settled() && !broken_);
  QCDR_ASSERT(fold_->next() <= committed_);
  const std::int64_t asked = parts_.clock.monotonic_milliseconds();
  QCDR_RETURN_IF_ERROR(store_->wait(kBatchesInFlightMax - 1));
  FreezeReport report;
  report.wait_milliseconds = parts_.clock.monotonic_milliseconds() - asked;
  QCDR_ASSIGN_OR_RETURN(RowBatch batch, fold_->freeze());
  parts_.crash_points.reached(CrashPoint::kLoopFrozen);
  report.partition = partition_;
  report.applied = fold_->next();
  report.rows = batch.rows().size();
  report.bytes = batch.bytes();
  QCDR_RETURN_IF_ERROR(submit(std::move(batch)));
  parts_.crash_points.reached(CrashPoint::kLoopSubmitted);
  std::shift_right(submitted_.begin(), submitted_.end(), 1);
  submitted_.front() = report.applied;
  report.in_flight = store_->in_flight();
  last_freeze_milliseconds_ = parts_.clock.monotonic_milliseconds();
  parts_.observer.on_freeze(report);
  take_snapshot_if_due(report.applied);
  return Status::ok();
}

// A copy that cannot be made costs nothing but the copy: it is told, and the loop goes on.
void PartitionWorker::take_snapshot_if_due(Offset applied) {
  if (parts_.options.snapshot_directory.empty()) return;
  const std::int64_t now = parts_.clock.monotonic_milliseconds();
  if (now - last_snapshot_milliseconds_ < parts_.options.snapshot_milliseconds) return;
  last_snapshot_milliseconds_ = now;
  const Status taken = take_snapshot(parts_.options.snapshot_directory, parts_.options.generation,
                                     partition_, applied, *store_);
  if (taken.is_ok()) return;
  parts_.observer.on_incident(partition_, "no snapshot was taken: " + taken.to_string());
}

Status PartitionWorker::submit(RowBatch batch) {
#ifdef QCDR_PLANTED_BUGS
  if (parts_.options.planted_bug == PlantedBug::kOffsetOutsideBatch) {
    RowBatch rows;
    RowBatch offset;
    for (const RowBatch::Row& row : batch.rows()) {
      RowBatch& target = row.family == Family::kMeta ? offset : rows;
      if (row.value) target.put(row.family, row.key, *row.value);
      if (!row.value) target.erase(row.family, row.key);
    }
    QCDR_RETURN_IF_ERROR(store_->submit(std::move(rows)));
    return store_->submit(std::move(offset));
  }
#endif
  QCDR_RETURN_IF_ERROR(store_->submit(std::move(batch)));
  QCDR_ASSERT(store_->in_flight() <= kBatchesInFlightMax);
  return Status::ok();
}

PositionReport PartitionWorker::position(Reader& reader, Offset end) {
  PositionReport report;
  report.partition = partition_;
  report.applied = submitted_[std::min(store_->in_flight(), kBatchesInFlightMax)];
  report.committed = committed_;
  report.end = end;
  report.partition_time = fold_->partition_time();
  report.parked_keys = fold_->parked_keys();
  report.behind = end > committed_;
  const bool rests = reported_ == committed_;
  reported_ = committed_;
  if (!report.behind || !rests) return report;
  const bool known =
      look_ && look_->committed == committed_ && (look_->oldest || look_->end == end);
  if (!known) {
    const auto records = reader.read(parts_.options.input_topic, partition_, committed_, 1);
    if (!records.is_ok()) return report;  // a gauge: the next second tells
    look_ = Look{committed_, end, std::nullopt};
    if (!records.value().empty()) look_->oldest = records.value().front().timestamp;
  }
  report.oldest = look_->oldest;
  report.behind = report.oldest.has_value();
  return report;
}

Status PartitionWorker::settle() {
  return store_ ? store_->wait(0) : Status::ok();
}

std::unique_ptr<StateStore> PartitionWorker::release_store() {
  reopen();
  return std::move(store_);
}

Status PartitionWorker::stop_unless_transient(const Status& status) {
  if (status.is_ok() || is_transient(status.code())) return status;
  std::optional<Offset> at;
  if (fold_) at = fold_->next();
  stop(at, status);
  return Status::ok();
}

void PartitionWorker::stop(std::optional<Offset> offset, const Status& reason) {
  poison_ = Poison{offset, reason};
  reopen();
  store_.reset();  // a failed store is of no use, and a person may want to look at it
  phase_ = Phase::kStopped;
  parts_.observer.on_stopped(partition_, offset, reason);
}

#ifdef QCDR_PLANTED_BUGS
void PartitionWorker::planted_freeze_before_commit() {
  Result<RowBatch> batch = fold_->planted_freeze_open_batch();
  QCDR_ASSERT(batch.is_ok());
  Status status = store_->submit(std::move(batch).value());
  if (status.is_ok()) status = store_->wait(0);
}

Offset PartitionWorker::planted_polled() const {
  return has_waiting() ? qcdr::next(waiting_.back().offset) : fold_->next();
}

void PartitionWorker::planted_write_objects_alone() {
  if (!fold_ || !fold_->is_settled() || !fold_->is_dirty() || store_->in_flight() > 0) return;
  Result<RowBatch> half = fold_->planted_half_of_the_rows();
  QCDR_ASSERT(half.is_ok());
  const Status status = store_->submit(std::move(half).value());
  if (!status.is_ok()) stop(std::nullopt, status);
}
#endif

}  // namespace qcdr::stream
