// What the decision to send leads to outside of the ledger: documents, and that one is not to be
// sent any more. Thread-safety: values. Privacy: a payload holds an NPI; it leaves the fold sealed.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/crypto.h"
#include "core/time.h"
#include "ledger/keys.h"

namespace qcdr::ledger {

// A check that was passed, and the record that satisfied it.
struct PassedGate {
  std::uint32_t reason = 0;  // number of the proto Blocker.Reason
  std::string record_id;     // "<upload id>/<row>"
};

struct LeftOutCategory {
  std::uint8_t category = 0;
  std::uint32_t code = 0;  // of the finding that says why
};

struct FrozenDocument {
  Offset cause;
  PracticeYear practice_year;
  EntityId entity;
  std::uint8_t entity_kind = 0;  // number of the proto EntityKind
  std::uint8_t category = 0;     // number of the proto Category
  Hash256 document_id{};
  std::string program;
  std::string method;
  std::string payload;
  Hash256 payload_sha256{};
  std::string request_id;
  std::string certification_id;
  std::string key_id;
  Instant data_cutoff;
  Instant frozen_at;
  TinToken tin;
  std::string encrypted_tin;
  std::vector<PassedGate> checks;
  std::vector<LeftOutCategory> left_out;
  std::string actor;
  std::uint32_t authority = 0;  // number of the proto Authority
};

struct CancelledDocument {
  Offset cause;
  PracticeYear practice_year;
  EntityId entity;
  std::uint8_t category = 0;
  Hash256 document_id{};
  std::uint32_t reason = 0;  // number of the proto Blocker.Reason
  std::uint32_t code = 0;
  bool withdraw = false;
  Instant cancelled_at;
  std::string actor;  // empty: the fold
  std::uint32_t authority = 0;
};

using DocumentChange = std::variant<FrozenDocument, CancelledDocument>;

}  // namespace qcdr::ledger
