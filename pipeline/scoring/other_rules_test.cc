#include "scoring/other_rules.h"

#include <gtest/gtest.h>

#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

TEST(OtherRules, PointsFollowTheOtherTable) {
  const ResolvedRules rules = resolve(built_in_2022());
  const ScoreInput input =
      score_input(rules, profile_without_status(), {counts(built_in_2022(), "404", 80, 20)});
  TestYear republished(built_in_2022());
  republished.add_measure(*built_in_2022().find_measure("404"));
  republished.add_benchmark("404", {"10", "20", "30", "40", "50", "60", "70", "75"});
  const ResolvedRules other_rules = resolve(republished);
  const InputUnderOtherRules other = under(input, other_rules);
  EXPECT_TRUE(other.left_out.empty());
  EXPECT_EQ(compute(input).measures[0].points, decimal("6.5302"));
  EXPECT_EQ(compute(other.input).measures[0].points, decimal("10"));
}

TEST(OtherRules, WhatTheOtherRulesDoNotKnowIsNamed) {
  const ResolvedRules rules = resolve(built_in_2022());
  ScoreInput input =
      score_input(rules, profile_without_status(), {counts(built_in_2022(), "404", 80, 20)});
  input.activities.push_back(built_in_2022().find_activity("IA_EPA_2"));
  const TestYear less(built_in_2022());  // no measures
  const ResolvedRules other_rules = resolve(less);
  const InputUnderOtherRules other = under(input, other_rules);
  EXPECT_EQ(other.left_out, std::vector<std::string>{"404"});
  EXPECT_EQ(other.input.measures.size(), 0U);
  EXPECT_EQ(other.input.activities.size(), 1U);
}

}  // namespace
}  // namespace qcdr::scoring
