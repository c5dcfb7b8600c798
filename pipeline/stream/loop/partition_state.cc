#include "stream/loop/partition_state.h"

#include "core/bytes.h"
#include "core/crc32c.h"

namespace qcdr::stream {
namespace {

constexpr std::uint8_t kLayoutVersion = 2;
constexpr std::uint8_t kLayoutVersionWithoutRules = 1;
constexpr std::uint8_t kEventLayoutVersion = 1;
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kChecksumBytes = 4;

Status corrupt(const char* what) {
  return Status(ErrorCode::kCorruption, std::string("partition state: ") + what);
}

}  // namespace

std::string PartitionState::encode() const {
  ByteWriter writer;
  writer.u8(kLayoutVersion);
  writer.u32(generation.value());
  writer.i64(applied.value());
  writer.i64(partition_time.milliseconds());
  writer.raw(digest.bytes());
  writer.u8(last_record ? 1 : 0);
  if (last_record) {
    QCDR_ASSERT(last_record->offset < applied);
    writer.i64(last_record->offset.value());
    writer.u32(last_record->checksum);
  }
  writer.i64(progress_position.value());
  writer.text(topic);
  writer.text(group);
  QCDR_ASSERT(rules.size() <= kRulesBytesMax);
  writer.text(rules);
  writer.u32(crc32c(writer.bytes()));
  return writer.take();
}

Result<PartitionState> PartitionState::decode(std::string_view bytes) {
  if (bytes.size() < kChecksumBytes) return corrupt("too short");
  const std::string_view body = bytes.substr(0, bytes.size() - kChecksumBytes);
  if (ByteReader(bytes.substr(body.size())).u32() != crc32c(body)) return corrupt("checksum");
  ByteReader reader(body);
  const std::uint8_t version = reader.u8();
  if (version != kLayoutVersion && version != kLayoutVersionWithoutRules) {
    return corrupt("unknown layout version");
  }
  PartitionState state;
  state.generation = Generation(reader.u32());
  state.applied = Offset(reader.i64());
  state.partition_time = Instant::from_milliseconds(reader.i64());
  const std::string_view digest = reader.raw(kDigestBytes);
  if (!reader.ok()) return corrupt("too short");
  QCDR_ASSIGN_OR_RETURN(state.digest, StateDigest::from_bytes(digest));
  const std::uint8_t has_record = reader.u8();
  if (has_record > 1) return corrupt("flag");
  if (has_record == 1) {
    LastRecord last;
    last.offset = Offset(reader.i64());
    last.checksum = reader.u32();
    if (last.offset >= state.applied) return corrupt("last record beyond the applied offset");
    state.last_record = last;
  }
  state.progress_position = Offset(reader.i64());
  state.topic = std::string(reader.text());
  state.group = std::string(reader.text());
  if (version == kLayoutVersion) state.rules = std::string(reader.text());
  if (state.rules.size() > kRulesBytesMax) return corrupt("rules");
  if (!reader.ok() || !reader.at_end()) return corrupt("length");
  if (state.applied < Offset(0) || state.progress_position < Offset(0)) return corrupt("negative");
  return state;
}

Result<std::optional<PartitionState>> read_partition_state(const RowReader& rows) {
  QCDR_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                        rows.get(Family::kMeta, kPartitionRowKey));
  if (!row) return std::optional<PartitionState>();
  QCDR_ASSIGN_OR_RETURN(PartitionState state, PartitionState::decode(*row));
  return std::optional<PartitionState>(std::move(state));
}

std::string event_row_key(std::string_view event_id) {
  QCDR_ASSERT(!event_id.empty() && event_id.size() <= kEventIdBytesMax);
  return std::string(kEventRowPrefix) + std::string(event_id);
}

std::string encode_event_row(Offset applied_at) {
  ByteWriter writer;
  writer.u8(kEventLayoutVersion);
  writer.i64(applied_at.value());
  return writer.take();
}

Result<Offset> decode_event_row(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::uint8_t version = reader.u8();
  const Offset applied_at(reader.i64());
  if (!reader.ok() || !reader.at_end() || version != kEventLayoutVersion)
    return corrupt("event row");
  return applied_at;
}

}  // namespace qcdr::stream
