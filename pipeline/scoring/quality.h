// The quality category: rates, achievement points, the choice of the required measures.
// Internal to scoring; see score.h. Source: 42 CFR 414.1380(b)(1), 414.1335, 414.1340.
//
// Thread-safety: pure functions. Errors: impossible counts assert. No allocation.
#pragma once

#include "scoring/score.h"

namespace qcdr::scoring {

using MeasureScores = BoundedList<MeasureScore, kMeasuresMax>;

// Where a rate falls in a benchmark.
struct Placement {
  int decile = kBelowDeciles;
  Decimal points;      // decile and fraction, before floor and cap; zero below all deciles
  Decimal bound;       // cut point of the decile; zero below all deciles
  Decimal next_bound;  // cut point that the fraction runs to; `bound` in the last decile
};

// The decile is the last one whose cut point the rate reaches, so deciles with equal cut points
// are skipped, and the last decile needs no interpolation. The worst possible rate (zero, or a
// hundred for an inverse measure) reaches none.
Placement place(const rulebook::Benchmark& benchmark, bool inverse, Decimal rate,
                int points_decimals);

// Where the year's rules say something about this measure.
const ResolvedMeasure& resolved_measure(const ResolvedRules& rules,
                                        const rulebook::Measure& measure);

// Rates, basis and points of one measure, not picked yet.
MeasureScore score_measure(const ResolvedRules& rules, const MeasureInput& input,
                           bool small_practice);

struct QualityScore {
  Decimal points;          // of the picked measures, without bonus
  std::int64_t slots = 0;  // measures in the denominator; 0: nothing can be scored
  bool submitted = false;
  bool required_missing = false;  // no outcome or high-priority measure: its slot stays empty
};

// Picks among `scores` and sums. First the best outcome measure, or else the best high-priority
// one, then the best others; without such a measure its slot stays empty.
QualityScore pick(const ResolvedRules& rules, MeasureScores* scores);
// Sets the points that depend on the practice's size.
void apply_practice_size(const ResolvedRules& rules, bool small_practice, MeasureScores* scores);
// 0..100, with the small-practice bonus. Asserts slots > 0.
Decimal quality_percent(const ResolvedRules& rules, const QualityScore& score, bool small_practice);

// Points available to a clinician with `slots` measures.
inline Decimal available_points(const ResolvedRules& rules, std::int64_t slots) {
  return Decimal::from_raw(rules.points_maximum.raw() * slots);
}

}  // namespace qcdr::scoring
