// Cases that the registry accepts after the final date, because an audit found them wrong.
//
// Only named cases, and only what is received in the window of the correction, before the
// practice's data are certified and while CMS takes data. Content (version 1): u8 1 | signed first
// and last millisecond | text(reason) | varint number of tokens, each text(case token), sorted.
// Thread-safety: values.
#pragma once

#include <vector>

#include "core/identifiers.h"
#include "core/time.h"
#include "ledger/versioned_fact.h"
#include "rulebook/rulebook.h"

namespace qcdr::ledger {

struct AuditCorrection {
  Instant opens_at;
  Instant closes_at;  // inclusive
  std::string reason;
  std::vector<CaseToken> cases;  // ascending

  bool names(const CaseToken& token) const;
  bool is_open_at(Instant received_at) const {
    return opens_at <= received_at && received_at <= closes_at;
  }
  std::string encode() const;
  static Result<AuditCorrection> decode(std::string_view content);
};

// While it is open, sets wait for the cases that it names.
struct AuditWindow {
  Instant opens_at;
  Instant closes_at;  // inclusive
  bool is_open_at(Instant at) const { return opens_at <= at && at <= closes_at; }
};

// Whether a named case that was received then is let in. `facts`: of the practice-year, for its
// certifications.
Result<bool> audit_accepts(const AuditCorrection& correction, Instant received_at,
                           const rulebook::YearRules& rules, const FactTable& facts);

}  // namespace qcdr::ledger
