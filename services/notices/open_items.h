// What notices count of a practice: what can still be done by a deadline, and how sets stand at
// one. Rules of readiness: ledger/readiness.h. Thread-safety: none. Errors: as PracticeLedger's.
#pragma once

#include <string>

#include "ledger/practice_ledger.h"
#include "qcdr/v1/notice.pb.h"

namespace qcdr {

// TINs and clinicians for whom something that blocks sending, or costs points, can still be cured
// by a deadline that passes then. A no (an opt-out, the other way of reporting) is nobody's item.
Result<std::uint64_t> count_open_items(ledger::PracticeLedger& practice, Instant now,
                                       Instant passes_at);

// Sets of a practice that are asked for: of TINs that report as groups, and of clinicians.
struct CutOff {
  std::uint64_t ready = 0;   // nothing blocks
  std::uint64_t open = 0;    // something does, and can be cured or decided
  std::uint64_t closed = 0;  // something does for good
  std::uint64_t sets() const { return ready + open + closed; }
};
Result<CutOff> count_sets(ledger::PracticeLedger& practice, Instant at);

// The same notice as the same bytes.
std::string canonical_bytes(const v1::Notice& notice);

}  // namespace qcdr
