// Folds one partition of one stage into a store of its own, for `qcdr replay`, and keeps what the
// fold says of its state at deadlines.
// Thread-safety: none. Lifetime: options outlive it.
#pragma once

#include <memory>
#include <vector>

#include "cli/audit_trail.h"
#include "stream/loop/partition_fold.h"
#include "stream/state_store.h"

namespace qcdr {

class PartitionReplay {
 public:
  PartitionReplay(const stream::LoopOptions& options, Partition partition)
      : options_(options), partition_(partition) {}

  Status open(stream::StateStores& stores, stream::FoldFactory& folds);
  Status apply(const stream::Record& record);
  // Writes the state as it stands.
  Status finish();
  // After finish(): folds on in memory, and writes nothing more.
  Status look_on(const stream::Record& record);
  Status end_look() { return emit(); }

  Partition partition() const { return partition_; }
  std::uint64_t records() const { return records_; }
  // False once records were passed over because their data were deleted since.
  bool reproducible() const { return fold_->reproducible(); }
  const std::vector<StateAtDeadline>& states() const { return states_; }

 private:
  class Outputs;
  Status emit();
  Status close_batch();

  const stream::LoopOptions& options_;
  const Partition partition_;
  std::unique_ptr<stream::StateStore> store_;
  std::unique_ptr<stream::PartitionFold> fold_;
  std::uint64_t records_ = 0;
  std::vector<StateAtDeadline> states_;
};

}  // namespace qcdr
