// What stands for a permission or an election after everything that was said about it.
//
// A deadline may cost a late yes; it never overrules a no: a revocation takes effect at once. A
// late yes is held and changes nothing until an officer lifts the hold. Source of the duty: 42 CFR
// 414.1400(b)(3)(xiii) (authorization per NPI or group). Thread-safety: values.
#pragma once

#include <string>

#include "core/time.h"
#include "ledger/fact_table.h"

namespace qcdr::ledger {

enum class ConsentState : std::uint8_t {
  kMissing = 0,
  kOnTime = 1,   // granted by its date
  kHeld = 2,     // granted after its date
  kRevoked = 3,  // taken back
};

std::string_view consent_state_name(ConsentState state);

// Where a fact came from; for history and for readers, never for decisions.
struct Origin {
  Instant received_at;
  std::uint32_t upload = 0;  // ordinal within the practice-year
  std::uint32_t row = 0;
};

struct Consent {
  ConsentState state = ConsentState::kMissing;
  Origin origin;

  FactValue encode() const;
  static Result<Consent> decode(const FactValue& value);
};

// A grant that came by its date (`on_time`) or after it. Returns whether anything changed.
bool grant(Consent* consent, bool on_time, const Origin& origin);
bool revoke(Consent* consent, const Origin& origin);

// Numbers as in the proto ReportingLevel and Pathway; 0: nothing was elected.
struct Election {
  std::uint8_t level = 0;
  std::uint8_t pathway = 0;
  Origin origin;
};

// How a TIN reports: the election in force, and one that came too late and waits for an officer.
struct ReportingOptionFact {
  Election in_force;
  Election held;

  FactValue encode() const;
  static Result<ReportingOptionFact> decode(const FactValue& value);
};

}  // namespace qcdr::ledger
