// Facts at rest are sealed: they hold NPIs and names. This stands between the ledger, which knows
// no encryption, and the store, which knows no ledger.
//
// Value: version u8 1 | text(key id) | nonce 12 | AES-256-GCM of the value; associated data: the
// row key. The layout fact (kind 0), the mark of a forgotten practice-year (kind 10) and the row of
// a parked practice (kind 36) stay open: they hold numbers only, and must be read after a key was
// destroyed.
// Thread-safety: none. Lifetime: store and keys outlive it.
#pragma once

#include <map>

#include "core/key_ring.h"
#include "core/rows.h"
#include "ledger/keys.h"

namespace qcdr {

class SealedRows final : public RowReader {
 public:
  SealedRows(const RowReader& store, KeyRing& keys) : store_(store), keys_(keys) {}

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override;
  Status scan(Family family, std::string_view prefix, const Visit& visit) const override;
  Status scan_keys(Family family, std::string_view prefix, const VisitKey& visit) const override;
  // Forgets the keys of a practice-year that was destroyed.
  void forget(ledger::PracticeYear id);
  // The same changes with facts sealed. Takes them out of `batch`: there are megabytes of them.
  Result<RowBatch> seal_batch(RowBatch batch) const;

 private:
  Result<std::string> open_value(std::string_view key, std::string_view value) const;
  Result<std::string> seal_value(std::string_view key, std::string_view value) const;

  const RowReader& store_;
  KeyRing& keys_;
  mutable std::map<std::pair<ledger::PracticeYear, std::string>, Key256> opened_;
  mutable std::map<ledger::PracticeYear, DataKey> current_;
};

}  // namespace qcdr
