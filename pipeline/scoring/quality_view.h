// Quality of an entity in each practice size, as reported, with the best benchmarks that CMS could
// still make, and with what others may fill.
//
// Internal to scoring; see situation.h. Source: 42 CFR 414.1380(b)(1).
// Thread-safety: pure function. Ownership: none. Errors: none. No allocation.
#pragma once

#include "scoring/situation.h"

namespace qcdr::scoring {

// Fills what an evaluation has of quality; `quality` is what was picked of `scores`.
void evaluate_quality(const ScoreInput& input, const MeasureScores& scores,
                      const QualityScore& quality, Evaluation* evaluation);

}  // namespace qcdr::scoring
