// Improvement activities of years other than the built-in one.
#include "scoring/activities.h"

#include <gtest/gtest.h>

#include "rulebook/parameter_names.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

namespace names = rulebook::names;

class Activities : public testing::Test {
 protected:
  Activities() : year_(built_in_2022()) {}

  Decimal percent(const std::vector<const char*>& ids) {
    const ResolvedRules rules = resolve(year_);
    ScoreInput input = score_input(rules, profile_, measures_);
    input.interoperability = report_;
    for (const char* id : ids) input.activities.push_back(year_.find_activity(id));
    return compute(input).category(Category::kActivities).percent;
  }
  TestYear year_;
  Profile profile_ = profile_without_status();
  std::vector<MeasureInput> measures_;
  InteroperabilityReport report_;
};

// IA_EPA_2 is of medium weight, IA_PM_2 of high.
TEST_F(Activities, AreCountedWhereTheyHaveNoWeights) {
  year_.set_parameter(names::kActivityPointsEach, "20");
  EXPECT_EQ(percent({"IA_EPA_2"}), decimal("50"));
  EXPECT_EQ(percent({"IA_PM_2"}), decimal("50"));
  EXPECT_EQ(percent({"IA_EPA_2", "IA_PM_2"}), decimal("100"));
  EXPECT_EQ(percent({"IA_EPA_2", "IA_PM_2", "IA_BE_6"}), decimal("100"));
  profile_.rural = Known::kYes;
  EXPECT_EQ(percent({"IA_EPA_2"}), decimal("100"));
}

TEST_F(Activities, EarnInAnMvpWhateverTheStatus) {
  profile_.participation = Participation::kMvp;
  EXPECT_EQ(percent({"IA_EPA_2"}), decimal("25"));  // a year without MVPs
  year_.set_parameter(names::kMvpActivityPointsMedium, "20");
  year_.set_parameter(names::kMvpActivityPointsHigh, "40");
  EXPECT_EQ(percent({"IA_EPA_2"}), decimal("50"));
  EXPECT_EQ(percent({"IA_PM_2"}), decimal("100"));
  profile_.rural = Known::kYes;
  EXPECT_EQ(percent({"IA_EPA_2"}), decimal("50"));
  profile_.rural = Known::kNo;
  year_.set_parameter(names::kActivityPointsEach, "20");
  year_.set_parameter(names::kMvpActivityPointsEach, "40");
  EXPECT_EQ(percent({"IA_EPA_2"}), decimal("100"));
}

TEST_F(Activities, CreditOfAnApmMayNeedData) {
  profile_.apm_participant = true;
  year_.set_parameter(names::kApmActivitiesCondition, "1");
  EXPECT_EQ(percent({}), Decimal());
  EXPECT_EQ(percent({"IA_EPA_2"}), decimal("50"));
  year_.add_measure(test_measure("A", true));
  measures_ = {counts(year_, "A", 50, 0)};
  EXPECT_EQ(percent({}), Decimal());
  report_.reported = true;
  EXPECT_EQ(percent({}), decimal("50"));
}

TEST_F(Activities, CircumstancesOfEveryIndividualWithholdTheCreditOfAnApm) {
  profile_.apm_participant = true;
  year_.set_parameter(names::kAutomaticCircumstances, "1");
  EXPECT_EQ(percent({}), Decimal());
  profile_.group = true;
  EXPECT_EQ(percent({}), decimal("50"));
}

}  // namespace
}  // namespace qcdr::scoring
