// The processing loop: exactly once in effect, written once for every log and store.
//
// C is the group offset of an input partition, committed in the same transaction as the outputs; A
// is the applied offset in its store, written in the same batch as the state. A batch goes
//   poll -> fold -> emit -> begin, outputs, progress markers -> commit (C moves)
//        -> only then, every second or 32 MiB: freeze -> store (A moves)
// While a commit is under way, which a broker takes its time for, the next batch is polled and
// folded; its outputs wait until the commit is answered. When that fails, both are thrown away.
// so that A <= C after any crash. On start [A, C) is replayed with outputs suppressed and compared
// with the markers' digests, then the partition goes live at C. docs/processing-loop.md has the
// failure matrix and says where each invariant is asserted and checked.
//
// Invariants
// - One commit at most is under way. Between two calls of step() a batch is open only beside one.
// - Whoever leaves the quiet course (ownership, a partition that opens or stops) waits for the
//   commit first.
// - A <= C always; A == C after drain_and_stop() returned ok, for every live partition.
// - The store is written only behind commits.
// - A partition that cannot go on stops alone; nothing is skipped and nothing is guessed.
//
// Thread-safety: one thread. Ownership: what the constructor takes by reference outlives the loop.
// The destructor writes nothing: it is as good as a crash, and a crash is harmless.
// Failure: step() gives an error only when the loop is of no further use (fenced again and again,
// a topic missing, options wrong); everything else is recovered from and reported.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "stream/loop/batch_pace.h"
#include "stream/loop/partition_worker.h"

namespace qcdr::stream {

struct StoppedPartition {
  Partition partition;
  std::optional<Offset> offset;
  Status reason;
};

struct StepOutcome {
  std::size_t records = 0;
  std::size_t outputs = 0;
  // Of batches whose commits were answered in this step.
  bool committed = false;
  // Records came in this step, or are folded and not committed.
  bool busy = false;
  std::size_t partitions_owned = 0;
  std::size_t partitions_live = 0;
  // Complete as of this step, also those reported before.
  std::vector<StoppedPartition> stopped;
  // Ok, or why folds were thrown away in this step.
  Status recovered;
  // The caller may do something else for this long; calling earlier does nothing.
  std::int64_t wait_milliseconds = 0;
};

class Loop {
 public:
  Loop(LoopOptions options, Log& log, StateStores& stores, Clock& clock, FoldFactory& folds,
       CrashPoints& crash_points, LoopObserver& observer);

  // One batch at most. Blocks at most idle_wait_milliseconds_max plus one batch time, apart from
  // what the log, the store and the fold take; while a commit is under way, one poll at a time.
  Result<StepOutcome> step();
  // Nothing to replay and nothing committed behind the last record of any owned partition; stopped
  // partitions count as caught up. kUnavailable: ask again.
  Result<bool> caught_up();
  // Freezes what is committed, waits for the stores and leaves the group. The first error.
  Status drain_and_stop();

 private:
  struct ParkedStore {
    std::unique_ptr<StateStore> store;
    std::int64_t until_milliseconds = 0;
  };
  // What goes into one transaction, or will.
  using Outputs = std::map<Partition, OutputBatch>;
  struct Batch {
    std::int64_t started_milliseconds = -1;
    bool backlog = false;
  };
  // A commit that is not answered yet; the outputs are with the log already.
  struct Pending {
    Outputs outputs;
    CommitReport report;
    std::int64_t began_milliseconds = 0;
  };

  Status step_once(StepOutcome* outcome);
  Status connect();
  Status follow_assignment(StepOutcome* outcome);
  void release_all();
#ifdef QCDR_PLANTED_BUGS
  Status planted_keep_places(const Consumer::Assignment& assignment);
#endif
  Status advance_partitions();
  // Nothing but records is new: the next batch may begin beside a commit.
  bool is_quiet() const;
  Status run_batch(StepOutcome* outcome);
  Status gather(StepOutcome* outcome);
  Status take_polled(std::vector<Record> records, std::size_t records_max);
  std::int64_t milliseconds_left() const;
  Status emit_batches(StepOutcome* outcome);
  // What the open batches of all partitions hold.
  struct Gathered {
    std::size_t records = 0;
    std::size_t bytes = 0;
    bool waiting = false;  // a partition has more than its batch takes
  };
  Gathered gathered() const;
  bool is_enough(const Gathered& gathered) const;
  // Of the live partitions.
  ObjectBytes object_bytes() const;
  Status take(std::vector<Record> records);
  void take_waiting();
  // One transaction with these outputs, if any, when the one before is answered.
  Status start_commit(Outputs outputs, StepOutcome* outcome);
  Status send(Outputs* outputs);
  void ask_to_commit(const Outputs& outputs);
  // Looks for the answer for so long; a commit may still be under way afterwards.
  Status look_for_answer(std::chrono::milliseconds wait, StepOutcome* outcome);
  // Until it is answered; nothing when none is under way.
  Status settle_commit(StepOutcome* outcome);
  Status refused(const Outputs& outputs, const Status& reason);
  void committed(const Outputs& outputs, const CommitReceipt& receipt);
  // Of all workers, what is folded and not known to be committed.
  void throw_away_uncommitted();
  // Commits what is open.
  Status finish_batches();
  Status freeze_due(StepOutcome* outcome);
  void close_parked_stores();
  void report_positions(bool busy);
  void report_position(PartitionWorker& worker, std::int64_t now_milliseconds);
  bool fenced_too_often();
  Status recover(Status reason, StepOutcome* outcome);
  void describe(StepOutcome* outcome) const;

  LoopParts parts_;
  BatchPace pace_;
  PollSize poll_size_;
  Status fatal_;
  std::unique_ptr<Reader> reader_;
  std::unique_ptr<TransactionalProducer> producer_;
  std::unique_ptr<Consumer> consumer_;
  std::optional<std::uint64_t> epoch_;
  std::map<Partition, std::unique_ptr<PartitionWorker>> workers_;
  std::map<Partition, ParkedStore> parked_;
  // How long a poll may wait, as the partitions that are not live yet want it.
  enum class Wait : std::uint8_t { kForRecords, kBriefly, kNot };
  Wait wait_ = Wait::kNot;
  bool in_transaction_ = false;
  Batch batch_;
  std::optional<Pending> pending_;
  // The log refused a transaction of several partitions as too large: each goes alone from then on.
  bool partitions_alone_ = false;
  std::int64_t pause_milliseconds_ = 0;
  std::int64_t paused_until_milliseconds_ = 0;
  int fenced_in_a_row_ = 0;
  std::int64_t last_fenced_milliseconds_ = 0;
};

}  // namespace qcdr::stream
