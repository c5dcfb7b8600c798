// Which snapshot of the NPI register is in force for which performance year, in one partition.
//
// Rows: facts of practice 0, year 0, kind kNpiRegistry, subject: year as big-endian u32; text("") |
// digest, 32 bytes. No part of the state digest: what follows from a snapshot is in the facts of
// practices. Thread-safety: none. Lifetime: rows outlive it. Errors: those of the finder;
// kCorruption for rows that no correct writer makes.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "core/crypto.h"
#include "core/npi_entry.h"
#include "core/rows.h"
#include "ledger/keys.h"

namespace qcdr::ledger {

// The snapshot that a control record named by its digest.
using FindNpiRegistry =
    std::function<Result<std::shared_ptr<const NpiLookup>>(const Hash256& digest)>;

class NpiRegistryRows {
 public:
  explicit NpiRegistryRows(const RowReader& rows) : rows_(rows) {}

  // Without a finder nobody is looked up: for those who only read.
  void find_by(FindNpiRegistry find) { find_ = std::move(find); }
  // Null: none is in force for that year.
  Result<const NpiLookup*> of(PerformanceYear year);
  // The snapshot that is in force from now on. Null: it is of an earlier day than the one in force,
  // which stays: somebody announced it who has no other.
  Result<const NpiLookup*> release(PerformanceYear year, const Hash256& digest);
  void freeze(RowBatch* batch);

 private:
  struct InForce {
    Hash256 digest{};
    std::shared_ptr<const NpiLookup> lookup;
    bool dirty = false;
  };
  Status load();

  const RowReader& rows_;
  FindNpiRegistry find_;
  std::map<PerformanceYear, InForce> in_force_;
  bool loaded_ = false;
};

}  // namespace qcdr::ledger
