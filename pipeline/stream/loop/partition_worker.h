// One owned partition on its way to live processing: store, fold and replay.
//
//   kOpening -> kReplaying -> kLive        and from any of them -> kStopped
//
// Invariants
// - A <= C: what is submitted to the store never lies beyond committed().
// - At most two batches of a store are in flight.
// - The store's generation, topic and group are those of the loop; nothing else is replayed into
// it.
// - A batch whose commit is under way is sealed: the next may be open on top of it, and nothing is
//   frozen before it is settled.
// - Clean objects leave the fold only when all that it applied was submitted, from when on the
// store shows their rows.
// - Records that wait were polled in this life of the fold, follow next() without a gap, and go
// with the fold: whoever opens again reads them again. Thread-safety: none. Lifetime: parts and
// reader outlive it.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>

#include "stream/clock.h"
#include "stream/crash_points.h"
#include "stream/loop/batch_size.h"
#include "stream/loop/loop_observer.h"
#include "stream/loop/object_bytes.h"
#include "stream/loop/partition_fold.h"
#include "stream/loop/replay.h"
#include "stream/state_store.h"

namespace qcdr::stream {

inline constexpr std::size_t kBatchesInFlightMax = 2;

// What a loop is made of; all of it outlives the loop.
struct LoopParts {
  LoopOptions options;
  Log& log;
  StateStores& stores;
  Clock& clock;
  FoldFactory& folds;
  CrashPoints& crash_points;
  LoopObserver& observer;
};

class PartitionWorker {
 public:
  enum class Phase : std::uint8_t { kOpening, kReplaying, kLive, kStopped };

  struct Poison {
    std::optional<Offset> offset;
    Status reason;
  };

  // `store`: still open from an earlier ownership, or none.
  PartitionWorker(LoopParts& parts, Partition partition, std::unique_ptr<StateStore> store);

  Partition partition() const { return partition_; }
  Phase phase() const { return phase_; }
  bool is_live() const { return phase_ == Phase::kLive; }
  // Why and where the partition stopped, or will stop before.
  const std::optional<Poison>& poison() const { return poison_; }
  // One past the last offset applied; only while there is a fold.
  Offset next() const { return fold_->next(); }
  Offset committed() const { return committed_; }
  // Null before it was opened and when it stopped.
  const RowReader* store() const { return store_.get(); }
  std::size_t records_replayed() const { return records_replayed_; }
  ObjectBytes object_bytes() const {
    return fold_ ? ObjectBytes{fold_->dirty_bytes(), fold_->memory_bytes()} : ObjectBytes();
  }

  // One move towards kLive. Errors are for the loop: kUnavailable (later again), kFenced. What
  // concerns this partition alone stops it instead.
  Status advance(Consumer& consumer, Reader& reader);

  // Takes a polled record: folds it into the open batch, or keeps it for the next one when this one
  // is full, the partition rests or `memory_is_full`. Records below the next offset, or at and
  // above the one that stops the partition, are passed over.
  void take(Record record, bool memory_is_full);
  // Folds the record that waits longest into the open batch. False when none does, or it is full.
  bool take_waiting();
  bool has_waiting() const { return !waiting_.empty(); }
  std::size_t waiting_records() const { return waiting_.size(); }
  bool has_open_batch() const { return fold_ && !broken_ && !fold_->at_boundary(); }
  // A commit of it is under way.
  bool is_sealed() const { return fold_ && fold_->is_sealed(); }
  bool has_uncommitted() const { return fold_ && (broken_ || !fold_->is_settled()); }
  // Of the open batch.
  const BatchSize& batch_size() const { return size_; }
  // Folds nothing more until it was frozen: what is open goes with the next commit, what comes
  // waits.
  void rest() { rests_ = true; }
  bool rests() const { return rests_; }
  // Seals the open batch. Nothing when the fold failed or the batch was too large; then the
  // partition left the batch.
  std::optional<OutputBatch> emit();
  // The log refused the sealed batch as too large: it is folded again in shorter ones, or, if it
  // was one record, the partition stops before it.
  void refuse_outputs(const Status& reason);
  // The sealed batch is committed, with these outputs.
  void batch_committed(const OutputBatch& outputs, std::optional<Offset> progress_position);

  // Throws the fold away, with what waits, and opens again from the store.
  void reopen();
  // Freezes when there is something to freeze and all that was folded is committed.
  void freeze_if_dirty();
  bool freeze_is_due(std::int64_t now_milliseconds) const;
  std::int64_t milliseconds_since_freeze(std::int64_t now_milliseconds) const {
    return now_milliseconds - last_freeze_milliseconds_;
  }
  // Lets decoded objects go until about so many bytes are left; nothing when a batch is open or not
  // frozen.
  void shrink(std::size_t bytes_max) {
    if (fold_ && fold_->is_settled() && !fold_->is_dirty()) fold_->shrink(bytes_max);
  }
  std::int64_t milliseconds_since_position(std::int64_t now_milliseconds) const {
    return now_milliseconds - last_position_milliseconds_;
  }
  // Its position is asked for now, whatever comes of it.
  void note_position(std::int64_t now_milliseconds) {
    last_position_milliseconds_ = now_milliseconds;
  }
  // Only while it is live. `end`: of the log. Reads a record at most, and only where the partition
  // has not moved since the last call.
  PositionReport position(Reader& reader, Offset end);
  // Waits for all writes; then A == next() if the last freeze was at next().
  Status settle();
  // A == C: all that is committed is frozen and written.
  bool is_settled() const {
    return fold_->next() == committed_ && !fold_->is_dirty() && store_->in_flight() == 0;
  }
  // Gives the store away; the worker is done.
  std::unique_ptr<StateStore> release_store();

#ifdef QCDR_PLANTED_BUGS
  void planted_freeze_before_commit();
  void planted_write_objects_alone();
  Offset planted_polled() const;
#endif

 private:
  void apply(const Record& record);
  void fold_again_shorter(std::size_t records, std::size_t output_bytes, std::size_t outputs);
  Status open(Consumer& consumer, Reader& reader);
  Status open_store();
  Result<PartitionState> starting_state(Reader& reader);
  Status check_ownership(const PartitionState& state) const;
  Status check_last_record(const PartitionState& state, Reader& reader) const;
  Status rebuild(PartitionState* state, Reader& reader);
  Status replay();
  Status wait_for_log();
  Status go_live(Consumer& consumer);
  Status freeze();
  void take_snapshot_if_due(Offset applied);
  Status submit(RowBatch batch);
  Status stop_unless_transient(const Status& status);
  void stop(std::optional<Offset> offset, const Status& reason);

  LoopParts& parts_;
  const Partition partition_;
  Phase phase_ = Phase::kOpening;
  std::optional<Poison> poison_;
  std::unique_ptr<StateStore> store_;
  std::unique_ptr<PartitionFold> fold_;  // reads store_
  std::optional<Replay> replay_;         // drives fold_
  BatchSize size_;
  std::deque<Record> waiting_;  // polled, and not for the open batch
  bool rests_ = false;
  // The open batch met a record that stops the partition: the fold goes when the sealed batch is
  // settled, which may still count what it did.
  bool broken_ = false;
  Offset committed_;
  std::size_t records_replayed_ = 0;
  // Newest first: [n] is A while n batches are in flight.
  std::array<Offset, kBatchesInFlightMax + 1> submitted_;
  // What lay at `committed` when somebody looked: nothing below `end`, or a record of that time.
  struct Look {
    Offset committed;
    Offset end;
    std::optional<Instant> oldest;
  };
  std::optional<Look> look_;
  std::optional<Offset> reported_;  // C at the last report
  std::int64_t last_freeze_milliseconds_;
  std::int64_t last_position_milliseconds_;
  std::int64_t last_snapshot_milliseconds_;
  std::optional<std::int64_t> waiting_since_milliseconds_;
};

}  // namespace qcdr::stream
