// Follows a loop: the same fold over the same batches, without outputs, in stores of its own. For
// reading (the portal), and to stand by: a follower's store is one that an instance can open.
//
// It belongs to no group and commits nothing. Progress markers, read committed, say how far the
// loop has come and where its batches end, so that a follower never passes what is committed, and
// finds out when its outputs would differ.
// Invariant: applied <= C of the loop it follows, in memory and in the store.
// Thread-safety: none. Lifetime: what it is made of outlives it. Errors: kUnavailable: step again
// later. What concerns one partition stops that one, and the others go on.
#pragma once

#include <memory>
#include <vector>

#include "stream/loop/partition_worker.h"

namespace qcdr::stream {

struct FollowOutcome {
  std::size_t records = 0;  // folded by this step
  std::vector<Partition> stopped;
};

class Follower {
 public:
  // `options` are those of the loop that is followed.
  Follower(LoopOptions options, Log& log, StateStores& stores, Clock& clock, FoldFactory& folds,
           CrashPoints& crash_points, LoopObserver& observer);
  ~Follower();

  // One move of each partition.
  Result<FollowOutcome> step();
  // One past the last offset applied, by partition; none before it was opened or when it stopped.
  std::optional<Offset> applied(Partition partition) const;
  std::size_t partitions() const { return workers_.size(); }
  // Its store, as of the last freeze; null where applied() says nothing. Valid until the next
  // step().
  const RowReader* store(Partition partition) const;
  // Every whole batch applied is in the stores afterwards, where it can be read.
  Status settle();

 private:
  class Everything;  // the consumer of somebody who is in no group

  Status open();

  LoopParts parts_;
  std::unique_ptr<Everything> everything_;
  std::unique_ptr<Reader> reader_;
  std::vector<std::unique_ptr<PartitionWorker>> workers_;
};

}  // namespace qcdr::stream
