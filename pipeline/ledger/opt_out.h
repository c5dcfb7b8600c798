// "Do not send individual data to CMS": filed and revoked, per TIN/NPI pair.
//
// A no is never late: filing takes effect at once and beats a consent, whichever came first.
// Revoking is a yes: after its date it is held and the opt-out stands. There is no opt-out from a
// group. Filing again can only add categories: fewer are a yes, which is what a revocation is for.
// Canonical: state u8 | categories u8 | reason u8 | origin | late revocation u8 (0 none, 1 it
// waits, 2 refused) | its origin, and only when they say something: origin since when it stands |
// categories of the late revocation u8. An unreadable row is a fact of its own: it holds the
// individual sets of its TIN, or of every TIN of the practice when its TIN could not be read, until
// somebody clears it. So is a file that was refused as a whole, until one that files for somebody
// completes. Thread-safety: values.
#pragma once

#include "ledger/standing.h"

namespace qcdr::ledger {

enum class OptOutState : std::uint8_t { kNone = 0, kFiled = 1, kRevoked = 2 };

struct OptOutFact {
  OptOutState state = OptOutState::kNone;
  CategoryBits categories = 0;  // 0: all
  std::uint8_t reason = 0;      // number of the proto OptOut.Reason
  Origin origin;
  bool revocation_held = false;      // revoked too late: the opt-out stands, an officer decides
  bool revocation_refused = false;   // revoked too late, and an officer said no
  Origin held_origin;                // of either
  CategoryBits held_categories = 0;  // that the late revocation is about; 0: all
  Origin since;                      // filed again for more, it stands since it was filed first

  bool filed() const { return state == OptOutState::kFiled; }
  FactValue encode() const;
  static Result<OptOutFact> decode(const FactValue& value);
};

// Each returns whether anything changed.
bool file(OptOutFact* fact, CategoryBits categories, std::uint8_t reason, const Origin& origin);
// `categories`: those that may be sent again; 0: all.
bool revoke(OptOutFact* fact, bool on_time, CategoryBits categories, const Origin& origin);
// The late revocation was never meant. False: there is none.
bool withdraw_revocation(OptOutFact* fact);
// An officer lets a late revocation in, or refuses it.
bool promote(OptOutFact* fact);
bool refuse(OptOutFact* fact);

// The opt-out stood when the election in force was made, or let in: the election made a group cover
// somebody who had said no.
bool stood_when_elected(const OptOutFact& fact, const ReportingOptionFact& option);

}  // namespace qcdr::ledger
