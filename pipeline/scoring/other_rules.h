// The data of one input under other rules of the same year: whose points move when a table is
// published again, or when a rule is corrected.
//
// What is reported keeps its ids; what the other rules do not know is left out and named. Strata go
// by their place, and are left out where the number of strata is another one.
// Thread-safety: a pure function. Ownership: the input points into `rules`.
#pragma once

#include <string>
#include <vector>

#include "scoring/score.h"

namespace qcdr::scoring {

struct InputUnderOtherRules {
  ScoreInput input;
  std::vector<std::string> left_out;  // ids, in the order of the input
};

InputUnderOtherRules under(const ScoreInput& input, const ResolvedRules& rules);

}  // namespace qcdr::scoring
