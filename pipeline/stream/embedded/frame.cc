#include "stream/embedded/frame.h"

#include <cstring>
#include <limits>

#include "core/assert.h"
#include "core/bytes.h"
#include "core/crc32c.h"

namespace qcdr::stream::embedded {
namespace {

constexpr char kMagic[2] = {'Q', 'F'};
constexpr std::size_t kChecksumAt = kFrameHeaderBytes - sizeof(std::uint32_t);

std::uint32_t checksum_of(std::string_view frame) {
  const std::uint32_t of_header = crc32c(frame.substr(0, kChecksumAt));
  return crc32c(frame.substr(kFrameHeaderBytes), of_header);
}

}  // namespace

std::string frame_with_room_for_header() {
  return std::string(kFrameHeaderBytes, '\0');
}

void seal_frame(std::string* frame, FrameKind kind, std::uint64_t sequence, std::uint32_t settled) {
  QCDR_ASSERT(frame->size() >= kFrameHeaderBytes);
  const std::size_t payload_bytes = frame->size() - kFrameHeaderBytes;
  QCDR_ASSERT(payload_bytes <= std::numeric_limits<std::uint32_t>::max());
  ByteWriter header;
  header.raw(kMagic, sizeof kMagic);
  header.u8(kFrameVersion);
  header.u8(static_cast<std::uint8_t>(kind));
  header.u32(static_cast<std::uint32_t>(payload_bytes));
  header.u64(sequence);
  header.u32(settled);
  QCDR_ASSERT(header.size() == kChecksumAt);
  std::memcpy(frame->data(), header.bytes().data(), kChecksumAt);
  const std::uint32_t checksum = checksum_of(*frame);
  std::memcpy(frame->data() + kChecksumAt, &checksum, sizeof checksum);
}

bool read_frame_header(std::string_view bytes, FrameHeader* header) {
  if (bytes.size() < kFrameHeaderBytes) return false;
  if (std::memcmp(bytes.data(), kMagic, sizeof kMagic) != 0) return false;
  ByteReader reader(bytes.substr(sizeof kMagic, kFrameHeaderBytes - sizeof kMagic));
  header->version = reader.u8();
  header->kind = reader.u8();
  header->payload_bytes = reader.u32();
  header->sequence = reader.u64();
  header->settled = reader.u32();
  header->checksum = reader.u32();
  return bytes.size() - kFrameHeaderBytes >= header->payload_bytes;
}

bool parse_frame(std::string_view bytes, FrameHeader* header, std::string_view* payload) {
  if (!read_frame_header(bytes, header)) return false;
  const std::string_view frame = bytes.substr(0, kFrameHeaderBytes + header->payload_bytes);
  if (checksum_of(frame) != header->checksum) return false;
  *payload = frame.substr(kFrameHeaderBytes);
  return true;
}

}  // namespace qcdr::stream::embedded
