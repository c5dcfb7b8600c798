// How far a stage's input had been committed, by the progress markers on the log.
// Thread-safety: free functions. Errors: kCorruption for a marker that cannot be decoded.
#pragma once

#include <optional>

#include "cli/log_view.h"

namespace qcdr {

// One past the last record of the partition whose batch was committed, at any time or by `instant`.
Result<Offset> end_of_progress(LogView& log, const std::string& topic, const std::string& group,
                               Partition partition, std::optional<Instant> instant);

}  // namespace qcdr
