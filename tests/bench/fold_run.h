// The scoring service's fold as the product runs it: processing loop, ledger fold, RocksDB.
//
// Thread-safety: none. Lifetime: log, keys, observer and registries outlive the run. Errors: the
// first status of the loop or of a stopped partition.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "bench_input.h"
#include "scoring/ledger_fold.h"
#include "stream/loop/loop.h"
#include "stream/rocksdb/rocksdb_stores.h"
#include "stream/system_clock.h"

namespace qcdr::bench {

stream::LoopOptions loop_options();

// Caches; 0: as the product has them.
struct FoldCaches {
  std::size_t decoded_bytes = 0;  // objects that the fold keeps decoded; a quarter may be unwritten
  std::size_t store_bytes = 0;    // RocksDB's blocks and write buffers together
};

class FoldRun {
 public:
  FoldRun(stream::Log& log, const std::string& state_directory, KeyRing& keys,
          stream::LoopObserver& observer, const FoldCaches& caches = {},
          reference::NpiRegistries* npi_registries = nullptr);

  Result<stream::StepOutcome> step() { return loop_.step(); }
  Result<bool> caught_up();
  // Steps until nothing is left to fold.
  Status fold_everything();
  // Writes and closes everything.
  Status close();
  // Of the whole state; once it is closed. It does not depend on the caches.
  Result<StateDigest> digest();
  const ledger::LedgerRules& rules() const { return rules_; }
  // The most that RocksDB's cache held between two steps of fold_everything().
  std::size_t cache_bytes_most() const { return cache_bytes_most_; }

 private:
  ledger::LedgerRules rules_;
  LedgerFoldFactory folds_;
  stream::SystemClock clock_;
  stream::RocksdbStores stores_;
  stream::Loop loop_;
  std::size_t cache_bytes_most_ = 0;
};

// Creates the topics and appends every record of the input.
Status fill_log(const Input& input, stream::Log& log);
// The two halves of it.
Status make_topics(std::int32_t partitions, stream::Log& log);
Status append_input(const Input& input, stream::Appender& appender);

}  // namespace qcdr::bench
