// Measurements of the quality category. Internal; see qpp_submission.h.
#pragma once

#include "scoring/qpp_submission.h"

namespace qcdr::scoring {

// What is wrong is told, and the measurement left out.
void read_quality_measurement(const JsonCursor& measurement, CollectionType collection,
                              PreviewInput* input);
// Nothing when the set's submission method is not known.
std::optional<CollectionType> read_collection(const JsonCursor& set, PreviewInput* input);

}  // namespace qcdr::scoring
