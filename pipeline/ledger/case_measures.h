// Counts of cases as scoring takes them: one measure for each slot, and a measure with several
// rates for the slots of its strata.
//
// Of an overall rate that cases do not decide (rulebook::OverallRate) the parts are put together
// here. Pooled: the sums of all. Average: the mean of the parts' rates; each part must have an
// eligible case, else the measure is not submitted; cases and completeness are those of the part
// with the most eligible cases, because a case can be in several parts.
// Thread-safety: pure function. No allocation. Errors: none.
#pragma once

#include "ledger/count_table.h"
#include "ledger/ledger_rules.h"
#include "scoring/score.h"

namespace qcdr::ledger {

void add_case_measures(const YearLedgerRules& rules, const EntityCounts& counts,
                       scoring::ScoreInput* input);

}  // namespace qcdr::ledger
