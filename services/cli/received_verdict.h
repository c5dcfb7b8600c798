// `qcdr replay --received-by T` against what was written at the last deadline by then.
//
// The two are the same question only when what had been folded at that deadline is what had been
// received by T: a row may be received before the deadline and folded behind it, and a claim of the
// second stage may have been on its way. Where they part ways this says how, and compares nothing.
// Thread-safety: free functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/deadline_verdicts.h"

namespace qcdr {

struct ReceivedVerdict {
  std::optional<DeadlineVerdict> verdict;
  std::string not_compared;  // why, when there is none
};

// `made`: the replayed state as it stands, by partition, of both stages.
Result<ReceivedVerdict> compare_received(LogView& log, Instant received_by,
                                         const std::vector<StateAtDeadline>& written,
                                         std::vector<StateAtDeadline> made);

}  // namespace qcdr
