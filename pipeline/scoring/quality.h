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
// hundred for an inverse measure) reaches none; a rate that is no percentage has no worst value.
Placement place(const rulebook::Benchmark& benchmark, bool inverse, Decimal rate,
                int points_decimals, bool percentage = true);

// Where the year's rules say something about this measure.
const ResolvedMeasure& resolved_measure(const ResolvedRules& rules,
                                        const rulebook::Measure& measure);

// 100 * part / whole, half up to `decimals`; whole > 0.
Decimal rate_percent(std::int64_t part, std::int64_t whole, int decimals);

// Rates, basis and points of one measure, not picked yet. `group_size` 0: not known.
MeasureScore score_measure(const ResolvedRules& rules, const MeasureInput& input,
                           bool small_practice, std::int32_t group_size = 0);
// The same of a measure whose strata are put together.
MeasureScore score_measure_of(const ResolvedRules& rules, const ScoreInput& input,
                              const MeasureInput& measure, bool small_practice);
// Administrative claims are CMS's own: nobody submits them, and they come on top of what is
// required.
bool is_administrative(const MeasureScore& score);

struct QualityScore {
  Decimal points;          // of the picked measures, without bonus
  std::int64_t slots = 0;  // measures in the denominator; 0: nothing can be scored
  bool submitted = false;
  bool required_missing = false;    // no outcome or high-priority measure: its slot stays empty
  bool by_cluster = false;          // the related measures alone are required
  bool full_participation = false;  // every required measure is submitted and complete
};

// Picks among `scores` and sums. `applicability`: fewer measures than the year's number apply to
// who has submitted every measure of one cluster of related measures and nothing else
// (414.1335(a)(1): who has fewer reports each that applies). First the best outcome measure, or
// else the best high-priority one, then the best others; without such a measure its slot stays
// empty. A measure that was collected in several ways is picked once, where it earns most.
QualityScore pick(const ResolvedRules& rules, bool applicability, MeasureScores* scores);
// Sets the points that depend on the practice's size.
void apply_practice_size(const ResolvedRules& rules, bool small_practice, MeasureScores* scores);
// 0..100, with the small-practice bonus and the percentage points of improvement. Asserts
// slots > 0.
Decimal quality_percent(const ResolvedRules& rules, const QualityScore& score, bool small_practice,
                        Decimal improvement = {});
// 0..100, achievement alone. Asserts slots > 0.
Decimal achievement_percent(const ResolvedRules& rules, const QualityScore& score);
// Percentage points that improvement over the year before earns: 414.1380(b)(1)(vi).
Decimal improvement_points(const ResolvedRules& rules, const QualityScore& score,
                           const std::optional<Decimal>& prior_percent);

// Points available to a clinician with `slots` measures.
inline Decimal available_points(const ResolvedRules& rules, std::int64_t slots) {
  return Decimal::from_raw(rules.points_maximum.raw() * slots);
}

}  // namespace qcdr::scoring
