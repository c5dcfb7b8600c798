// The whole log folded: digest and scores over all practice-years.
// Thread-safety: free function. Errors: kInvalidArgument for a year that the rulebook lacks.
#pragma once

#include "batch_items.h"
#include "batch_score.h"

namespace qcdr::batch {

struct BatchResult {
  StateDigest digest;
  std::vector<EntityScore> scores;  // by entity id, then practice and year
  std::uint64_t practice_years = 0;
  std::uint64_t uploads = 0;
  std::uint64_t cases = 0;
};

Result<BatchResult> run(const History& history, const rulebook::Rulebook& rulebook,
                        const Key256& entity_key);

}  // namespace qcdr::batch
