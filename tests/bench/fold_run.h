// The scoring service's fold as the product runs it: processing loop, ledger fold, RocksDB.
//
// Thread-safety: none. Lifetime: log, keys and observer outlive the run. Errors: the first status
// of the loop or of a stopped partition.
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

class FoldRun {
 public:
  FoldRun(stream::Log& log, const std::string& state_directory, KeyRing& keys,
          stream::LoopObserver& observer);

  Result<stream::StepOutcome> step() { return loop_.step(); }
  Result<bool> caught_up();
  // Steps until nothing is left to fold.
  Status fold_everything();
  // Writes and closes everything.
  Status close();
  const ledger::LedgerRules& rules() const { return rules_; }

 private:
  ledger::LedgerRules rules_;
  LedgerFoldFactory folds_;
  stream::SystemClock clock_;
  stream::RocksdbStores stores_;
  stream::Loop loop_;
};

// Creates the topics and appends every record of the input.
Status fill_log(const Input& input, stream::Log& log);

}  // namespace qcdr::bench
