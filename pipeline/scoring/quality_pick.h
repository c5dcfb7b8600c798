// Which measures are in the quality category: the choice of the required measures, how many are
// required, and the bonuses that depend on the choice. Internal to scoring; see score.h.
// Source: 42 CFR 414.1335(a), 414.1365(c)(1) and (d)(3)(i), 414.1380(b)(1)(v), (vi)(F), (vii).
//
// Thread-safety: pure functions. Errors: none. No allocation. Units: points.
#pragma once

#include "scoring/score.h"

namespace qcdr::scoring {

using MeasureScores = BoundedList<MeasureScore, kMeasuresMax>;

struct QualityScore {
  Decimal points;          // of the picked measures, without bonus
  std::int64_t slots = 0;  // measures in the denominator; 0: nothing can be scored
  bool submitted = false;
  bool required_missing = false;  // no outcome or high-priority measure: its slot stays empty
  // All that is submitted is of one cluster of related measures, so that these many are required;
  // zero: the year's number is.
  std::int64_t cluster_measures = 0;
  bool full_participation = false;  // every required measure is submitted and complete
  // Beside that of small practices, each kind cut at its share of the available points.
  Decimal high_priority_bonus;
  Decimal end_to_end_bonus;
  Decimal complex_organization_bonus;

  Decimal bonus() const {
    return high_priority_bonus + end_to_end_bonus + complex_organization_bonus;
  }
};

// Points of a measure count: it is submitted, or from claims, and CMS scores it.
bool is_scored(const MeasureScore& score);
// Somebody sent data on it; measures from administrative claims nobody sends.
bool is_submitted(const MeasureScore& score);

// The bonuses of what is picked and submitted; `quality` has its slots already. See
// quality_bonus.cc.
void add_bonuses(const ResolvedRules& rules, const Profile& profile, const MeasureScores& scores,
                 QualityScore* quality);

// Picks among `scores` and sums. Where CMS takes a cluster of related measures for all that apply,
// fewer than the year's number are required of who submits measures of one cluster and nothing else
// (414.1335(a)(1): who has fewer reports each that applies); a measure of it that is not submitted
// leaves its slot empty. First the best outcome measure, or else the best high-priority one, then
// the best others; without such a measure its slot stays empty. A measure that was collected in
// several ways is picked once, where it earns most. MIPS value pathways have a number of their own,
// and of the measures from claims the best alone; the CMS Web Interface has all of its measures.
QualityScore pick(const ResolvedRules& rules, const Profile& profile, MeasureScores* scores);

}  // namespace qcdr::scoring
