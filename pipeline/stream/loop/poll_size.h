// How many records to ask of a log at once, so that they come to about so many bytes.
//
// Records that were read stand in memory twice, undecoded and in the log's own cache, until they
// are folded; chunks are a hundred times as large as control records, and one follows the other.
// The largest that was read lately tells how large the next ones may be. Invariant: 1 <= records()
// <= poll_records_max. Thread-safety: none. Pure. Lifetime: `options` outlives it.
#pragma once

#include <vector>

#include "stream/log.h"
#include "stream/loop/loop_options.h"

namespace qcdr::stream {

class PollSize {
 public:
  explicit PollSize(const LoopOptions& options);
  std::size_t records() const;
  // What was read. Nothing is no news.
  void note(const std::vector<Record>& read);

 private:
  const LoopOptions& options_;
  std::size_t record_bytes_;  // expected of the next ones
};

}  // namespace qcdr::stream
