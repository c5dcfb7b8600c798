// Final scores from sums: a second, small scoring, in exact integer arithmetic.
//
// 42 CFR 414.1335, 414.1340, 414.1367, 414.1380 as they were in 2019 to 2026, every number from the
// rulebook; what a year has no number for is no rule of it.
// Fixed here: cost is unknown and reweighted, what no list says is no, there is no year before.
// Thread-safety: free functions. Units: ten-thousandths of a point.
#pragma once

#include "batch_categories.h"
#include "batch_sums.h"

namespace qcdr::batch {

struct EntityScore {
  EntityId entity;
  PracticeYear practice_year;
  bool group = false;
  std::uint32_t counted = 0;
  std::uint32_t held = 0;
  std::int64_t final_score = 0;
  bool published = true;  // somebody on the roster or on a case: the pipeline must have told it
};

// One for each TIN and each pair that is scored on its own, by entity id.
std::vector<EntityScore> score_all(const Season& season, const SeasonSums& sums);

// Points of a measure with these counts; nothing when it is not submitted or not scored.
std::optional<std::int64_t> measure_points(const rulebook::YearRules& rules, const Reported& counts,
                                           bool small_practice, bool app);

}  // namespace qcdr::batch
