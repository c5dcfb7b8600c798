#include "stream/partition_turn.h"

#include <gtest/gtest.h>

namespace qcdr::stream {
namespace {

constexpr std::size_t kHalf = PartitionTurn::kShareBytes / 2;

TEST(PartitionTurnTest, APartitionGoesOnUntilItsShareIsHandedOut) {
  PartitionTurn turn;
  EXPECT_EQ(turn.first(3), 0U);
  turn.ended_in(0, kHalf);
  EXPECT_EQ(turn.first(3), 0U);
  turn.ended_in(0, kHalf);
  EXPECT_EQ(turn.first(3), 1U);
  turn.ended_in(1, kHalf);
  EXPECT_EQ(turn.first(3), 1U);
}

TEST(PartitionTurnTest, WhoeverFillsThePollHasTheTurnWithAShareOfItsOwn) {
  PartitionTurn turn;
  turn.ended_in(0, kHalf);
  turn.ended_in(2, kHalf);
  EXPECT_EQ(turn.first(3), 2U);
  turn.ended_in(2, kHalf);
  EXPECT_EQ(turn.first(3), 0U);
}

TEST(PartitionTurnTest, WithoutBacklogEverybodyIsFirstOnce) {
  PartitionTurn turn;
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(turn.first(3), i % 3);
    turn.ended();
  }
}

TEST(PartitionTurnTest, FewerPartitionsThanBefore) {
  PartitionTurn turn;
  turn.ended_in(7, 1);
  EXPECT_LT(turn.first(3), 3U);
}

}  // namespace
}  // namespace qcdr::stream
