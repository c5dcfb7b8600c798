#include "core/rows.h"

#include <gtest/gtest.h>

namespace qcdr {
namespace {

TEST(RowBatch, KeepsTheOrderOfItsChanges) {
  RowBatch batch;
  EXPECT_TRUE(batch.empty());
  batch.put(Family::kFacts, "key", "value");
  batch.erase(Family::kCounts, "gone");
  ASSERT_EQ(batch.rows().size(), 2u);
  EXPECT_EQ(batch.rows()[0].family, Family::kFacts);
  EXPECT_EQ(batch.rows()[0].key, "key");
  EXPECT_EQ(batch.rows()[0].value, "value");
  EXPECT_EQ(batch.rows()[1].family, Family::kCounts);
  EXPECT_FALSE(batch.rows()[1].value.has_value());
}

TEST(RowBatch, CountsItsBytes) {
  RowBatch batch;
  batch.put(Family::kFacts, "key", "value");
  batch.erase(Family::kFacts, "gone");
  EXPECT_EQ(batch.bytes(), 12u);
  batch.clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.bytes(), 0u);
}

TEST(Family, ValuesAreOnDisk) {
  EXPECT_EQ(static_cast<int>(Family::kMeta), 0);
  EXPECT_EQ(static_cast<int>(Family::kFacts), 1);
  EXPECT_EQ(static_cast<int>(Family::kCounts), 2);
  EXPECT_EQ(static_cast<int>(Family::kCaseBlocks), 3);
  EXPECT_EQ(static_cast<int>(Family::kCaseDirectory), 4);
  EXPECT_EQ(kFamilyCount, 5);
}

}  // namespace
}  // namespace qcdr
