#include "ledger/flat_index.h"

#include <gtest/gtest.h>

#include <map>

namespace qcdr::ledger {
namespace {

TEST(FlatIndex, FindsNothingInAnEmptyTable) {
  const FlatIndex index;
  EXPECT_EQ(index.find(0), std::nullopt);
}

TEST(FlatIndex, FindsWhatWasInsertedAndNothingElse) {
  FlatIndex index;
  std::map<std::uint64_t, std::uint32_t> model;
  // Keys as pairs have them (TIN ordinal above NPI), and keys that fall on the same slots.
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    const std::uint64_t tin = i % 7;
    model.emplace(tin << 40 | (2'000'000'000 + i), i);
    model.emplace(std::uint64_t{i} << 48, 10'000 + i);
  }
  for (const auto& [key, value] : model) index.insert(key, value);
  for (const auto& [key, value] : model) {
    EXPECT_EQ(index.find(key), value);
    if (!model.contains(key + 1)) {
      EXPECT_EQ(index.find(key + 1), std::nullopt);
    }
  }
}

TEST(FlatIndexDeathTest, AKeyIsInsertedOnce) {
  FlatIndex index;
  index.insert(5, 1);
  EXPECT_DEATH(index.insert(5, 2), "");
  EXPECT_DEATH(index.insert(FlatIndex::kEmpty, 2), "");
}

}  // namespace
}  // namespace qcdr::ledger
