// State of any number of partitions, opened for looking: what `score` and `state` read.
// Only the newest generation of each partition is looked at.
// Thread-safety: none. Errors: kFailedPrecondition while a process is using a store.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/score_rows.h"
#include "common/file_key_ring.h"
#include "common/sealed_rows.h"
#include "core/digest.h"
#include "ledger/ledger.h"
#include "stream/loop/partition_state.h"

namespace qcdr {

class StateView {
 public:
  // `state_directories`: one for each instance that folds, e.g. "data/state".
  static Result<std::unique_ptr<StateView>> open(const std::vector<std::string>& state_directories,
                                                 const std::string& key_directory);

  // Over stores that this process has open and that do not change while the view lives.
  struct OpenStore {
    Partition partition;
    const RowReader* rows = nullptr;
  };
  static Result<std::unique_ptr<StateView>> over(const std::vector<OpenStore>& stores,
                                                 const std::string& key_directory);

  struct PartitionView {
    Partition partition;
    stream::PartitionState state;
    std::unique_ptr<RowReader> store;
    std::unique_ptr<SealedRows> rows;
    std::unique_ptr<ledger::Ledger> ledger;
  };
  std::vector<PartitionView>& partitions() { return partitions_; }
  KeyRing& keys() { return *keys_; }
  // The log's clock: the largest timestamp that any partition has seen.
  Instant as_of() const;
  // Sum of the partitions' digests as stored.
  StateDigest digest() const;
  Result<std::vector<ScoreRow>> score_rows();

 private:
  explicit StateView(std::unique_ptr<FileKeyRing> keys);
  Status add_directory(const std::string& directory);
  // Nothing is added for a store that was never written.
  Status add_store(Partition partition, std::unique_ptr<RowReader> store);

  std::unique_ptr<FileKeyRing> keys_;
  ledger::LedgerRules rules_;
  std::vector<PartitionView> partitions_;
};

}  // namespace qcdr
