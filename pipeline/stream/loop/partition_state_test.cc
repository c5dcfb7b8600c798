#include "stream/loop/partition_state.h"

#include <gtest/gtest.h>

#include "core/bytes.h"
#include "core/crc32c.h"

namespace qcdr::stream {
namespace {

PartitionState example() {
  PartitionState state;
  state.generation = Generation(2);
  state.applied = Offset(258);
  state.partition_time = Instant::from_milliseconds(1);
  state.last_record = LastRecord{Offset(256), 0x01020304};
  state.progress_position = Offset(3);
  state.topic = "in";
  state.group = "g";
  state.rules = "r";
  return state;
}

TEST(PartitionStateTest, LayoutIsPermanent) {
  const std::string zeros(64, '0');  // the digest of an empty state
  EXPECT_EQ(hex(example().encode()),
            "02"                // layout version
            "02000000"          // generation
            "0201000000000000"  // applied
            "0100000000000000"  // partition time
                + zeros +
                "01"                // a record was applied
                "0001000000000000"  // its offset
                "04030201"          // its CRC-32C
                "0300000000000000"  // progress position
                "02696e"            // topic
                "0167"              // group
                "0172"              // rules
                "90ae97c2");        // CRC-32C of the above
}

// What earlier programs wrote; which rules made it, it does not say.
TEST(PartitionStateTest, TheLayoutWithoutRulesIsRead) {
  ByteWriter writer;
  const std::string now = example().encode();
  writer.u8(1);
  writer.raw(std::string_view(now).substr(1, now.size() - 1 - 2 - 4));
  writer.u32(crc32c(writer.bytes()));
  PartitionState without = example();
  without.rules.clear();
  EXPECT_EQ(PartitionState::decode(writer.bytes()).value(), without);
}

TEST(PartitionStateTest, ComesBack) {
  PartitionState state = example();
  state.digest.add_item("something");
  EXPECT_EQ(PartitionState::decode(state.encode()).value(), state);
  state.last_record.reset();
  state.applied = Offset(0);
  EXPECT_EQ(PartitionState::decode(state.encode()).value(), state);
}

TEST(PartitionStateTest, EveryChangedBitIsNoticed) {
  const std::string bytes = example().encode();
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(PartitionState::decode(changed).status().code(), ErrorCode::kCorruption) << bit;
  }
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(PartitionState::decode(bytes.substr(0, size)).is_ok()) << size;
  }
  EXPECT_FALSE(PartitionState::decode(bytes + std::string(1, '\0')).is_ok());
}

TEST(PartitionStateTest, EventRows) {
  EXPECT_EQ(event_row_key("deadline-2022"), "event/deadline-2022");
  EXPECT_EQ(hex(encode_event_row(Offset(5))), "010500000000000000");
  EXPECT_EQ(decode_event_row(encode_event_row(Offset(5))).value(), Offset(5));
  EXPECT_FALSE(decode_event_row("").is_ok());
  EXPECT_FALSE(decode_event_row(std::string("\x02", 1) + std::string(8, '\0')).is_ok());
}

}  // namespace
}  // namespace qcdr::stream
