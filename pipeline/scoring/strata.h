// Counts of a measure with several rates, put together as the measure's definition says.
// Internal to scoring; see score.h. Source: the metric types and overall algorithms of CMS's
// measures data, and its developer documentation of submissions.
// Thread-safety: pure function. No allocation.
#pragma once

#include "scoring/score.h"

namespace qcdr::scoring {

using StrataInput = BoundedList<StratumInput, kStrataMax>;

struct CombinedCounts {
  MeasureInput counts;  // of the whole measure, with a rate where it is no quotient of counts
  std::int64_t case_count = 0;
};

// A measure without strata, or whose strata are not given, keeps its own counts.
//   overallStratumOnly: the stratum named "overall" alone.
//   weightedAverage: the sums of all strata.
//   simpleAverage: the mean of the strata's rates, over the strata that have one; the case count is
//   that of the largest stratum.
//   split: completeness and cases of the stratum "reporting", the rate of "performance".
CombinedCounts combine_strata(const ResolvedRules& rules, const MeasureInput& measure,
                              const StrataInput& strata);

}  // namespace qcdr::scoring
