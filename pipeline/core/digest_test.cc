#include "core/digest.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace qcdr {
namespace {

Hash256 filled(std::uint8_t byte) {
  Hash256 hash;
  hash.fill(byte);
  return hash;
}

TEST(StateDigest, DoesNotDependOnTheOrder) {
  std::vector<std::string> items{"a", "b", "c", "d"};
  StateDigest expected;
  for (const auto& item : items) expected.add_item(item);
  while (std::next_permutation(items.begin(), items.end())) {
    StateDigest digest;
    for (const auto& item : items) digest.add_item(item);
    ASSERT_EQ(digest, expected);
  }
}

TEST(StateDigest, DoesNotDependOnThePartitions) {
  StateDigest whole;
  std::array<StateDigest, 3> parts;
  for (int i = 0; i < 100; ++i) {
    const std::string item = "practice " + std::to_string(i);
    whole.add_item(item);
    parts[static_cast<std::size_t>(i % 3)].add_item(item);
  }
  StateDigest sum;
  for (const StateDigest& part : parts) sum.add(part);
  EXPECT_EQ(sum, whole);
  for (const StateDigest& part : parts) sum.subtract(part);
  EXPECT_EQ(sum, StateDigest());
}

TEST(StateDigest, SubtractIsTheInverseOfAdd) {
  StateDigest digest;
  digest.add_item("kept");
  const StateDigest before = digest;
  digest.add_item("taken away");
  EXPECT_NE(digest, before);
  digest.subtract_item("taken away");
  EXPECT_EQ(digest, before);
  // Below zero is modulo 2^256.
  StateDigest negative;
  negative.subtract_item("x");
  negative.add_item("x");
  EXPECT_EQ(negative, StateDigest());
}

TEST(StateDigest, TheSameItemTwiceCountsTwice) {
  StateDigest once, twice;
  once.add_item("x");
  twice.add_item("x");
  twice.add_item("x");
  EXPECT_NE(once, twice);
  EXPECT_NE(twice, StateDigest());
}

TEST(StateDigest, CarriesThroughEveryLimb) {
  StateDigest digest;
  digest.add(filled(0xff));
  Hash256 one{};
  one[0] = 1;
  digest.add(one);
  EXPECT_EQ(digest, StateDigest());
  Hash256 low_limb{};
  std::fill_n(low_limb.begin(), 8, std::uint8_t{0xff});
  StateDigest carry;
  carry.add(low_limb);
  carry.add(one);
  std::string expected(32, '\0');
  expected[8] = 1;
  EXPECT_EQ(carry.bytes(), expected);
}

TEST(StateDigest, KeepsItsBytes) {
  StateDigest digest;
  digest.add_item("x");
  EXPECT_EQ(digest.bytes(), view(sha256("x")));
  EXPECT_EQ(StateDigest::from_bytes(digest.bytes()).value(), digest);
  EXPECT_EQ(digest.to_hex(), hex(view(sha256("x"))));
  EXPECT_EQ(StateDigest::from_bytes("short").status().code(), ErrorCode::kCorruption);
  EXPECT_EQ(StateDigest().to_hex(), std::string(64, '0'));
}

}  // namespace
}  // namespace qcdr
