// Compares what the pipeline published with what the batch program came to.
//
// - No output id (header "id") stands twice on the topics of projections and findings.
// - Versions of one key strictly increase.
// - The newest projection of each entity says the same score and cases as the batch program, and
//   every entity has one.
// Thread-safety: none. Errors: of the log; kCorruption for what cannot be decoded.
#pragma once

#include "batch_score.h"
#include "stream/log.h"

namespace qcdr::batch {

struct OutputReport {
  std::uint64_t agreeing = 0;
  std::uint64_t differing = 0;
  std::vector<std::string> differences;  // the first ones, in words
};

Result<OutputReport> check_outputs(stream::Log& log, const std::vector<EntityScore>& scores);

}  // namespace qcdr::batch
