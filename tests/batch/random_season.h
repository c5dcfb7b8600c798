// Seasons that no practice would send: every kind of upload in any order and at any time, cut into
// any chunks, with gaps, repeats, refusals, withdrawals and rosters that change backwards; two
// practices between each other, and holds that are lifted for both.
//
// A season is a function of the year's rules and its seed. Thread-safety: free function. For tests
// only.
#pragma once

#include <cstdint>

#include "generated_season.h"
#include "rulebook/rulebook.h"

namespace qcdr::batch {

void make_random_season(const rulebook::YearRules& rules, std::uint64_t seed,
                        const ChunkTaker& taker);

}  // namespace qcdr::batch
