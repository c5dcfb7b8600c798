#include "stream/embedded/group_table.h"

#include <gtest/gtest.h>

namespace qcdr::stream::embedded {
namespace {

std::vector<int> numbers(const std::vector<Partition>& partitions) {
  std::vector<int> numbers;
  for (const Partition partition : partitions) numbers.push_back(partition.value());
  return numbers;
}

TEST(GroupTable, RangesFollowSortedMemberIds) {
  GroupTable table;
  const Membership b = table.join("g", "t", "b");
  const Membership c = table.join("g", "t", "c");
  const Membership a = table.join("g", "t", "a");
  EXPECT_EQ(numbers(table.assigned(a, 8)), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(numbers(table.assigned(b, 8)), (std::vector<int>{3, 4, 5}));
  EXPECT_EQ(numbers(table.assigned(c, 8)), (std::vector<int>{6, 7}));
}

TEST(GroupTable, MoreMembersThanPartitions) {
  GroupTable table;
  const Membership a = table.join("g", "t", "a");
  const Membership b = table.join("g", "t", "b");
  EXPECT_EQ(numbers(table.assigned(a, 1)), (std::vector<int>{0}));
  EXPECT_TRUE(table.assigned(b, 1).empty());
}

TEST(GroupTable, TheEpochOnlyRises) {
  GroupTable table;
  const Membership a = table.join("g", "t", "a");
  const std::uint64_t first = table.epoch(a);
  const Membership b = table.join("g", "t", "b");
  const std::uint64_t second = table.epoch(a);
  EXPECT_GT(second, first);
  table.leave(b);
  EXPECT_GT(table.epoch(a), second);
  table.leave(a);
  const Membership again = table.join("g", "t", "a");
  EXPECT_GT(table.epoch(again), second + 1) << "an empty group forgets nothing";
}

TEST(GroupTable, GroupsAndTopicsAreApart) {
  GroupTable table;
  const Membership one = table.join("g", "t", "a");
  const std::uint64_t epoch = table.epoch(one);
  table.join("g", "other", "b");
  table.join("other", "t", "c");
  EXPECT_EQ(table.epoch(one), epoch);
  EXPECT_EQ(table.assigned(one, 4).size(), 4U);
}

TEST(GroupTable, ALateLeaveDoesNotRemoveTheSuccessor) {
  GroupTable table;
  const Membership old = table.join("g", "t", "a");
  const Membership successor = table.join("g", "t", "a");
  EXPECT_FALSE(table.is_current(old));
  table.leave(old);
  EXPECT_TRUE(table.is_current(successor));
  EXPECT_EQ(table.assigned(successor, 2).size(), 2U);
}

}  // namespace
}  // namespace qcdr::stream::embedded
