// How far a fold's chain of audit records is, as a row of its state: a record and the row that says
// so are made in one batch, so that each record is written once and the chain has no hole.
//
// Row: text("") | version u8 1 | first offset i64 | sequence u64 | SHA-256 of the last record, 32
// bytes; of practice 0, year 0, kind kAuditChain. In the family of facts; the second stage, whose
// facts are by entity, has it in that of counts. No part of the state digest.
// Thread-safety: value. Errors: kCorruption for a row that no correct writer makes.
#pragma once

#include "core/crypto.h"
#include "core/status.h"
#include "core/strong.h"
#include "ledger/keys.h"

namespace qcdr::ledger {

struct AuditChainRow {
  Offset begins;               // the record from which on these rules write it
  std::uint64_t sequence = 0;  // of the last record; 0: none
  Hash256 previous{};          // its digest

  std::string encode() const;
  static Result<AuditChainRow> decode(std::string_view bytes);
  static std::string key() { return fact_key(kOfThePartition, FactKind::kAuditChain, ""); }
};

}  // namespace qcdr::ledger
