// What comes first of all that is missing, and how it goes onto the topic.
#include "ledger/first_missing.h"

#include <gtest/gtest.h>

#include "ledger/standing_message.h"
#include "qcdr/v1/readiness.pb.h"

namespace qcdr::ledger {
namespace {

Instant at(const char* text) {
  return Instant::parse(text).value();
}

Block block_until(BlockReason reason, const char* ends) {
  Block block;
  block.reason = reason;
  if (ends != nullptr) block.limit.due = block.limit.ends = at(ends);
  return block;
}

PointCost cost_until(CostReason reason, const char* ends, int points) {
  PointCost cost;
  cost.reason = reason;
  cost.limit.due = cost.limit.ends = at(ends);
  cost.points_at_most = Decimal::from_integer(points);
  return cost;
}

const Instant kNow = at("2023-01-20T12:00:00-06:00");

TEST(FirstMissing, NothingIsMissing) {
  EXPECT_FALSE(first_missing(Readiness(), kNow));
}

TEST(FirstMissing, WhatBlocksComesBeforeWhatCostsAndThenTheNextDate) {
  Readiness readiness;
  readiness.costs.push_back(cost_until(CostReason::kMissingMonth, "2023-01-21T00:00:00-06:00", 9));
  auto first = first_missing(readiness, kNow);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->block, nullptr);
  EXPECT_EQ(first->cost->reason, CostReason::kMissingMonth);
  readiness.blocks.push_back(block_until(BlockReason::kPayment, nullptr));
  readiness.blocks.push_back(
      block_until(BlockReason::kReconciliation, "2023-02-16T00:00:00-06:00"));
  readiness.blocks.push_back(
      block_until(BlockReason::kIndividualConsent, "2023-02-01T00:00:00-06:00"));
  first = first_missing(readiness, kNow);
  ASSERT_TRUE(first);
  ASSERT_NE(first->block, nullptr);
  EXPECT_EQ(first->block->reason, BlockReason::kIndividualConsent);
  EXPECT_EQ(first->cost, nullptr);
  EXPECT_EQ(first->last, at("2023-01-31T23:59:59-06:00"));
  EXPECT_FALSE(first->closed);
}

TEST(FirstMissing, AMilestoneIsTheDateUntilItHasPassed) {
  Readiness readiness;
  Block block = block_until(BlockReason::kNoData, "2023-02-16T00:00:00-06:00");
  block.limit.due = at("2023-02-01T00:00:00-06:00");
  readiness.blocks.push_back(block);
  EXPECT_EQ(first_missing(readiness, kNow)->last, at("2023-01-31T23:59:59-06:00"));
  EXPECT_EQ(first_missing(readiness, at("2023-02-01T00:00:00-06:00"))->last,
            at("2023-02-15T23:59:59-06:00"));
}

TEST(FirstMissing, WhatIsFinalDecidesAndWhatWaitsForAnOfficerComesLast) {
  Readiness readiness;
  Block held = block_until(BlockReason::kRegistration, "2022-10-04T00:00:00-05:00");
  held.held_late = held.closed = true;
  readiness.blocks.push_back(held);
  EXPECT_TRUE(first_missing(readiness, kNow)->closed);
  readiness.blocks.push_back(block_until(BlockReason::kPayment, nullptr));
  auto first = first_missing(readiness, kNow);
  EXPECT_EQ(first->block->reason, BlockReason::kPayment);
  EXPECT_FALSE(first->last);
  EXPECT_FALSE(first->closed);
  Block no = block_until(BlockReason::kOptOut, "2023-02-01T00:00:00-06:00");
  no.refused = true;
  readiness.blocks.push_back(no);
  first = first_missing(readiness, kNow);
  EXPECT_EQ(first->block->reason, BlockReason::kOptOut);
  EXPECT_TRUE(first->closed);
  EXPECT_FALSE(first->last);
}

TEST(FirstMissing, WhoGoesWithAnotherSetIsMissingNothing) {
  for (const BlockReason reason : {BlockReason::kReportingOption, BlockReason::kVirtualGroup}) {
    Readiness readiness;
    readiness.blocks.push_back(block_until(BlockReason::kPayment, nullptr));
    readiness.blocks.push_back(block_until(reason, nullptr));
    EXPECT_TRUE(first_missing(readiness, kNow));
    readiness.blocks.back().refused = true;
    EXPECT_FALSE(first_missing(readiness, kNow));
  }
}

TEST(FirstMissing, CostsThatAreOverAreNotMissingAndMorePointsComeFirst) {
  Readiness readiness;
  readiness.costs.push_back(cost_until(CostReason::kMissingMonth, "2023-01-20T12:00:00-06:00", 40));
  EXPECT_FALSE(first_missing(readiness, kNow));
  readiness.costs.push_back(cost_until(CostReason::kCompleteness, "2023-02-16T00:00:00-06:00", 2));
  readiness.costs.push_back(cost_until(CostReason::kCaseMinimum, "2023-02-16T00:00:00-06:00", 5));
  EXPECT_EQ(first_missing(readiness, kNow)->cost->reason, CostReason::kCaseMinimum);
}

// The topic's message tells days in both zones, and none once the date is over.
TEST(FirstMissing, StandsOnTheTopicWithDaysInBothZones) {
  EntityStanding standing;
  standing.readiness.blocks.push_back(
      block_until(BlockReason::kIndividualConsent, "2023-02-01T00:00:00-06:00"));
  const auto told = [&](const char* now) {
    v1::Readiness message;
    fill_readiness({{PracticeId(1234), PerformanceYear(2022)}, EntityId(), false, 0, 0}, standing,
                   at(now), Zone::kCentral, &message);
    return message.first_missing();
  };
  v1::FirstMissing missing = told("2023-01-31T22:59:59-06:00");
  EXPECT_EQ(missing.blocker(), v1::Blocker::REASON_INDIVIDUAL_CONSENT);
  EXPECT_EQ(missing.in_time_until(), at("2023-01-31T23:59:59-06:00").milliseconds());
  EXPECT_EQ(missing.days_left_local(), 0u);
  EXPECT_EQ(missing.days_left_eastern(), 1u);
  EXPECT_TRUE(missing.has_days_left_local());
  missing = told("2023-01-31T23:00:00-06:00");
  EXPECT_EQ(missing.days_left_eastern(), 0u);
  standing.readiness.blocks.front().closed = true;
  missing = told("2023-02-01T00:00:00-06:00");
  EXPECT_TRUE(missing.closed());
  EXPECT_FALSE(missing.has_days_left_local());
  EXPECT_FALSE(missing.has_days_left_eastern());
  EXPECT_EQ(missing.in_time_until(), 0);
}

}  // namespace
}  // namespace qcdr::ledger
