// Which of the scores of a clinician CMS would use, of those that this registry holds: in words and
// as JSON. What others send is not known here. Thread-safety: free functions.
#pragma once

#include <string>

#include "cli/score_rows.h"

namespace qcdr {

// Fills what the row receives, from the scores that it holds.
void choose_received(ScoreRow* row);
// A line that ends with a line break; empty where nothing will be sent.
std::string receives_text(const ScoreRow& row);
// {"level", "value", "reason", "among", "rule"}; null where nothing will be sent.
std::string receives_json(const ScoreRow& row);

}  // namespace qcdr
