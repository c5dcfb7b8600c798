#include "scoring/score_choice.h"

#include <gtest/gtest.h>

#include <vector>

#include "rulebook/parameter_names.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

ResolvedRules rules_of(int year) {
  const rulebook::YearRules* rules =
      rulebook::Rulebook::built_in().find_year(PerformanceYear(static_cast<std::uint16_t>(year)));
  QCDR_ASSERT(rules != nullptr);
  return resolve(*rules);
}

std::string chosen(int year, const std::vector<LevelScore>& scores) {
  const auto choice = choose_score(rules_of(year), scores);
  if (!choice) return "none";
  return std::string(score_level_name(choice->level)) + " " + choice->final_score.to_string() +
         " " + std::string(choice_reason_name(choice->reason));
}

const LevelScore kIndividual{ScoreLevel::kIndividual, decimal("70")};
const LevelScore kGroup{ScoreLevel::kGroup, decimal("80")};
const LevelScore kSubgroup{ScoreLevel::kSubgroup, decimal("85")};
const LevelScore kVirtualGroup{ScoreLevel::kVirtualGroup, decimal("60")};
const LevelScore kApmEntity{ScoreLevel::kApmEntity, decimal("50")};

TEST(ScoreChoice, TheHighestCounts) {
  EXPECT_EQ(chosen(2022, {}), "none");
  EXPECT_EQ(chosen(2022, {kIndividual}), "individual 70 only");
  EXPECT_EQ(chosen(2022, {kIndividual, kGroup}), "group 80 highest");
  EXPECT_EQ(chosen(2022, {kGroup, kIndividual}), "group 80 highest");
  EXPECT_EQ(chosen(2024, {kIndividual, kGroup, kSubgroup}), "subgroup 85 highest");
  EXPECT_EQ(chosen(2022, {kGroup, {ScoreLevel::kIndividual, decimal("80")}}),
            "individual 80 highest");
}

TEST(ScoreChoice, AnApmEntityStandsAloneUntil2020) {
  for (const int year : {2017, 2018, 2019, 2020}) {
    EXPECT_EQ(chosen(year, {kGroup, kVirtualGroup, kApmEntity}), "apmEntity 50 apmEntityAlone");
  }
  for (const int year : {2021, 2022, 2026}) {
    EXPECT_EQ(chosen(year, {kGroup, kApmEntity}), "group 80 highest");
    EXPECT_EQ(chosen(year, {kIndividual, {ScoreLevel::kApmEntity, decimal("90")}}),
              "apmEntity 90 highest");
  }
}

TEST(ScoreChoice, AVirtualGroupComesBeforeWhatIsHigher) {
  for (const int year : {2020, 2021, 2026}) {
    EXPECT_EQ(chosen(year, {kIndividual, kGroup, kVirtualGroup}),
              "virtualGroup 60 virtualGroupFirst");
  }
  EXPECT_EQ(chosen(2022, {kVirtualGroup, {ScoreLevel::kApmEntity, decimal("90")}}),
            "virtualGroup 60 virtualGroupFirst");
}

TEST(ScoreChoice, EachReasonHasWordsAndAParameterOfEveryYear) {
  for (const ChoiceReason reason : {ChoiceReason::kOnly, ChoiceReason::kApmEntityAlone,
                                    ChoiceReason::kVirtualGroupFirst, ChoiceReason::kHighest}) {
    EXPECT_FALSE(choice_words(reason).empty());
    EXPECT_FALSE(choice_reason_name(reason).empty());
    for (const int year : {2017, 2020, 2021, 2026}) {
      EXPECT_NE(rules_of(year).year_rules->find_parameter(choice_parameter(reason)), nullptr);
    }
  }
}

}  // namespace
}  // namespace qcdr::scoring
