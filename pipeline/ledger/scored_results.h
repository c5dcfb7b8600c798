// Results that a practice counted itself, as scoring takes them.
//
// One stands only where no case was counted for the same measure, so that nothing is scored twice.
// What is not known to the year's rules is left out. Thread-safety: pure functions. Errors: none.
#pragma once

#include "ledger/measure_results.h"
#include "scoring/score.h"

namespace qcdr::ledger {

void add_result(const MeasureResult& result, scoring::ScoreInput* input);

}  // namespace qcdr::ledger
