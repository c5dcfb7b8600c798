// The frame: the unit that the embedded log writes, checks and recovers. docs/embedded-log.md
// describes the bytes.
//
// Invariants
// - A frame is whole or it is not there: its checksum covers header and payload.
// - Sequence numbers rise by one from frame to frame, through all segments.
// - `settled` is a position in the frame's own segment; every byte before it was durable when the
//   frame was written, so a damaged frame below it is lost data and no torn write.
// Thread-safety: free functions over values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace qcdr::stream::embedded {

inline constexpr std::size_t kFrameHeaderBytes = 24;
inline constexpr std::uint8_t kFrameVersion = 1;

enum class FrameKind : std::uint8_t {
  kTopic = 1,    // a topic's definition
  kRecords = 2,  // records and group offsets that become visible together
};

struct FrameHeader {
  std::uint8_t kind = 0;  // as read; may be of a later version
  std::uint8_t version = 0;
  std::uint32_t payload_bytes = 0;
  std::uint64_t sequence = 0;
  std::uint32_t settled = 0;
  std::uint32_t checksum = 0;
};

// Bytes that a caller puts in front of a payload for seal_frame() to fill.
std::string frame_with_room_for_header();

// Fills the header of `frame`, whose payload begins at kFrameHeaderBytes, and its checksum.
void seal_frame(std::string* frame, FrameKind kind, std::uint64_t sequence, std::uint32_t settled);

// Reads the header that begins `bytes`, checking magic and length but no checksum. False when the
// frame cannot be whole.
bool read_frame_header(std::string_view bytes, FrameHeader* header);

// Reads the frame that begins `bytes`. False when there is none that is whole and undamaged.
bool parse_frame(std::string_view bytes, FrameHeader* header, std::string_view* payload);

}  // namespace qcdr::stream::embedded
