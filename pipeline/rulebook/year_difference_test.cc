#include "rulebook/year_difference.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace qcdr::rulebook {
namespace {

const YearRules& rules_of(int year) {
  return *Rulebook::built_in().find_year(PerformanceYear(year));
}

const YearDifference* find(const std::vector<YearDifference>& differences, std::string_view kind,
                           std::string_view subject) {
  const auto found =
      std::find_if(differences.begin(), differences.end(), [&](const YearDifference& difference) {
        return difference.kind == kind && difference.subject == subject;
      });
  return found == differences.end() ? nullptr : &*found;
}

TEST(YearDifference, AYearDoesNotDifferFromItself) {
  EXPECT_TRUE(year_differences(rules_of(2022), rules_of(2022)).empty());
}

TEST(YearDifference, NamesParametersWithTheirParagraph) {
  const auto differences = year_differences(rules_of(2022), rules_of(2023));
  const YearDifference* floor = find(differences, "parameter", "quality/points/floor");
  ASSERT_NE(floor, nullptr);
  EXPECT_EQ(floor->before, "3 points");
  EXPECT_EQ(floor->after, "1 points");
  EXPECT_NE(floor->source.find("414.1380(b)(1)(i)"), std::string::npos);
  EXPECT_NE(floor->source.find("[regulation]"), std::string::npos);
  const YearDifference* gone = find(differences, "parameter", "adjustment/additional-threshold");
  ASSERT_NE(gone, nullptr);
  EXPECT_EQ(gone->before, "89 points");
  EXPECT_EQ(gone->after, "");
  EXPECT_EQ(find(differences, "parameter", "quality/case-minimum"), nullptr);
}

TEST(YearDifference, NamesMeasuresAndBenchmarks) {
  const auto differences = year_differences(rules_of(2022), rules_of(2023));
  const YearDifference* added = find(differences, "measure", "ABG44");
  ASSERT_NE(added, nullptr);
  EXPECT_EQ(added->before, "");
  EXPECT_EQ(added->source, "measures/2023.csv");
  const YearDifference* removed = find(differences, "measure", "076");
  ASSERT_NE(removed, nullptr);
  EXPECT_EQ(removed->after, "");
  EXPECT_EQ(removed->source, "measures/2022.csv");
  const YearDifference* changed = find(differences, "benchmark", "404 registry");
  ASSERT_NE(changed, nullptr);
  EXPECT_EQ(changed->before, "from decile 2: 0 53.76 63.03 70.59 76.58 83.03 88.99 92.91 99.6");
  EXPECT_EQ(changed->after,
            "from decile 1: 7.64 30.97 50 61.67 69.96 76.14 80.33 86.44 91.94 97.06");
  EXPECT_EQ(changed->source, "benchmarks/2023.csv, data of 2021");
  EXPECT_NE(find(differences, "pathway", "G0059"), nullptr);
  const auto later = year_differences(rules_of(2024), rules_of(2025));
  const YearDifference* uncounted = find(later, "activity", "IA_PSPA_16");
  ASSERT_NE(uncounted, nullptr);
  EXPECT_TRUE(uncounted->before.ends_with(", medium"));
  EXPECT_TRUE(uncounted->after.ends_with(", counted"));
}

// Either direction has the same rows.
TEST(YearDifference, BackwardsIsTheSameTurnedRound) {
  const auto forwards = year_differences(rules_of(2023), rules_of(2024));
  const auto backwards = year_differences(rules_of(2024), rules_of(2023));
  ASSERT_EQ(forwards.size(), backwards.size());
  for (std::size_t i = 0; i < forwards.size(); ++i) {
    EXPECT_EQ(forwards[i].subject, backwards[i].subject);
    EXPECT_EQ(forwards[i].before, backwards[i].after);
    EXPECT_EQ(forwards[i].after, backwards[i].before);
  }
}

}  // namespace
}  // namespace qcdr::rulebook
