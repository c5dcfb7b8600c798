// How many clinicians a roster may leave out before somebody must confirm it.
#include <gtest/gtest.h>

#include "ledger/testing_rows.h"

namespace qcdr::ledger {
namespace {

// A roster of so many clinicians, then one without the last ones.
std::uint32_t asked(Season& season, int listed, int dropped) {
  std::vector<Season::RosterSpec> all;
  for (int i = 1; i <= listed; ++i) all.push_back({1, i, "N"});
  season.roster("first", kJune, all);
  all.resize(static_cast<std::size_t>(listed - dropped));
  season.roster("second", kJune, all);
  return told(season, "second", FindingCode::ROSTER_DROPS_MANY);
}

TEST(RosterDrop, OfTenPercentExactlyIsTaken) {
  for (const auto& [listed, dropped] : {std::pair{10, 1}, std::pair{20, 2}, std::pair{30, 3}}) {
    Season season;
    EXPECT_EQ(asked(season, listed, dropped), 0u);
    EXPECT_FALSE(season.pair_row(1, listed).listed);
    EXPECT_EQ(season.upload("second").rows_held, 0u);
  }
}

// 2 of 19 are 10.53 %, 3 of 29 are 10.34 %, 1 of 9 is 11.11 %.
TEST(RosterDrop, JustAboveTenPercentWaitsAndTheOldOneStaysInForce) {
  for (const auto& [listed, dropped] : {std::pair{19, 2}, std::pair{29, 3}, std::pair{9, 1}}) {
    Season season;
    EXPECT_EQ(asked(season, listed, dropped), 1u);
    EXPECT_TRUE(season.pair_row(1, listed).listed);
    EXPECT_EQ(season.upload("second").rows_held, static_cast<std::uint32_t>(listed - dropped));
    season.restart();
    EXPECT_TRUE(season.pair_row(1, listed).listed);
  }
}

}  // namespace
}  // namespace qcdr::ledger
