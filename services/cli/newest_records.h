// The newest records of a log, as releases of parked practices left them: what was left out is not
// there, what was mended is as it came.
//
// Thread-safety: free function. Errors: those of the log; kCorruption for dead letters that nobody
// here made.
#pragma once

#include <map>
#include <string>

#include "cli/log_view.h"
#include "qcdr/v1/registry_record.pb.h"

namespace qcdr {

struct NewestRecords {
  std::map<std::int32_t, v1::Chunk> chunks;  // by partition, the last
  std::string rulebook_digest;               // of the last end of an upload
  std::size_t undecodable = 0;               // laid aside, and nobody's, or of whom is parked
};

// Looks at `count_max` records of each partition.
Result<NewestRecords> read_newest_records(LogView& log, std::int64_t count_max);

}  // namespace qcdr
