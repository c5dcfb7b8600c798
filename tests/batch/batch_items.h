// The canonical items of a season, as docs/state.md writes them, and their digest.
// Thread-safety: free functions.
#pragma once

#include "batch_sums.h"
#include "core/digest.h"

namespace qcdr::batch {

// Every item, in no particular order.
std::vector<std::string> items_of(const Season& season, const SeasonSums& sums);
StateDigest digest_of(const std::vector<std::string>& items);

}  // namespace qcdr::batch
