// Sets of improvement activities. Internal; see qpp_submission.h.
#pragma once

#include <set>

#include "scoring/qpp_submission.h"

namespace qcdr::scoring {

// An activity takes so many days in a row of the performance year (414.1360); what was done in
// another period earns nothing, which is told.
bool is_long_enough(const JsonCursor& set, PreviewInput* input);

// `seen`: the activities of the set so far.
void read_activity(const JsonCursor& measurement, std::set<const rulebook::Activity*>* seen,
                   PreviewInput* input);

}  // namespace qcdr::scoring
