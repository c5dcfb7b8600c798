// Certification that data are true, accurate and complete (42 CFR 414.1400(a)(5)), bound to a
// batch.
//
// Subject: text(batch id). Content (version 1): u8 1 | payload root text | varint documents |
//   text(replaces) | signed signed-at (ms). Thread-safety: values.
#pragma once

#include "core/time.h"
#include "ledger/versioned_fact.h"

namespace qcdr::ledger {

struct Certification {
  std::string batch_id;  // part of the fact's subject; empty: there is none
  std::string payload_root;
  std::uint32_t documents = 0;
  std::string replaces;
  Instant signed_at;
  Origin origin;

  bool present() const { return !batch_id.empty(); }
  std::string encode() const;
  static Result<Certification> decode(std::string_view content);
};

}  // namespace qcdr::ledger
