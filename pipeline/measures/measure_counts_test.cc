#include "measures/measure_counts.h"

#include <gtest/gtest.h>

#include <array>

namespace qcdr::measures {
namespace {

constexpr std::array<CaseOutcome, kCaseOutcomes> kEveryOutcome = {
    CaseOutcome::kNotEligible, CaseOutcome::kExcluded,  CaseOutcome::kMet,
    CaseOutcome::kNotMet,      CaseOutcome::kException, CaseOutcome::kNotReported};

TEST(MeasureCounts, EachOutcomeHasItsPlace) {
  MeasureCounts counts;
  for (const CaseOutcome outcome : kEveryOutcome) counts.add(outcome);
  EXPECT_EQ(counts, (MeasureCounts{4, 1, 1, 1, 1, 1}));
  EXPECT_EQ(counts.reported(), 3u);
  EXPECT_EQ(counts.performance_denominator(), 2u);
  EXPECT_TRUE(counts.is_consistent());
}

TEST(MeasureCounts, WhatWasAddedCanBeTakenBackInAnyOrder) {
  MeasureCounts counts;
  for (const CaseOutcome outcome : kEveryOutcome) counts.add(outcome);
  for (std::size_t i = kEveryOutcome.size(); i-- > 0;) counts.subtract(kEveryOutcome[i]);
  EXPECT_EQ(counts, MeasureCounts());
  EXPECT_TRUE(counts.is_empty());
}

TEST(MeasureCounts, MergingIsAddingAllCases) {
  MeasureCounts left;
  MeasureCounts right;
  MeasureCounts both;
  for (int i = 0; i < 60; ++i) {
    const CaseOutcome outcome = kEveryOutcome[static_cast<std::size_t>(i * i % 7) % 6];
    (i % 3 == 0 ? left : right).add(outcome);
    both.add(outcome);
  }
  MeasureCounts merged = left;
  merged.add(right);
  EXPECT_EQ(merged, both);
  merged.subtract(left);
  EXPECT_EQ(merged, right);
}

TEST(MeasureCountsDeathTest, ACountIsNeverNegative) {
  MeasureCounts counts;
  counts.add(CaseOutcome::kMet);
  EXPECT_DEATH(counts.subtract(CaseOutcome::kNotMet), "measure_counts");
  EXPECT_DEATH(counts.subtract(MeasureCounts{2, 2, 0, 0, 0, 0}), "measure_counts");
  // Parts that do not sum up to the eligible population.
  EXPECT_DEATH(counts.add(MeasureCounts{1, 0, 0, 0, 0, 0}), "is_consistent");
}

}  // namespace
}  // namespace qcdr::measures
