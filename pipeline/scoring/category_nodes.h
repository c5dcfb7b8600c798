// The parts of a score tree that explain improvement activities, promoting interoperability and
// cost, row by row. Internal to scoring; see score_tree.h.
// Thread-safety: pure functions. Ownership: nodes own their texts.
#pragma once

#include "scoring/activities.h"
#include "scoring/score_tree.h"

namespace qcdr::scoring {

// Each adds parts, metadata, messages and citations to the node of the category's percent.
void add_activity_parts(const ScoreInput& input, bool counts_more, ActivitiesCredit credit,
                        ScoreNode* original);
void add_interoperability_parts(const ScoreInput& input, ScoreNode* original);
void add_cost_parts(const ScoreInput& input, ScoreNode* original);

}  // namespace qcdr::scoring
