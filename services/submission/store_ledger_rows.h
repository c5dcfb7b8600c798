// The rows of the submission ledger in a state store.
// Thread-safety: none. Lifetime: the store outlives it. Errors: the store's.
#pragma once

#include "stream/state_store.h"
#include "submission/attempt_ledger.h"

namespace qcdr {

class StoreLedgerRows final : public submission::LedgerRows {
 public:
  explicit StoreLedgerRows(stream::StateStore& store) : store_(store) {}
  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    return store_.get(family, key);
  }
  Status scan(Family family, std::string_view prefix, const Visit& visit) const override {
    return store_.scan(family, prefix, visit);
  }
  // Waits for the store's thread: whoever writes an intent must not go on before it is there.
  Status write(RowBatch batch) override {
    QCDR_RETURN_IF_ERROR(store_.submit(std::move(batch)));
    return store_.wait(0);
  }

 private:
  stream::StateStore& store_;
};

}  // namespace qcdr
