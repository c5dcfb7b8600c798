// The quality category: rates, achievement points, the percent. Which measures count: see
// quality_pick.h. Internal to scoring; see score.h. Source: 42 CFR 414.1380(b)(1), 414.1340.
//
// Thread-safety: pure functions. Errors: impossible counts assert. No allocation.
#pragma once

#include "scoring/quality_pick.h"
#include "scoring/score.h"

namespace qcdr::scoring {

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

// Who reports, beside the practice's size.
struct Reporter {
  std::int32_t clinicians = 0;  // together; 1 for an individual, 0 where it is not known
  bool app = false;             // through the APM performance pathway
  bool pathway = false;         // through that one or a MIPS value pathway
};

// Rates, basis and points of one measure, not picked yet.
MeasureScore score_measure(const ResolvedRules& rules, const MeasureInput& input,
                           bool small_practice, const Reporter& reporter = {});
// The same of a measure whose strata are put together.
MeasureScore score_measure_of(const ResolvedRules& rules, const ScoreInput& input,
                              const MeasureInput& measure, bool small_practice);
// The most that it can come to by the cases that are known: all of them reported, performance at
// its best. Their number, the benchmark and what CMS computes from claims stay as they are.
MeasureScore best_score_of(const ResolvedRules& rules, const ScoreInput& input,
                           const MeasureInput& measure, bool small_practice);
// Whether a topped-out benchmark ends at the cap for this measure, collected in this way.
bool is_capped(const ResolvedMeasure& resolved, CollectionType collection);
// Administrative claims are CMS's own: nobody submits them, and they come on top of what is
// required.
bool is_administrative(const MeasureScore& score);

// Sets the points that depend on the practice's size.
void apply_practice_size(const ResolvedRules& rules, bool small_practice, MeasureScores* scores);
// 0..100, with all bonuses and the percentage points of improvement. Asserts slots > 0.
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
