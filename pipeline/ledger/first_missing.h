// What of all that is missing comes first: what blocks before what costs points, what has the next
// date before what has a later one or none.
//
// Of blocks those that the practice can still cure come first, unless something final stands beside
// them: then that is what decides, and the rest is of no use. What waits for an officer comes after
// what the practice can do. A set that does not go because the TIN reports in the other way, or in
// a virtual group, is missing nothing. Thread-safety: pure function. Lifetime: of the readiness.
#pragma once

#include <optional>

#include "ledger/readiness.h"

namespace qcdr::ledger {

struct FirstMissing {
  const Block* block = nullptr;     // null: nothing blocks
  const PointCost* cost = nullptr;  // null where something blocks
  // Until when it is in time: the next date of it that lies ahead. None: no date, or all are over.
  std::optional<Instant> last;
  bool closed = false;  // the practice can do nothing about it
};

std::optional<FirstMissing> first_missing(const Readiness& readiness, Instant as_of);

}  // namespace qcdr::ledger
