// Reading a segment back after a stop: which frames are whole, and what to do with the rest.
//
// A frame that is damaged in an earlier segment is lost data: kCorruption, always. In the last
// segment it is a write that a crash cut short, and recovery drops it and what follows, unless a
// later frame proves that the damaged place was durable before (see FrameHeader::settled): then
// acknowledged records would be dropped, which is kCorruption too, and nothing is changed.
// Thread-safety: free functions over values.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/status.h"
#include "stream/embedded/log_index.h"

namespace qcdr::stream::embedded {

struct SegmentRules {
  std::uint32_t number = 0;
  bool last = true;
  // Drop what follows a damaged frame of the last segment even when it was acknowledged.
  bool accept_loss = false;
};

// Applies the whole frames of a segment to *index and returns how many bytes they take; less than
// bytes.size() only in the last segment. After an error *index holds the frames before it.
Result<std::size_t> recover_segment(std::string_view bytes, const SegmentRules& rules,
                                    LogIndex* index);

}  // namespace qcdr::stream::embedded
