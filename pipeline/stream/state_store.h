// State of one input partition: a consistent prefix of the fold, disposable.
//
// Invariants
// - A batch is written whole or not at all; batches become durable in the order of submit().
// - After a crash of the process every completed write is there; after a loss of power a prefix of
//   the writes is there.
// - After a failed write every call, reads too, returns that error: a read that went on would show
//   rows from before the batch, and what is folded on them would be committed.
// Implementations: rocksdb, sim. Thread-safety: one thread calls; the store may own another.
#pragma once

#include <memory>

#include "core/rows.h"
#include "core/strong.h"

namespace qcdr::stream {

class StateStore : public RowReader {
 public:
  // Queues the batch for the store's own thread. Every read after this sees the whole batch (a read
  // waits for the thread if need be): what the fold lets go of after a freeze must read back.
  virtual Status submit(RowBatch batch) = 0;
  // Number of batches submitted and not yet written.
  virtual std::size_t in_flight() const = 0;
  // Waits until at most `batches_max` are in flight; returns the first write error, for good.
  virtual Status wait(std::size_t batches_max) = 0;
  // A copy of everything written, as a store of its own, in a directory that is not there yet.
  // kFailedPrecondition: this kind of store cannot.
  virtual Status checkpoint(const std::string& /*directory*/) {
    return Status(ErrorCode::kFailedPrecondition, "this store cannot be copied while it is open");
  }
};

class StateStores {
 public:
  virtual ~StateStores() = default;
  // Opens or creates the store of a partition and generation. kFailedPrecondition: locked.
  virtual Result<std::unique_ptr<StateStore>> open(Partition partition, Generation generation) = 0;
  // Removes it, for a rebuild from a snapshot or from the beginning.
  virtual Status destroy(Partition partition, Generation generation) = 0;
};

}  // namespace qcdr::stream
