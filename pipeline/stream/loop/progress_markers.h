// Progress markers: what each transaction says about the batch of each input partition it touched.
//
// Markers of one group and input partition form a chain: each begins where the one before it ended.
// They lie in the progress topic, in the partition with the number of the input partition.
// Thread-safety: none. Lifetime: the reader outlives the cursor.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "stream/log.h"
#include "stream/loop/loop_options.h"
#include "stream/loop/output_batch.h"

namespace qcdr::stream {

struct ProgressPoint {
  // Its outputs are those that this fold makes.
  bool by_our_rules = false;
  // By what other rules of our generation; empty where that is not known.
  std::string rules;
  Offset first;
  Offset next;
  std::uint32_t output_count = 0;
  std::string output_digest;
  // One past the marker's own offset.
  Offset position;
};

// Closes the digest of `outputs`; call it once per batch.
OutputRecord make_progress_marker(const LoopOptions& options, Partition partition,
                                  OutputBatch* outputs);

class ProgressMarkers {
 public:
  ProgressMarkers(const LoopOptions& options, Partition partition, Reader& reader, Offset position)
      : options_(options), partition_(partition), reader_(reader), position_(position) {}

  // The marker of the batch that begins at `first`, which must not go back between calls; nothing
  // when the log does not show it yet. kCorruption when the chain does not pass through `first`.
  Result<std::optional<ProgressPoint>> find(Offset first);

 private:
  Status fill();

  const LoopOptions& options_;
  const Partition partition_;
  Reader& reader_;
  Offset position_;
  std::deque<ProgressPoint> points_;
};

}  // namespace qcdr::stream
