// By what scoring's outputs are made besides the generation (LoopOptions::rules): the rulebook, how
// scores are computed by it, and what the contract lets them say. A release in which one of them
// differs says everything again, and does not compare a replay's outputs with those of the release
// before.
// Thread-safety: free functions.
#pragma once

#include <string>
#include <string_view>

#include "core/crypto.h"

namespace qcdr {

// The digest of the rulebook and the way of computing, then that of the contract.
std::string ledger_output_rules(const Hash256& rulebook_digest);
std::string entity_output_rules();

// `before` made outputs by this rulebook, computed in the same way. Empty: that is not known, or
// another generation made them.
bool is_same_scoring(std::string_view before, const Hash256& rulebook_digest);

}  // namespace qcdr
