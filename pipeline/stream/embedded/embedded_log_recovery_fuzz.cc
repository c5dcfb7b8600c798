// Recovery over segments that a disk, or somebody, changed.
//
// First byte of the input: how. The rest is a segment as it stands, or the payload of a frame with
// a good checksum, or a list of changes (position, value) to a good segment with a cut at the end.
// Whatever comes, recovery does not crash, every frame that ends before the first changed byte is
// there, and every record that it indexed can be read.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/assert.h"
#include "stream/embedded/recovery.h"

namespace qcdr::stream::embedded {
namespace {

struct GoodSegment {
  std::string bytes;
  std::vector<std::size_t> ends;  // of the frames
};

GoodSegment make_good_segment() {
  GoodSegment segment;
  TopicDefinition topic;
  topic.name = "topic";
  topic.partitions = 3;
  std::vector<std::string> frames = {encode_topic(topic)};
  for (std::uint32_t i = 0; i < 6; ++i) {
    RecordsEncoder encoder;
    for (std::uint32_t k = 0; k <= i; ++k) {
      OutputRecord record;
      record.key = "key";
      record.value = std::string(i * 7, 'v');
      record.headers = {{"id", "1"}};
      encoder.add(record, Target{0, k % 3});
    }
    frames.push_back(encoder.finish({GroupOffset{"group", Target{0, i % 3}, i}}));
  }
  for (std::size_t i = 0; i < frames.size(); ++i) {
    // Pairs of frames share a group, as group commit writes them.
    const std::size_t settled = i % 2 == 0 ? segment.bytes.size() : segment.ends[i - 1];
    const FrameKind kind = i == 0 ? FrameKind::kTopic : FrameKind::kRecords;
    seal_frame(&frames[i], kind, i, static_cast<std::uint32_t>(settled));
    segment.bytes += frames[i];
    segment.ends.push_back(segment.bytes.size());
  }
  return segment;
}

void read_everything(std::string_view bytes, const LogIndex& index) {
  std::uint64_t records = 0;
  for (std::uint32_t topic = 0; topic < index.topics().size(); ++topic) {
    for (std::uint32_t i = 0; i < index.topics()[topic].partitions.size(); ++i) {
      const Target target{topic, i};
      for (const FrameSlice& slice : index.slices(target, 0, std::string_view::npos)) {
        const FramePlace& frame = index.frame(slice.frame);
        SliceDecoder decoder(bytes.substr(frame.position + kFrameHeaderBytes, frame.payload_bytes),
                             target, slice.skip, slice.count);
        for (; decoder.has_next(); ++records) {
          Record record;
          QCDR_ASSERT(decoder.next(&record).is_ok());
        }
      }
    }
  }
  QCDR_ASSERT(records == index.record_count());
}

void recover_and_check(const std::string& bytes, std::size_t whole_frames, bool last) {
  LogIndex index;
  const auto used = recover_segment(bytes, {0, last, false}, &index);
  QCDR_ASSERT(index.next_sequence() >= whole_frames);
  if (used.is_ok()) QCDR_ASSERT(used.value() <= bytes.size());
  if (used.is_ok() && !last) QCDR_ASSERT(used.value() == bytes.size());
  read_everything(bytes, index);
}

}  // namespace
}  // namespace qcdr::stream::embedded

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace qcdr::stream::embedded;
  static const GoodSegment good = make_good_segment();
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data + 1), size - 1);
  const bool last = (data[0] & 2) != 0;
  if ((data[0] & 1) != 0) {
    recover_and_check(std::string(rest), 0, last);
    return 0;
  }
  if ((data[0] & 4) != 0) {
    // No mutation finds a checksum, so this one is made for it.
    std::string frame = frame_with_room_for_header();
    frame += rest;
    const FrameKind kind = (data[0] & 8) != 0 ? FrameKind::kTopic : FrameKind::kRecords;
    seal_frame(&frame, kind, good.ends.size(), 0);
    recover_and_check(good.bytes + frame, good.ends.size(), last);
    return 0;
  }
  std::string bytes = good.bytes;
  std::size_t first_change = bytes.size();
  std::size_t at = 0;
  for (; at + 3 <= rest.size(); at += 3) {
    const std::size_t position =
        (static_cast<std::size_t>(static_cast<std::uint8_t>(rest[at])) * 256 +
         static_cast<std::uint8_t>(rest[at + 1])) %
        bytes.size();
    if (bytes[position] == rest[at + 2]) continue;
    bytes[position] = rest[at + 2];
    first_change = std::min(first_change, position);
  }
  if (at < rest.size()) {
    const std::size_t cut = static_cast<std::uint8_t>(rest[at]);
    bytes.resize(bytes.size() - std::min(cut, bytes.size()));
    first_change = std::min(first_change, bytes.size());
  }
  const auto whole = std::upper_bound(good.ends.begin(), good.ends.end(), first_change);
  recover_and_check(bytes, static_cast<std::size_t>(whole - good.ends.begin()), last);
  return 0;
}
