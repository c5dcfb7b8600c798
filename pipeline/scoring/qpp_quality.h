// Measurements of the quality category. Internal; see qpp_submission.h.
#pragma once

#include "scoring/qpp_submission.h"

namespace qcdr::scoring {

Status read_quality_measurement(const JsonCursor& measurement, CollectionType collection,
                                PreviewInput* input);
Result<CollectionType> read_collection(const JsonCursor& set);

}  // namespace qcdr::scoring
