#include "stream/embedded/payload.h"

#include <cstring>
#include <limits>

#include "core/assert.h"
#include "stream/embedded/frame.h"

namespace qcdr::stream::embedded {
namespace {

constexpr std::uint8_t kHasValue = 1;
constexpr std::uint8_t kHasOwnTime = 2;
constexpr std::uint8_t kCompacted = 1;
constexpr std::uint8_t kCreationTime = 2;
constexpr std::uint32_t kPartitionsMax = 100'000;
constexpr std::size_t kAppendTimeBytes = sizeof(std::int64_t);
constexpr std::size_t kVarintBytesMax = 10;

Target read_target(ByteReader& reader, bool* well_formed) {
  const std::uint64_t topic = reader.varint();
  const std::uint64_t partition = reader.varint();
  if (topic > std::numeric_limits<std::uint32_t>::max() || partition >= kPartitionsMax) {
    *well_formed = false;
    return {};
  }
  return {static_cast<std::uint32_t>(topic), static_cast<std::uint32_t>(partition)};
}

Status malformed() {
  return Status(ErrorCode::kCorruption, "malformed payload of a log frame");
}

}  // namespace

RecordsEncoder::RecordsEncoder() = default;

void RecordsEncoder::add(const OutputRecord& record, Target target) {
  targets_.push_back(target);
  body_.varint(target.topic);
  body_.varint(target.partition);
  std::uint8_t flags = 0;
  if (record.value.has_value()) flags |= kHasValue;
  if (record.timestamp.has_value()) flags |= kHasOwnTime;
  body_.u8(flags);
  if (record.timestamp.has_value()) body_.signed_varint(record.timestamp->milliseconds());
  body_.text(record.key);
  if (record.value.has_value()) body_.text(*record.value);
  body_.varint(record.headers.size());
  for (const Header& header : record.headers) {
    body_.text(header.name);
    body_.text(header.value);
  }
}

// Takes as much memory as the frame does: a string that has something doubles when it grows, and
// frames stay in the log's cache.
std::string RecordsEncoder::finish(const std::vector<GroupOffset>& offsets) const {
  constexpr std::size_t kHeadBytesMax = kFrameHeaderBytes + kAppendTimeBytes + 2 * kVarintBytesMax;
  constexpr std::size_t kOffsetBytesMax = 4 * kVarintBytesMax;
  std::size_t bytes_max = kHeadBytesMax + body_.size();
  for (const GroupOffset& offset : offsets) bytes_max += kOffsetBytesMax + offset.group.size();
  ByteWriter writer;
  writer.reserve(bytes_max);
  writer.raw(frame_with_room_for_header());
  writer.i64(0);
  writer.varint(targets_.size());
  writer.raw(body_.bytes());
  writer.varint(offsets.size());
  for (const GroupOffset& offset : offsets) {
    writer.text(offset.group);
    writer.varint(offset.target.topic);
    writer.varint(offset.target.partition);
    writer.signed_varint(offset.next);
  }
  return writer.take();
}

void stamp_append_time(std::string* frame, Instant time) {
  QCDR_ASSERT(frame->size() >= kFrameHeaderBytes + kAppendTimeBytes);
  const std::int64_t milliseconds = time.milliseconds();
  std::memcpy(frame->data() + kFrameHeaderBytes, &milliseconds, sizeof milliseconds);
}

RecordsDecoder::RecordsDecoder(std::string_view payload)
    : payload_bytes_(payload.size()), reader_(payload) {
  append_time_ = Instant::from_milliseconds(reader_.i64());
  record_count_ = reader_.varint();
}

std::uint32_t RecordsDecoder::position() const {
  return static_cast<std::uint32_t>(payload_bytes_ - reader_.remaining());
}

Target RecordsDecoder::skip_record() {
  const Target target = read_target(reader_, &well_formed_);
  const std::uint8_t flags = reader_.u8();
  if ((flags & ~(kHasValue | kHasOwnTime)) != 0) well_formed_ = false;
  if ((flags & kHasOwnTime) != 0) reader_.signed_varint();
  reader_.text();
  if ((flags & kHasValue) != 0) reader_.text();
  const std::uint64_t headers = reader_.varint();
  for (std::uint64_t i = 0; i < headers && ok(); ++i) {
    reader_.text();
    reader_.text();
  }
  return target;
}

std::vector<GroupOffset> RecordsDecoder::offsets() {
  std::vector<GroupOffset> offsets;
  const std::uint64_t count = reader_.varint();
  for (std::uint64_t i = 0; i < count && ok(); ++i) {
    GroupOffset offset;
    offset.group = std::string(reader_.text());
    offset.target = read_target(reader_, &well_formed_);
    offset.next = reader_.signed_varint();
    if (offset.next < 0) well_formed_ = false;
    offsets.push_back(std::move(offset));
  }
  return offsets;
}

Status decode_record(std::string_view payload, std::uint32_t position, Record* record) {
  if (payload.size() < kAppendTimeBytes || position > payload.size()) return malformed();
  std::int64_t append_time = 0;
  std::memcpy(&append_time, payload.data(), sizeof append_time);
  ByteReader reader(payload.substr(position));
  reader.varint();
  reader.varint();
  const std::uint8_t flags = reader.u8();
  const std::int64_t time = (flags & kHasOwnTime) != 0 ? reader.signed_varint() : append_time;
  record->timestamp = Instant::from_milliseconds(time);
  record->key = std::string(reader.text());
  record->value.reset();
  if ((flags & kHasValue) != 0) record->value = std::string(reader.text());
  record->headers.clear();
  const std::uint64_t headers = reader.varint();
  for (std::uint64_t i = 0; i < headers && reader.ok(); ++i) {
    Header header;
    header.name = std::string(reader.text());
    header.value = std::string(reader.text());
    record->headers.push_back(std::move(header));
  }
  return reader.ok() ? Status::ok() : malformed();
}

Status SliceDecoder::next(Record* record) {
  QCDR_ASSERT(has_next());
  while (walked_ < decoder_.record_count()) {
    const std::uint32_t position = decoder_.position();
    const Target target = decoder_.skip_record();
    if (!decoder_.ok()) break;
    ++walked_;
    if (target != target_) continue;
    if (skip_ > 0) {
      --skip_;
      continue;
    }
    --left_;
    return decode_record(payload_, position, record);
  }
  return malformed();
}

std::string encode_topic(const TopicDefinition& topic) {
  QCDR_ASSERT(topic.partitions > 0);
  ByteWriter writer;
  writer.raw(frame_with_room_for_header());
  writer.text(topic.name);
  writer.varint(static_cast<std::uint64_t>(topic.partitions));
  const int flags = (topic.compacted ? kCompacted : 0) | (topic.creation_time ? kCreationTime : 0);
  writer.u8(static_cast<std::uint8_t>(flags));
  // Hours plus one; 0 stands for "kept for good".
  writer.varint(topic.retention ? static_cast<std::uint64_t>(topic.retention->count()) + 1 : 0);
  return writer.take();
}

Result<TopicDefinition> decode_topic(std::string_view payload) {
  ByteReader reader(payload);
  TopicDefinition topic;
  topic.name = std::string(reader.text());
  const std::uint64_t partitions = reader.varint();
  const std::uint8_t flags = reader.u8();
  topic.compacted = (flags & kCompacted) != 0;
  topic.creation_time = (flags & kCreationTime) != 0;
  const std::uint64_t retention = reader.varint();
  if (!reader.ok() || !reader.at_end() || topic.name.empty()) return malformed();
  if ((flags & ~(kCompacted | kCreationTime)) != 0) return malformed();
  if (partitions == 0 || partitions > kPartitionsMax) return malformed();
  topic.partitions = static_cast<std::int32_t>(partitions);
  if (retention > static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max())) {
    return malformed();
  }
  if (retention > 0) topic.retention = std::chrono::hours(static_cast<int>(retention - 1));
  return topic;
}

}  // namespace qcdr::stream::embedded
