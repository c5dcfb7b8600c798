// From a score to the summary that readers of qcdr.public.score-projections.v1 get.
// Thread-safety: free functions.
#pragma once

#include "ledger/practice_ledger.h"

namespace qcdr::v1 {
class ScoreProjection;
}

namespace qcdr::ledger {

struct EntityProjection {
  PracticeYear practice_year;
  EntityId entity;
  bool group = false;
  std::uint32_t cases_counted = 0;
  std::uint32_t cases_held = 0;
};

// Everything but the version and the rulebook digest. The message is cleared first, so that a
// caller can use one again and again.
void fill_projection(const EntityProjection& entity, const scoring::ScoreInput& input,
                     const scoring::ScoreSummary& summary, v1::ScoreProjection* message);

// "1234/2022/<entity id in hex>".
std::string projection_key(PracticeYear practice_year, const EntityId& entity);

}  // namespace qcdr::ledger
