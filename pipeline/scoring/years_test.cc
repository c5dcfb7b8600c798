// What single years add to the composition of the final score: automatic circumstances of all
// individuals, points for small practices on the final score, the least of what a submission is.
#include <gtest/gtest.h>

#include "scoring/score_tree.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

// Somebody of a built-in year, with percents that are taken as they are.
class Somebody {
 public:
  explicit Somebody(int year)
      : rules_(resolve(*rulebook::Rulebook::built_in().find_year(PerformanceYear(year)))) {
    profile.small_practice = profile.non_patient_facing = profile.hospital_based = Known::kNo;
    profile.asc_based = profile.rural = profile.hpsa = profile.facility_based = Known::kNo;
    profile.kind = ClinicianKind::kPhysician;
    profile.complex_patient_bonus = Decimal();
  }
  ScoreSummary score() const {
    ScoreInput input;
    input.rules = &rules_;
    input.profile = profile;
    input.interoperability = report;
    return compute(input);
  }
  std::string weights() const {
    std::string text;
    for (const CategoryScore& category : score().categories) {
      text += std::to_string(category.weight) + " ";
    }
    return text;
  }
  const ResolvedRules& rules() const { return rules_; }

  Profile profile;
  InteroperabilityReport report;

 private:
  ResolvedRules rules_;
};

// 42 CFR 414.1380(c)(2)(i)(A)(8) as CMS applied it: with data of one category the score is neutral,
// with two these are scored and nothing else weighs.
TEST(Years, AutomaticCircumstancesOfEveryIndividual) {
  for (const int year : {2020, 2021}) {
    Somebody some(year);
    EXPECT_EQ(some.score().final_score, some.rules().threshold) << year;
    some.profile.quality_percent = decimal("90");
    EXPECT_TRUE(some.score().fewer_categories) << year;
    EXPECT_EQ(some.score().final_score, some.rules().threshold) << year;
    some.profile.activities_percent = decimal("100");
    EXPECT_FALSE(some.score().fewer_categories) << year;
    EXPECT_EQ(some.weights(), "85 0 15 0 ") << year;
    EXPECT_EQ(some.score().final_score, decimal("91.5")) << year;
    // A group is not affected without asking.
    some.profile.group = true;
    EXPECT_NE(some.weights(), "85 0 15 0 ") << year;
  }
  Somebody later(2022);
  EXPECT_EQ(later.score().final_score, Decimal());
}

TEST(Years, SmallPracticesHaveFivePointsOnTheFinalScoreOf2018) {
  Somebody some(2018);
  some.profile.group = true;
  some.profile.quality_percent = decimal("50");
  const Decimal before = some.score().final_score;
  some.profile.small_practice = Known::kYes;
  EXPECT_EQ(some.score().final_score, before + decimal("5"));
  some.profile.quality_percent = std::nullopt;
  EXPECT_EQ(some.score().final_score, Decimal()) << "nothing is submitted";
}

// Until 2024 whatever is sent cancels a reweighting; then a report that lacks something is none.
TEST(Years, AnIncompleteReportNoLongerCancelsAReweighting) {
  for (const int year : {2024, 2025}) {
    Somebody some(year);
    some.profile.quality_percent = decimal("80");
    some.profile.activities_percent = decimal("100");
    some.profile.hospital_based = Known::kYes;
    const Decimal reweighted = some.score().final_score;
    some.report.reported = true;
    some.report.has_cehrt_id = true;
    some.report.period_days = 180;
    EXPECT_EQ(some.score().final_score == reweighted, year == 2025) << year;
    some.profile.hospital_based = Known::kNo;
    EXPECT_LT(some.score().final_score, reweighted) << year;
  }
}

}  // namespace
}  // namespace qcdr::scoring
