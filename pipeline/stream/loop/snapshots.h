// Copies of stores in another directory, from which a lost instance begins instead of from the
// first record.
//
// `<directory>/generation-<g>/partition-<p>/applied-<A>/` is a whole store; its row "partition"
// says A and the digest, as in every store. A copy is made under another name and renamed when it
// is durable, so what has the name is whole. The newest kSnapshotsKept of a partition are kept.
// Whoever opens a copy replays from its A; one that lies ahead of the log is refused as every such
// store is.
// Thread-safety: free functions; one process writes a partition's copies. Errors: kIo, kCorruption.
#pragma once

#include <string>
#include <vector>

#include "stream/state_store.h"

namespace qcdr::stream {

inline constexpr std::size_t kSnapshotsKept = 2;

struct Snapshot {
  Generation generation;
  Partition partition;
  Offset applied;
  std::string path;
};

// Copies what is written of the store, which is what was frozen at `applied`.
Status take_snapshot(const std::string& directory, Generation generation, Partition partition,
                     Offset applied, StateStore& store);
// Every whole copy, by generation, partition and offset.
Result<std::vector<Snapshot>> list_snapshots(const std::string& directory);
// Puts a copy in the place of a store that is not there. kAlreadyExists when one is.
Status restore_snapshot(const Snapshot& snapshot, const std::string& state_directory);

}  // namespace qcdr::stream
