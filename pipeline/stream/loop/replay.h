// Replays [A, C) of one partition with outputs suppressed.
//
// Goes batch by batch, by the bounds that the progress markers give, because what is coalesced
// depends on them. Recomputes each batch's outputs, compares count and digest with the marker's and
// drops them. A marker of another generation or of other rules gives its bounds and
// is not compared.
// Errors: kCorruption when outputs differ, the chain of markers breaks, or a committed record is
// gone; kUnavailable when the log cannot be read now. After kCorruption the fold is of no use.
// Thread-safety: none. Lifetime: fold and reader outlive it.
#pragma once

#include <deque>
#include <optional>

#include "stream/loop/loop_observer.h"
#include "stream/loop/partition_fold.h"
#include "stream/loop/poll_size.h"
#include "stream/loop/progress_markers.h"

namespace qcdr::stream {

class Replay {
 public:
  Replay(const LoopOptions& options, Partition partition, Offset committed, Reader& reader,
         PartitionFold& fold, Offset progress_position);

  // Replays about `replay_records_per_step_max` records, or up to a boundary when the fold holds
  // as many bytes as it may. Nothing replayed and not done means: wait for the log.
  Result<ReplayReport> run();
  // run() failed because it made other outputs than were committed.
  bool mismatched() const { return mismatched_; }
  bool done() const { return fold_.next() == committed_ && fold_.at_boundary(); }

 private:
  Result<bool> apply_batch_records(ReplayReport* report);
  Status fill();
  bool fold_holds_enough() const;
  Status finish_batch(ReplayReport* report);

  const LoopOptions& options_;
  const Partition partition_;
  const Offset committed_;
  Reader& reader_;
  PartitionFold& fold_;
  PollSize poll_size_;
  ProgressMarkers markers_;
  std::optional<ProgressPoint> batch_;
  std::deque<Record> records_;
  bool mismatched_ = false;
};

}  // namespace qcdr::stream
