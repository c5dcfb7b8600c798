#include "ledger/nearest_npi.h"

#include <gtest/gtest.h>

namespace qcdr::ledger {
namespace {

std::vector<PairRow> roster(std::initializer_list<std::uint64_t> npis) {
  std::vector<PairRow> pairs;
  for (const std::uint64_t npi : npis) {
    PairRow pair;
    pair.ordinal = static_cast<std::uint32_t>(pairs.size());
    pair.npi = Npi::from_trusted(npi);
    pair.listed = true;
    pairs.push_back(pair);
  }
  return pairs;
}

TEST(NearestNpi, CountsDigitsAndSwaps) {
  EXPECT_EQ(npi_distance(2000010019, 2000010019), 0);
  EXPECT_EQ(npi_distance(2000010019, 2000010018), 1);
  EXPECT_EQ(npi_distance(2000010019, 2000010091), 1);  // neighbours changed places
  EXPECT_EQ(npi_distance(2000010019, 2000010028), 2);
  EXPECT_EQ(npi_distance(2000010019, 2000001109), 2);
  EXPECT_EQ(npi_distance(2000010019, 2111010019), 3);
}

TEST(NearestNpi, NamesTheOneThatIsNearest) {
  const auto pairs = roster({2000010019, 2000010035, 2111110035});
  EXPECT_EQ(nearest_listed(pairs, 0, 2000010018), 0U);
  EXPECT_EQ(nearest_listed(pairs, 0, 2111110091), 2U);
  EXPECT_EQ(nearest_listed(pairs, 0, 2999999999), std::nullopt);
  EXPECT_EQ(nearest_listed(pairs, 1, 2000010018), std::nullopt) << "another TIN";
}

TEST(NearestNpi, DoesNotGuessBetweenTwo) {
  const auto pairs = roster({2000010019, 2000010017});
  EXPECT_EQ(nearest_listed(pairs, 0, 2000010018), std::nullopt);
}

TEST(NearestNpi, PassesOverWhoIsNotListed) {
  auto pairs = roster({2000010019, 2111110035});
  pairs[0].listed = false;
  EXPECT_EQ(nearest_listed(pairs, 0, 2000010018), std::nullopt);
}

}  // namespace
}  // namespace qcdr::ledger
