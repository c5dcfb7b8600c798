// Which clinician of the roster somebody may have meant who typed another NPI.
// Thread-safety: pure function.
#pragma once

#include <optional>
#include <vector>

#include "ledger/pair_table.h"

namespace qcdr::ledger {

// The listed pair of the same TIN whose NPI differs from `given` by the least: one digit, or two
// neighbours that changed places (both count 1), or twice that. None when nobody is so near, or
// when two are equally near: a guess that may be the wrong person is worse than none. `given` may
// be any ten digits; an NPI with a valid check digit is never just one digit away.
std::optional<std::uint32_t> nearest_listed(const std::vector<PairRow>& pairs, std::uint32_t tin,
                                            std::uint64_t given);

// 0 to 2 as above, else 3.
int npi_distance(std::uint64_t a, std::uint64_t b);

}  // namespace qcdr::ledger
