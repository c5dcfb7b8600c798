// The cost category, from values that CMS computed. Internal to scoring; see score.h.
// Source: 42 CFR 414.1380(b)(2), 414.1350.
// Thread-safety: pure functions. No allocation. Units: points, percent.
#pragma once

#include "scoring/quality.h"

namespace qcdr::scoring {

struct CostMeasureScore {
  Decimal points;
  std::int8_t decile = 0;
  bool scored = false;  // has a benchmark and enough cases
};

struct CostScore {
  Decimal percent;      // 0..100, with improvement
  Decimal points;       // of the scored measures
  Decimal improvement;  // percentage points in `percent`
  std::int64_t scored = 0;
};

CostMeasureScore score_cost_measure(const ResolvedRules& rules, const CostInput& input);
CostScore score_cost(const ScoreInput& input);

// The benchmark of a cost measure; null when there is none.
const rulebook::Benchmark* cost_benchmark(const ResolvedRules& rules,
                                          const rulebook::CostMeasure& measure);

}  // namespace qcdr::scoring
