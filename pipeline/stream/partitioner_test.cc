#include "stream/partitioner.h"

#include <gtest/gtest.h>

namespace qcdr::stream {
namespace {

// The values that Apache Kafka's own unit test of its Java client expects.
TEST(Murmur2, AgreesWithTheJavaClient) {
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("21")), -973932308);
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("foobar")), -790332482);
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("a-little-bit-long-string")), -985981536);
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("a-little-bit-longer-string")), -1486304829);
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8")),
            -58897971);
  EXPECT_EQ(static_cast<std::int32_t>(murmur2("abc")), 479470107);
}

TEST(Murmur2, ReadsBytesAboveAsciiAsUnsigned) {
  EXPECT_NE(murmur2(std::string_view("\xff\xfe\xfd", 3)), murmur2("\x7f\x7e\x7d"));
}

TEST(PartitionOf, DropsTheSignBit) {
  // -973932308 without its sign bit is 1173551340.
  EXPECT_EQ(partition_of("21", 24), Partition(1173551340 % 24));
}

TEST(PartitionOf, StaysInRangeAndUsesEveryPartition) {
  std::vector<int> seen(24);
  for (int i = 0; i < 2000; ++i) {
    const Partition partition = partition_of(std::to_string(i), 24);
    ASSERT_GE(partition.value(), 0);
    ASSERT_LT(partition.value(), 24);
    ++seen[static_cast<std::size_t>(partition.value())];
  }
  for (int count : seen) EXPECT_GT(count, 0);
}

TEST(PartitionOf, OnePartitionTakesAll) {
  EXPECT_EQ(partition_of("x", 1), Partition(0));
}

}  // namespace
}  // namespace qcdr::stream
