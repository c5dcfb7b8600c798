#include "registry/audit_sample.h"

#include <set>

#include "rulebook/rulebook.h"

namespace qcdr::registry {
namespace {

AuditRule rule_of(int year) {
  const rulebook::YearRules* rules =
      rulebook::Rulebook::built_in().find_year(PerformanceYear(year));
  EXPECT_NE(rules, nullptr);
  const auto rule = audit_rule(*rules);
  EXPECT_TRUE(rule.has_value());
  return rule.value_or(AuditRule());
}

std::vector<Candidate> candidates(int count) {
  std::vector<Candidate> all;
  for (int i = 0; i < count; ++i) all.push_back({"pair-" + std::to_string(i), 0});
  return all;
}

std::set<std::string> subjects(const std::vector<Candidate>& all, const DrawnSample& sample) {
  std::set<std::string> chosen;
  for (const std::size_t place : sample.chosen) chosen.insert(all[place].subject);
  return chosen;
}

// 42 CFR 414.1400(b)(2)(iv)(E) of 2021, worked by hand.
TEST(AuditSampleTest, SizesFollowTheRule) {
  const AuditRule rule = rule_of(2022);
  EXPECT_FALSE(rule.samples_entities);
  const std::vector<std::pair<std::size_t, std::size_t>> pairs = {
      {0, 0},    {1, 1},    {9, 9},     {10, 10},   {11, 10},     {333, 10},
      {334, 11}, {612, 19}, {1666, 50}, {1667, 50}, {100'000, 50}};
  for (const auto& [population, size] : pairs) EXPECT_EQ(rule.submitters.of(population), size);
  const std::vector<std::pair<std::size_t, std::size_t>> patients = {
      {0, 0}, {4, 4}, {5, 5}, {20, 5}, {21, 6}, {200, 50}, {201, 50}, {5000, 50}};
  for (const auto& [population, size] : patients) EXPECT_EQ(rule.patients.of(population), size);
}

TEST(AuditSampleTest, LaterYearsSampleEntities) {
  EXPECT_TRUE(rule_of(2024).samples_entities);
  EXPECT_FALSE(
      audit_rule(*rulebook::Rulebook::built_in().find_year(PerformanceYear(2020))).has_value());
}

TEST(AuditSampleTest, SameSeedSameSampleInWhateverOrder) {
  std::vector<Candidate> all = candidates(200);
  const auto first = subjects(all, draw_sample(7, "pairs", 2022, 5, 10, all));
  EXPECT_EQ(first.size(), 10U);
  std::reverse(all.begin(), all.end());
  EXPECT_EQ(subjects(all, draw_sample(7, "pairs", 2022, 5, 10, all)), first);
  EXPECT_NE(subjects(all, draw_sample(8, "pairs", 2022, 5, 10, all)), first);
  EXPECT_NE(subjects(all, draw_sample(7, "targeted", 2022, 5, 10, all)), first);
}

TEST(AuditSampleTest, EveryoneIsDrawnAboutEquallyOften) {
  const std::vector<Candidate> all = candidates(20);
  std::vector<int> drawn(all.size());
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    for (const std::size_t place : draw_sample(seed, "pairs", 2022, 5, 5, all).chosen) {
      ++drawn[place];
    }
  }
  // 500 expected each; six standard deviations are about 116.
  for (const int times : drawn) EXPECT_NEAR(times, 500, 116);
}

TEST(AuditSampleTest, WhoWasDrawnInTheLastYearsIsLeftOut) {
  std::vector<Candidate> all = candidates(30);
  for (std::size_t i = 0; i < 10; ++i) all[i].last_drawn = 2017;  // five years before
  for (std::size_t i = 10; i < 15; ++i) all[i].last_drawn = 2016;
  const DrawnSample sample = draw_sample(1, "pairs", 2022, 5, 20, all);
  EXPECT_EQ(sample.excluded, 10U);
  EXPECT_EQ(sample.taken_back, 0U);
  for (const std::size_t place : sample.chosen) EXPECT_GE(place, 10U);
}

TEST(AuditSampleTest, TheRulesSizeComesBeforeTheExclusion) {
  std::vector<Candidate> all = candidates(12);
  for (std::size_t i = 0; i < 8; ++i) all[i].last_drawn = i < 4 ? 2021 : 2019;
  const DrawnSample sample = draw_sample(1, "pairs", 2022, 5, 10, all);
  EXPECT_EQ(sample.chosen.size(), 10U);
  EXPECT_EQ(sample.taken_back, 6U);
  EXPECT_EQ(sample.excluded, 2U);
  // All of 2019, the longest ago, and two of 2021.
  std::size_t newest = 0;
  for (const std::size_t place : sample.chosen) newest += all[place].last_drawn == 2021 ? 1U : 0U;
  EXPECT_EQ(newest, 2U);
}

TEST(AuditSampleTest, NeverMoreThanThereAre) {
  const std::vector<Candidate> all = candidates(3);
  EXPECT_EQ(draw_sample(1, "pairs", 2022, 5, 10, all).chosen.size(), 3U);
  EXPECT_TRUE(draw_sample(1, "pairs", 2022, 5, 10, {}).chosen.empty());
}

}  // namespace
}  // namespace qcdr::registry
