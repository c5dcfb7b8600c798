// What the ledger's folds tell about a batch once it is committed: an operator's counts.
//
// Counted in memory per batch and told as one, so that a record costs nothing; not told in replay,
// which would count again what was counted before.
// Thread-safety: called on the loop's thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/strong.h"
#include "core/time.h"

namespace qcdr {

struct ScoringTally {
  std::uint64_t rows = 0;                           // of chunks
  std::map<std::uint32_t, std::uint64_t> findings;  // by code
  std::map<std::string, std::uint64_t> outputs;     // by topic, after coalescing
  struct Upload {
    std::uint32_t kind = 0;  // number of the record kind
    bool refused = false;
    std::uint64_t accepted = 0;
    std::uint64_t held = 0;
    std::uint64_t rejected = 0;
    std::uint64_t duplicate = 0;
  };
  std::vector<Upload> uploads;       // finished in this batch
  std::optional<Instant> heartbeat;  // when the newest was sent, by the clock on the wall
};

class ScoringObserver {
 public:
  virtual ~ScoringObserver() = default;
  virtual void on_batch(Partition partition, const ScoringTally& tally) = 0;
};

}  // namespace qcdr
