#include "core/bytes.h"

#include <gtest/gtest.h>

#include <limits>

namespace qcdr {
namespace {

constexpr std::uint64_t kEdges[] = {0,          1,          127,        128,        255,
                                    256,        16'383,     16'384,     65'535,     65'536,
                                    1ULL << 31, 1ULL << 32, 1ULL << 62, 1ULL << 63, ~0ULL};

TEST(Bytes, WhatIsWrittenIsReadBack) {
  ByteWriter writer;
  writer.u8(0xab);
  writer.u16(0xabcd);
  writer.u32(0xabcdef01);
  writer.u64(0xabcdef0123456789);
  writer.i64(-5);
  writer.big_u16(0xabcd);
  writer.big_u32(0xabcdef01);
  writer.big_u64(0xabcdef0123456789);
  writer.text("hello");
  writer.text("");
  writer.raw("xy");
  ByteReader reader(writer.bytes());
  EXPECT_EQ(reader.u8(), 0xab);
  EXPECT_EQ(reader.u16(), 0xabcd);
  EXPECT_EQ(reader.u32(), 0xabcdef01);
  EXPECT_EQ(reader.u64(), 0xabcdef0123456789);
  EXPECT_EQ(reader.i64(), -5);
  EXPECT_EQ(reader.big_u16(), 0xabcd);
  EXPECT_EQ(reader.big_u32(), 0xabcdef01);
  EXPECT_EQ(reader.big_u64(), 0xabcdef0123456789);
  EXPECT_EQ(reader.text(), "hello");
  EXPECT_EQ(reader.text(), "");
  EXPECT_EQ(reader.raw(2), "xy");
  EXPECT_TRUE(reader.at_end());
  EXPECT_TRUE(reader.ok());
}

// The layout is on disk, so it is pinned here and not only read back.
TEST(Bytes, TheLayoutIsPinned) {
  ByteWriter writer;
  writer.u16(0x0102);
  writer.u32(0x03040506);
  writer.big_u32(0x0708090a);
  writer.varint(300);
  writer.signed_varint(-1);
  writer.signed_varint(1);
  writer.text("ab");
  EXPECT_EQ(writer.bytes(), std::string("\x02\x01\x06\x05\x04\x03\x07\x08\x09\x0a\xac\x02\x01\x02"
                                        "\x02"
                                        "ab",
                                        17));
}

TEST(Bytes, VarintsCoverEveryLength) {
  for (const std::uint64_t value : kEdges) {
    ByteWriter writer;
    writer.varint(value);
    ByteReader reader(writer.bytes());
    EXPECT_EQ(reader.varint(), value);
    EXPECT_TRUE(reader.ok() && reader.at_end()) << value;
  }
}

TEST(Bytes, SignedVarintsCoverBothEnds) {
  for (const std::int64_t value :
       {std::numeric_limits<std::int64_t>::min(), std::int64_t{-65}, std::int64_t{-64},
        std::int64_t{-1}, std::int64_t{0}, std::int64_t{63}, std::int64_t{64},
        std::numeric_limits<std::int64_t>::max()}) {
    ByteWriter writer;
    writer.signed_varint(value);
    ByteReader reader(writer.bytes());
    EXPECT_EQ(reader.signed_varint(), value);
    EXPECT_TRUE(reader.ok() && reader.at_end()) << value;
  }
}

TEST(Bytes, BigEndianKeysKeepTheOrderOfTheirNumbers) {
  for (std::size_t i = 1; i < std::size(kEdges); ++i) {
    ByteWriter low, high;
    low.big_u64(kEdges[i - 1]);
    high.big_u64(kEdges[i]);
    EXPECT_LT(low.bytes(), high.bytes());
  }
}

TEST(Bytes, EveryTruncationTurnsTheReaderBad) {
  ByteWriter writer;
  writer.u64(~0ULL);
  writer.varint(~0ULL);
  writer.text("hello");
  for (std::size_t size = 0; size < writer.size(); ++size) {
    ByteReader reader(std::string_view(writer.bytes()).substr(0, size));
    static_cast<void>(reader.u64());
    static_cast<void>(reader.varint());
    static_cast<void>(reader.text());
    EXPECT_FALSE(reader.ok()) << size;
  }
}

TEST(Bytes, AReaderThatIsBadStaysBad) {
  ByteReader reader("\x01\x02");
  EXPECT_EQ(reader.u32(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0u);
  EXPECT_EQ(reader.raw(0), "");
  EXPECT_FALSE(reader.ok());
}

TEST(Bytes, ATextLongerThanTheRestIsRefused) {
  ByteWriter writer;
  writer.varint(~0ULL);
  writer.raw("abc");
  ByteReader reader(writer.bytes());
  EXPECT_EQ(reader.text(), "");
  EXPECT_FALSE(reader.ok());
}

TEST(Bytes, AVarintBeyond64BitsIsRefused) {
  ByteReader eleven("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
  static_cast<void>(eleven.varint());
  EXPECT_FALSE(eleven.ok());
  ByteReader overflow("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");
  static_cast<void>(overflow.varint());
  EXPECT_FALSE(overflow.ok());
}

TEST(Bytes, TakeLeavesAWriterThatCanBeUsedAgain) {
  ByteWriter writer;
  writer.u8(1);
  EXPECT_EQ(writer.take().size(), 1u);
  writer.clear();
  writer.u8(2);
  EXPECT_EQ(writer.bytes(), "\x02");
}

}  // namespace
}  // namespace qcdr
