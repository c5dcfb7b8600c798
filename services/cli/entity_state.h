// State of the second stage, opened for looking: what `qcdr state verify` reads of it.
// Thread-safety: free functions. Errors: kFailedPrecondition while a process is using a store,
// kCorruption when rows do not come to the stored digest.
#pragma once

#include <string>
#include <vector>

#include "core/digest.h"
#include "core/status.h"
#include "core/strong.h"

namespace qcdr {

struct EntityPartition {
  Partition partition;
  Generation generation;
  Offset applied;
  StateDigest digest;
};

// The newest state of each partition, by partition. None: no second stage ran there.
// `recompute`: the digest from every row is compared with the stored one.
Result<std::vector<EntityPartition>> read_entity_state(
    const std::vector<std::string>& state_directories, bool recompute);

}  // namespace qcdr
