#include "stream/embedded/recovery.h"

#include <fmt/core.h>

namespace qcdr::stream::embedded {
namespace {

// Is there a whole frame after `damaged` that was written when `damaged` was durable already?
bool was_durable(std::string_view bytes, std::size_t damaged, std::uint64_t next_sequence) {
  const std::uint64_t frames_max = bytes.size() / kFrameHeaderBytes;
  for (std::size_t at = damaged + 1; at < bytes.size(); ++at) {
    at = bytes.find("QF", at);
    if (at == std::string_view::npos) return false;
    FrameHeader header;
    if (!read_frame_header(bytes.substr(at), &header)) continue;
    // Cheap checks before the checksum, so that hostile content cannot make this slow.
    if (header.settled <= damaged || header.settled > at) continue;
    if (header.sequence <= next_sequence || header.sequence > next_sequence + frames_max) continue;
    std::string_view payload;
    if (parse_frame(bytes.substr(at), &header, &payload)) return true;
  }
  return false;
}

}  // namespace

Result<std::size_t> recover_segment(std::string_view bytes, const SegmentRules& rules,
                                    LogIndex* index) {
  std::size_t position = 0;
  while (position < bytes.size()) {
    FrameHeader header;
    std::string_view payload;
    if (!parse_frame(bytes.substr(position), &header, &payload)) break;
    const FramePlace place{rules.number, static_cast<std::uint32_t>(position),
                           header.payload_bytes};
    Status applied = index->apply(header, payload, place);
    if (!applied.is_ok()) {
      return applied.with_context(fmt::format("segment {} at {}", rules.number, position));
    }
    position += kFrameHeaderBytes + payload.size();
  }
  if (position == bytes.size()) return position;
  if (!rules.last) {
    return Status(ErrorCode::kCorruption,
                  fmt::format("segment {} is damaged at {}", rules.number, position));
  }
  if (!rules.accept_loss && was_durable(bytes, position, index->next_sequence())) {
    return Status(ErrorCode::kCorruption,
                  fmt::format("segment {} is damaged at {}, before records that were acknowledged",
                              rules.number, position));
  }
  return position;
}

}  // namespace qcdr::stream::embedded
