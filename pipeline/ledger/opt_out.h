// "Do not send individual data to CMS": filed and revoked, per TIN/NPI pair.
//
// A no is never late: filing takes effect at once and beats a consent, whichever came first.
// Revoking is a yes: after its date it is held and the opt-out stands. There is no opt-out from a
// group. Canonical: state u8 | categories u8 | reason u8 | origin | late revocation u8 (0 none, 1
// it waits, 2 refused) | its origin. An unreadable row is a fact of its own: it holds the
// individual sets of its TIN, or of every TIN of the practice when its TIN could not be read, until
// somebody clears it.
// Thread-safety: values.
#pragma once

#include "ledger/standing.h"

namespace qcdr::ledger {

enum class OptOutState : std::uint8_t { kNone = 0, kFiled = 1, kRevoked = 2 };

struct OptOutFact {
  OptOutState state = OptOutState::kNone;
  std::uint8_t categories = 0;  // bit 1 << Category; 0: all
  std::uint8_t reason = 0;      // number of the proto OptOut.Reason
  Origin origin;
  bool revocation_held = false;     // revoked too late: the opt-out stands, an officer decides
  bool revocation_refused = false;  // revoked too late, and an officer said no
  Origin held_origin;               // of either

  bool filed() const { return state == OptOutState::kFiled; }
  FactValue encode() const;
  static Result<OptOutFact> decode(const FactValue& value);
};

// Each returns whether anything changed.
bool file(OptOutFact* fact, std::uint8_t categories, std::uint8_t reason, const Origin& origin);
bool revoke(OptOutFact* fact, bool on_time, const Origin& origin);
// An officer lets a late revocation in, or refuses it.
bool promote(OptOutFact* fact);
bool refuse(OptOutFact* fact);

}  // namespace qcdr::ledger
