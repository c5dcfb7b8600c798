// What a file would bring to the season of a data directory, without a server: `qcdr validate
// --data-dir`. Nothing is written. Thread-safety: free function. Errors: kNotFound: no such file,
// or no season there; kFailedPrecondition while a process is using it.
#pragma once

#include <string>

#include "cli/place_options.h"
#include "core/time.h"
#include "ingest/ingest.h"

namespace qcdr {

struct OfflineDryRun {
  PlaceOptions place;
  Channel channel = Channel::kPractice;
  bool test_mode = true;
  std::optional<Instant> received_at;  // none: the latest that the season knows
};

// For people, or as JSON. Empty: the file is refused, as its findings say.
Result<std::string> offline_dry_run(const std::string& path, const OfflineDryRun& options,
                                    bool json);

}  // namespace qcdr
