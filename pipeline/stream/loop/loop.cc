#include "stream/loop/loop.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace qcdr::stream {
namespace {

// One look at the log beside a commit, and how often somebody who can do nothing else looks for its
// answer.
constexpr std::int64_t kBesideCommitMilliseconds = 2;
constexpr auto kAnswerWait = std::chrono::milliseconds(5);
// Polls that a partition's records may wait for its freeze.
constexpr std::size_t kRestingPollsMax = 4;

// Of two errors at once, the one that leaves less to go on with.
int weight(const Status& status) {
  if (status.is_ok()) return 0;
  if (status.code() == ErrorCode::kAborted) return 1;
  if (status.code() == ErrorCode::kUnavailable) return 2;
  return status.code() == ErrorCode::kFenced ? 3 : 4;
}

}  // namespace

Loop::Loop(LoopOptions options, Log& log, StateStores& stores, Clock& clock, FoldFactory& folds,
           CrashPoints& crash_points, LoopObserver& observer)
    : parts_{std::move(options), log, stores, clock, folds, crash_points, observer},
      pace_(parts_.options),
      poll_size_(parts_.options),
      fatal_(parts_.options.validate()) {}

Result<StepOutcome> Loop::step() {
  QCDR_RETURN_IF_ERROR(fatal_);
  StepOutcome outcome;
  const std::int64_t now = parts_.clock.monotonic_milliseconds();
  if (now < paused_until_milliseconds_) {
    outcome.wait_milliseconds = paused_until_milliseconds_ - now;
  } else {
    const Status status = step_once(&outcome);
    if (status.is_ok()) {
      pause_milliseconds_ = 0;
    } else {
      fatal_ = recover(status, &outcome);
      QCDR_RETURN_IF_ERROR(fatal_);
    }
  }
  describe(&outcome);
  return outcome;
}

Status Loop::step_once(StepOutcome* outcome) {
  QCDR_RETURN_IF_ERROR(connect());
  QCDR_RETURN_IF_ERROR(follow_assignment(outcome));
  if (!is_quiet()) QCDR_RETURN_IF_ERROR(settle_commit(outcome));
  QCDR_RETURN_IF_ERROR(advance_partitions());
  QCDR_RETURN_IF_ERROR(run_batch(outcome));
  outcome->busy = outcome->records > 0 || pending_.has_value() || gathered().records > 0;
  QCDR_RETURN_IF_ERROR(freeze_due(outcome));
  close_parked_stores();
  report_positions(outcome->busy);
  return Status::ok();
}

bool Loop::is_quiet() const {
  return std::all_of(workers_.begin(), workers_.end(), [](const auto& entry) {
    return entry.second->is_live() || entry.second->phase() == PartitionWorker::Phase::kStopped;
  });
}

Status Loop::connect() {
  if (!reader_) {
    QCDR_ASSIGN_OR_RETURN(reader_, parts_.log.reader());
  }
  // The producer first: making it ends a transaction that an earlier life left open, on which
  // committed() would wait.
  if (!producer_) {
    QCDR_ASSIGN_OR_RETURN(producer_,
                          parts_.log.transactional_producer(parts_.options.transactional_id()));
  }
  if (!consumer_) {
    QCDR_ASSIGN_OR_RETURN(
        consumer_,
        parts_.log.join(parts_.options.group, parts_.options.input_topic, parts_.options.slot));
  }
  return Status::ok();
}

Status Loop::follow_assignment(StepOutcome* outcome) {
  QCDR_ASSIGN_OR_RETURN(const Consumer::Assignment assignment, consumer_->assignment());
  if (epoch_ && *epoch_ == assignment.epoch) return Status::ok();
  QCDR_RETURN_IF_ERROR(settle_commit(outcome));
#ifdef QCDR_PLANTED_BUGS
  if (parts_.options.planted_bug == PlantedBug::kPlaceKeptAfterRebalance && epoch_) {
    return planted_keep_places(assignment);
  }
#endif
  release_all();
  for (const Partition partition : assignment.partitions) {
    std::unique_ptr<StateStore> store;
    const auto parked = parked_.find(partition);
    if (parked != parked_.end()) {
      store = std::move(parked->second.store);
      parked_.erase(parked);
    }
    workers_[partition] = std::make_unique<PartitionWorker>(parts_, partition, std::move(store));
  }
  epoch_ = assignment.epoch;
  return Status::ok();
}

#ifdef QCDR_PLANTED_BUGS
Status Loop::planted_keep_places(const Consumer::Assignment& assignment) {
  std::map<Partition, std::unique_ptr<PartitionWorker>> kept;
  for (const Partition partition : assignment.partitions) {
    const auto worker = workers_.find(partition);
    if (worker == workers_.end() || !worker->second->is_live()) continue;
    QCDR_RETURN_IF_ERROR(consumer_->seek(partition, worker->second->next()));
    kept.insert(workers_.extract(worker));
  }
  release_all();
  workers_ = std::move(kept);
  for (const Partition partition : assignment.partitions) {
    if (workers_.count(partition) != 0) continue;
    workers_[partition] = std::make_unique<PartitionWorker>(parts_, partition, nullptr);
  }
  parked_.clear();
  epoch_ = assignment.epoch;
  return Status::ok();
}
#endif

void Loop::release_all() {
  const std::int64_t until =
      parts_.clock.monotonic_milliseconds() + parts_.options.store_grace_milliseconds;
  for (auto& [partition, worker] : workers_) {
    parts_.observer.on_released(partition);
    // What is committed may be written, whoever owns the partition now; it shortens the replay.
    worker->freeze_if_dirty();
    std::unique_ptr<StateStore> store = worker->release_store();
    if (store) parked_[partition] = ParkedStore{std::move(store), until};
  }
  workers_.clear();
  epoch_.reset();
}

Status Loop::advance_partitions() {
  Status first_error;
  wait_ = Wait::kForRecords;
  for (auto& [partition, worker] : workers_) {
    if (worker->is_live() || worker->phase() == PartitionWorker::Phase::kStopped) continue;
    const Status status = worker->advance(*consumer_, *reader_);
    if (status.is_ok()) {
      if (!worker->is_live()) wait_ = Wait::kNot;
      continue;
    }
    if (status.code() != ErrorCode::kUnavailable) return status;
    // The others go on; this one tries again in the next step.
    if (wait_ == Wait::kForRecords) wait_ = Wait::kBriefly;
    if (first_error.is_ok()) first_error = status;
  }
  const bool any_live = std::any_of(workers_.begin(), workers_.end(),
                                    [](const auto& entry) { return entry.second->is_live(); });
  return any_live ? Status::ok() : first_error;
}

Status Loop::run_batch(StepOutcome* outcome) {
  QCDR_RETURN_IF_ERROR(gather(outcome));
  return pending_ ? Status::ok() : emit_batches(outcome);
}

// Outputs of partitions go together into as few transactions as their bytes allow: the bounds of
// one partition's batch have nothing to do with another's. No more than that is in memory at a
// time.
Status Loop::emit_batches(StepOutcome* outcome) {
  Outputs together;
  std::size_t bytes = 0;
  bool emitted = false;
  for (auto& [partition, worker] : workers_) {
    if (!worker->has_open_batch() || !worker->is_live()) continue;
    std::optional<OutputBatch> outputs = worker->emit();
    if (!outputs) continue;
    emitted = true;
    if (partitions_alone_ || bytes + outputs->bytes() > parts_.options.batch_output_bytes_max) {
      QCDR_RETURN_IF_ERROR(start_commit(std::exchange(together, {}), outcome));
      bytes = 0;
    }
    bytes += outputs->bytes();
    together.emplace(partition, std::move(*outputs));
  }
  if (emitted) {
    pace_.after_batch(batch_.backlog);
  } else {
    pace_.idle();
  }
  const bool backlog = batch_.backlog;
  const Status started = start_commit(std::move(together), outcome);
  batch_ = Batch();
  QCDR_RETURN_IF_ERROR(started);
  // Under backlog nobody waits for single records, while partitions whose freezes are due would
  // keep the next batch short, and short batches make more outputs.
  return backlog ? settle_commit(outcome) : Status::ok();
}

Loop::Gathered Loop::gathered() const {
  Gathered sum;
  for (const auto& [partition, worker] : workers_) {
    sum.records += worker->batch_size().records();
    sum.bytes += worker->batch_size().bytes();
    const std::size_t waiting_max =
        worker->rests() ? kRestingPollsMax * parts_.options.poll_records_max : 1;
    sum.waiting = sum.waiting || worker->waiting_records() >= waiting_max;
  }
  return sum;
}

bool Loop::is_enough(const Gathered& gathered) const {
  return gathered.waiting || gathered.records >= parts_.options.batch_records_max ||
         gathered.bytes >= parts_.options.batch_input_bytes_max ||
         (gathered.records > 0 && object_bytes().are_enough(parts_.options));
}

ObjectBytes Loop::object_bytes() const {
  ObjectBytes sum;
  for (const auto& [partition, worker] : workers_) {
    if (worker->is_live()) sum += worker->object_bytes();
  }
  return sum;
}

std::int64_t Loop::milliseconds_left() const {
  return batch_.started_milliseconds + pace_.milliseconds() - parts_.clock.monotonic_milliseconds();
}

// Beside a commit: one poll, and back to whoever has something else to do.
Status Loop::gather(StepOutcome* outcome) {
  const LoopOptions& options = parts_.options;
  std::int64_t wait = 0;
  if (wait_ == Wait::kForRecords) wait = options.idle_wait_milliseconds_max;
  if (wait_ == Wait::kBriefly) wait = options.batch_milliseconds_idle_max;
  // What the last poll brought and the last batch did not take comes first.
  take_waiting();
  Gathered so_far = gathered();
  if (so_far.records > 0) {
    if (batch_.started_milliseconds < 0) {
      batch_.started_milliseconds = parts_.clock.monotonic_milliseconds();
    }
    wait = std::max<std::int64_t>(0, milliseconds_left());
  }
  while (!is_enough(so_far)) {
    const bool beside = pending_.has_value();
    if (beside) wait = kBesideCommitMilliseconds;
    const std::size_t records_max =
        std::min(poll_size_.records(), options.batch_records_max - so_far.records);
    QCDR_ASSIGN_OR_RETURN(std::vector<Record> records,
                          consumer_->poll(std::chrono::milliseconds(wait), records_max));
    const bool none = records.empty();
    if (!none) QCDR_RETURN_IF_ERROR(take_polled(std::move(records), records_max));
    if (beside) QCDR_RETURN_IF_ERROR(look_for_answer(std::chrono::milliseconds(0), outcome));
    if (pending_) return Status::ok();
    so_far = gathered();
    wait = so_far.records > 0 ? milliseconds_left() : 0;
    // A short look beside a commit says nothing about what comes in the batch's time.
    if (wait <= 0 || (none && !beside)) break;
  }
  batch_.backlog = batch_.backlog || so_far.waiting;
  return look_for_answer(kAnswerWait, outcome);
}

Status Loop::take_polled(std::vector<Record> records, std::size_t records_max) {
  if (batch_.started_milliseconds < 0) {
    batch_.started_milliseconds = parts_.clock.monotonic_milliseconds();
  }
  batch_.backlog = records.size() == records_max;
  poll_size_.note(records);
  parts_.crash_points.reached(CrashPoint::kLoopPolled);
  return take(std::move(records));
}

Status Loop::take(std::vector<Record> records) {
  QCDR_ASSIGN_OR_RETURN(const Consumer::Assignment assignment, consumer_->assignment());
  if (assignment.epoch != *epoch_) {
    return Status(ErrorCode::kAborted, "ownership changed inside a batch");
  }
  bool first = gathered().records == 0;
  ObjectBytes held = object_bytes();
  for (Record& record : records) {
    const auto found = workers_.find(record.partition);
    if (found == workers_.end()) continue;
    PartitionWorker& worker = *found->second;
    const bool enough = !first && held.are_enough(parts_.options);
    const std::size_t before = worker.batch_size().records();
    held -= worker.object_bytes();
    worker.take(std::move(record), enough);
    held += worker.object_bytes();
    first = first && worker.batch_size().records() == before;
  }
  return Status::ok();
}

// As take(): a batch that has nothing yet takes a record whatever is held.
void Loop::take_waiting() {
  bool first = true;
  ObjectBytes held = object_bytes();
  for (auto& [partition, worker] : workers_) {
    while (first || !held.are_enough(parts_.options)) {
      held -= worker->object_bytes();
      const bool taken = worker->take_waiting();
      held += worker->object_bytes();
      if (!taken) break;
      first = false;
    }
  }
}

// While records come, a step freezes one partition, the one that has waited longest: they wait for
// that and not for all of them. Nobody waits more than twice its time.
// A batch that is open or sealed is in the way of it; then the partition rests until it is not.
Status Loop::freeze_due(StepOutcome* outcome) {
  ObjectBytes held;
  for (const auto& [partition, worker] : workers_) held += worker->object_bytes();
  const bool all = held.are_enough(parts_.options);
  if (all && gathered().records == 0) QCDR_RETURN_IF_ERROR(settle_commit(outcome));
  const std::int64_t now = parts_.clock.monotonic_milliseconds();
  const std::int64_t patience = 2 * parts_.options.freeze_milliseconds;
  const auto freeze = [now](PartitionWorker& worker) {
    worker.freeze_if_dirty();
    if (worker.freeze_is_due(now)) worker.rest();
  };
  PartitionWorker* next = nullptr;
  for (auto& [partition, worker] : workers_) {
    if (!all && !worker->freeze_is_due(now)) continue;
    const std::int64_t since = worker->milliseconds_since_freeze(now);
    if (all || !outcome->busy || since >= patience) {
      freeze(*worker);
    } else if (next == nullptr || since > next->milliseconds_since_freeze(now)) {
      next = worker.get();
    }
  }
  if (next != nullptr) freeze(*next);
  if (!held.decoded_are_enough(parts_.options)) return Status::ok();
  for (auto& [partition, worker] : workers_) {
    worker->shrink(held.kept(worker->object_bytes().decoded, parts_.options));
  }
  return Status::ok();
}

void Loop::close_parked_stores() {
  const std::int64_t now = parts_.clock.monotonic_milliseconds();
  for (auto parked = parked_.begin(); parked != parked_.end();) {
    parked = parked->second.until_milliseconds <= now ? parked_.erase(parked) : std::next(parked);
  }
}

// Each may have to ask the log, which takes its time. As with freezes: while records come, one per
// step.
void Loop::report_positions(bool busy) {
  const std::int64_t now = parts_.clock.monotonic_milliseconds();
  const std::int64_t patience = 2 * parts_.options.freeze_milliseconds;
  PartitionWorker* next = nullptr;
  for (const auto& [partition, worker] : workers_) {
    const std::int64_t since = worker->milliseconds_since_position(now);
    if (!worker->is_live() || since < parts_.options.freeze_milliseconds) continue;
    if (!busy || since >= patience) {
      report_position(*worker, now);
    } else if (next == nullptr || since > next->milliseconds_since_position(now)) {
      next = worker.get();
    }
  }
  if (next != nullptr) report_position(*next, now);
}

void Loop::report_position(PartitionWorker& worker, std::int64_t now) {
  worker.note_position(now);
  std::optional<Offset> end = consumer_->known_end(worker.partition());
  if (!end) {
    const Result<Offset> asked = reader_->end(parts_.options.input_topic, worker.partition());
    if (!asked.is_ok()) return;  // a gauge: the next time tells
    end = asked.value();
  }
  parts_.observer.on_position(worker.position(*reader_, *end));
}

bool Loop::fenced_too_often() {
  const std::int64_t now = parts_.clock.monotonic_milliseconds();
  const bool in_a_row =
      now - last_fenced_milliseconds_ < parts_.options.fenced_in_a_row_milliseconds;
  fenced_in_a_row_ = in_a_row ? fenced_in_a_row_ + 1 : 1;
  last_fenced_milliseconds_ = now;
  return fenced_in_a_row_ >= parts_.options.fenced_in_a_row_max;
}

void Loop::throw_away_uncommitted() {
  batch_ = Batch();
  for (auto& [partition, worker] : workers_) {
    if (worker->is_live() && worker->has_uncommitted()) worker->reopen();
  }
}

Status Loop::recover(Status reason, StepOutcome* outcome) {
  // A commit that is under way may still succeed, and nobody may ask for anything before that.
  Status settled = settle_commit(outcome);
  if (weight(settled) > weight(reason)) reason = std::move(settled);
  const ErrorCode code = reason.code();
  const bool fenced = code == ErrorCode::kFenced;
  if (!fenced && code != ErrorCode::kAborted && code != ErrorCode::kUnavailable) return reason;
  if (fenced && fenced_too_often()) return reason;
  // Whatever a transaction came to, the committed offset read back decides.
  throw_away_uncommitted();
  if (in_transaction_ && code == ErrorCode::kAborted && producer_) {
    // Already aborted when commit() said so; then this does nothing.
    if (!producer_->abort().is_ok()) producer_.reset();
  }
  if (in_transaction_ && code != ErrorCode::kAborted) producer_.reset();
  if (fenced) {
    release_all();
    producer_.reset();
    consumer_.reset();
  }
  in_transaction_ = false;
  const LoopOptions& options = parts_.options;
  pause_milliseconds_ = std::clamp(pause_milliseconds_ * 2, options.pause_milliseconds_least,
                                   options.pause_milliseconds_max);
  paused_until_milliseconds_ = parts_.clock.monotonic_milliseconds() + pause_milliseconds_;
  outcome->wait_milliseconds = pause_milliseconds_;
  outcome->recovered = reason;
  parts_.observer.on_recovery(reason);
  return Status::ok();
}

void Loop::describe(StepOutcome* outcome) const {
  outcome->partitions_owned = workers_.size();
  for (const auto& [partition, worker] : workers_) {
    QCDR_ASSERT(pending_ || !worker->has_open_batch() || !worker->is_live());
    if (worker->is_live()) ++outcome->partitions_live;
    if (!worker->poison()) continue;
    outcome->stopped.push_back({partition, worker->poison()->offset, worker->poison()->reason});
  }
}

Result<bool> Loop::caught_up() {
  QCDR_RETURN_IF_ERROR(fatal_);
  if (!reader_ || !epoch_ || pending_) return false;
  for (const auto& [partition, worker] : workers_) {
    if (worker->poison() || worker->phase() == PartitionWorker::Phase::kStopped) continue;
    if (!worker->is_live()) return false;
    const std::string& topic = parts_.options.input_topic;
    QCDR_ASSIGN_OR_RETURN(const Offset end, reader_->end(topic, partition));
    if (end <= worker->committed()) continue;
    QCDR_ASSIGN_OR_RETURN(const std::vector<Record> records,
                          reader_->read(topic, partition, worker->committed(), 1));
    if (!records.empty()) return false;
  }
  return true;
}

// What is folded beside a commit is finished with one more. If that cannot be, it comes back by
// replay, as after a crash.
Status Loop::finish_batches() {
  StepOutcome outcome;
  Status status = settle_commit(&outcome);
  if (status.is_ok()) status = emit_batches(&outcome);
  if (status.is_ok()) status = settle_commit(&outcome);
  if (status.is_ok()) return status;
  throw_away_uncommitted();
  parts_.observer.on_recovery(status);
  return weight(status) > weight(Status(ErrorCode::kFenced, "")) ? status : Status::ok();
}

Status Loop::drain_and_stop() {
  Status first_error = fatal_.is_ok() ? finish_batches() : fatal_;
  fatal_ = Status(ErrorCode::kFailedPrecondition, "the loop has stopped");
  for (auto& [partition, worker] : workers_) {
    worker->freeze_if_dirty();
    const Status settled = worker->settle();
    if (first_error.is_ok()) first_error = settled;
    if (first_error.is_ok() && worker->poison()) first_error = worker->poison()->reason;
    QCDR_ASSERT(!settled.is_ok() || !worker->is_live() || worker->is_settled());
  }
  workers_.clear();
  parked_.clear();
  consumer_.reset();
  producer_.reset();
  reader_.reset();
  return first_error;
}

}  // namespace qcdr::stream
