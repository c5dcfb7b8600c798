// What the loop itself keeps in a partition's store, beside the fold's rows: family kMeta.
//
// Row "partition", written in every batch together with the rows of the same freeze:
//   u8   layout version, 2
//   u32  generation
//   i64  A: one past the last offset applied
//   i64  partition time: largest timestamp seen, milliseconds
//   32   state digest
//   u8   1: a record was applied, then i64 its offset and u32 its CRC-32C; 0: none yet
//   i64  place in the progress partition from which markers of later batches are found
//   text input topic, text group (varint length, bytes)
//   text rules that made the outputs below A; empty: none were made, another generation made them,
//        or there are no rules
//   u32  CRC-32C of all bytes before it
// Layout version 1 had no rules; it is read as if they were empty.
// Row "event/<id>", once per control event applied:
//   u8   layout version, 1
//   i64  offset at which it was applied
// Integers are little endian. An example in bytes stands in partition_state_test.cc.
// Errors: decoding gives kCorruption for bytes that encode() never makes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/digest.h"
#include "core/rows.h"
#include "core/strong.h"
#include "core/time.h"
#include "stream/loop/loop_options.h"

namespace qcdr::stream {

inline constexpr std::string_view kPartitionRowKey = "partition";
inline constexpr std::string_view kEventRowPrefix = "event/";
inline constexpr std::size_t kEventIdBytesMax = 200;

struct LastRecord {
  Offset offset;
  std::uint32_t checksum = 0;
  friend bool operator==(const LastRecord&, const LastRecord&) = default;
};

struct PartitionState {
  Generation generation;
  Offset applied;
  Instant partition_time;
  StateDigest digest;
  std::optional<LastRecord> last_record;
  Offset progress_position;
  std::string topic;
  std::string group;
  std::string rules;

  std::string encode() const;
  static Result<PartitionState> decode(std::string_view bytes);
  friend bool operator==(const PartitionState&, const PartitionState&) = default;
};

// The row of a store, or nothing in a new one.
Result<std::optional<PartitionState>> read_partition_state(const RowReader& rows);

std::string event_row_key(std::string_view event_id);
std::string encode_event_row(Offset applied_at);
Result<Offset> decode_event_row(std::string_view bytes);

}  // namespace qcdr::stream
