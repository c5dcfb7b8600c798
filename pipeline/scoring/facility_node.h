// What a score's tree says of facility-based scoring: which of both scores was used, and why.
//
// Internal to scoring; see score_tree.h and facility.h. Source: 42 CFR 414.1380(e).
// Thread-safety: free functions. Ownership: nodes own their texts. Errors: none.
#pragma once

#include "scoring/score_tree.h"
#include "scoring/situation.h"

namespace qcdr::scoring {

// Of quality or cost whose percent is the hospital's.
void add_facility_percent(const ScoreInput& input, ScoreNode* original);
// On the total, of whoever is facility-based; nothing of anybody else.
void explain_facility(const Evaluation& evaluation, Situation situation, ScoreNode* total);

}  // namespace qcdr::scoring
