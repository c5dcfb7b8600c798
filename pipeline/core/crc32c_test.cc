#include "core/crc32c.h"

#include <gtest/gtest.h>

#include <string>

namespace qcdr {
namespace {

// Bit by bit, from the polynomial's definition: independent of table and instruction.
std::uint32_t reference(std::string_view data) {
  std::uint32_t crc = 0xffffffff;
  for (char c : data) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82f63b78 : crc >> 1;
  }
  return ~crc;
}

std::string pattern(std::size_t size) {
  std::string data;
  std::uint32_t state = 12345;
  for (std::size_t i = 0; i < size; ++i) {
    state = state * 1'664'525 + 1'013'904'223;
    data.push_back(static_cast<char>(state >> 24));
  }
  return data;
}

TEST(Crc32c, MatchesKnownVectors) {
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
  // RFC 3720, B.4.
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  std::string ascending, descending;
  for (char c = 0; c < 32; ++c) {
    ascending.push_back(c);
    descending.push_back(static_cast<char>(31 - c));
  }
  EXPECT_EQ(crc32c(ascending), 0x46dd794eu);
  EXPECT_EQ(crc32c(descending), 0x113fdb5cu);
}

TEST(Crc32c, EqualsTheDefinitionAtEveryLengthAndAlignment) {
  const std::string data = pattern(80);
  for (std::size_t from = 0; from < 9; ++from) {
    for (std::size_t size = 0; from + size <= data.size(); ++size) {
      const std::string_view part = std::string_view(data).substr(from, size);
      ASSERT_EQ(crc32c(part), reference(part)) << from << " " << size;
    }
  }
}

// Whole words go through the eight-byte path, single bytes never do.
TEST(Crc32c, ChainsThroughTheSeed) {
  const std::string data = pattern(4099);
  const std::uint32_t whole = crc32c(data);
  for (std::size_t split : {0u, 1u, 7u, 8u, 9u, 1024u, 4098u, 4099u}) {
    const std::string_view view(data);
    EXPECT_EQ(crc32c(view.substr(split), crc32c(view.substr(0, split))), whole) << split;
  }
  std::uint32_t one_by_one = 0;
  for (const char& c : data) one_by_one = crc32c(std::string_view(&c, 1), one_by_one);
  EXPECT_EQ(one_by_one, whole);
}

TEST(Crc32c, SeesEverySingleBit) {
  const std::string data = pattern(64);
  const std::uint32_t whole = crc32c(data);
  for (std::size_t bit = 0; bit < data.size() * 8; ++bit) {
    std::string changed = data;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_NE(crc32c(changed), whole) << bit;
  }
}

}  // namespace
}  // namespace qcdr
