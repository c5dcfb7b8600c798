// What could still be earned, beside what is: the most that a measure and the quality category can
// come to, and what an empty place costs. Internal to scoring; see score_tree.h. It follows from
// the same rules as the score: 42 CFR 414.1380(b)(1).
//
// Thread-safety: pure functions. Errors: none. No allocation.
#pragma once

#include <optional>

#include "scoring/quality.h"

namespace qcdr::scoring {

// Each measure of the input at its most, in the same order; see best_score_of().
MeasureScores best_scores(const ScoreInput& input, bool small_practice);

// The percent of quality with the measures that are here at their most, and nothing more submitted.
// Nothing when no measure can be scored.
std::optional<Decimal> potential_quality_percent(const ScoreInput& input, bool small_practice);

// What a place without a measure costs: what the best measure would earn there, everything else as
// it is, improvement over the year before too.
struct PlaceCost {
  Decimal points;       // of the category
  Decimal final_score;  // points of the final score; it ends at its maximum
};
PlaceCost cost_of_empty_place(const ScoreInput& input, const ScoreSummary& summary,
                              const QualityScore& quality, bool small_practice,
                              Decimal improvement);

}  // namespace qcdr::scoring
