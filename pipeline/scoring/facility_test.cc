#include "scoring/facility.h"

#include <gtest/gtest.h>

#include "rulebook/parameter_names.h"
#include "scoring/score_tree.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

ResolvedRules rules_of(std::uint16_t year) {
  const rulebook::YearRules* rules =
      rulebook::Rulebook::built_in().find_year(PerformanceYear(year));
  QCDR_ASSERT(rules != nullptr);
  return resolve(*rules);
}

// Hospital: quality 80 %, cost 60 %.
Profile facility_based() {
  Profile profile = profile_without_status();
  profile.facility_based = Known::kYes;
  profile.facility_quality_percent = decimal("80");
  profile.facility_cost_percent = decimal("60");
  profile.complex_patient_bonus = decimal("3");
  return profile;
}

bool says(const ScoreTree& tree, std::string_view code) {
  for (const Message& message : tree.messages) {
    if (message.code == code) return true;
  }
  return false;
}

struct Scored {
  ScoreSummary summary;
  ScoreTree tree;
};
Scored scored(const ResolvedRules& rules, const Profile& profile) {
  const ScoreInput input = score_input(rules, profile);
  Scored out{compute(input), {}};
  out.tree = explain(input, out.summary);
  return out;
}

TEST(Facility, AnIndividualNeedsToSubmitNothing) {
  const ResolvedRules rules = rules_of(2023);
  const Scored of_hospital = scored(rules, facility_based());
  // 80 x .30 + 60 x .30, and the bonus although nothing is submitted.
  EXPECT_EQ(of_hospital.summary.final_score, decimal("45"));
  EXPECT_TRUE(of_hospital.summary.facility_based);
  EXPECT_EQ(of_hospital.summary.category(Category::kQuality).percent, decimal("80"));
  EXPECT_EQ(of_hospital.summary.category(Category::kCost).weight, 30);
  EXPECT_FALSE(of_hospital.summary.category(Category::kCost).unknown);
  EXPECT_TRUE(says(of_hospital.tree, "FACILITY_BASED"));
}

TEST(Facility, WhatIsSubmittedCountsWhereItGivesMore) {
  const ResolvedRules rules = rules_of(2023);
  Profile profile = facility_based();
  profile.quality_percent = decimal("100");
  profile.activities_percent = decimal("100");
  profile.promoting_interoperability_percent = decimal("100");
  // Cost reweighted: 55 + 15 + 30 as submitted, 24 + 18 + 15 + 25 with the hospital's.
  const Scored own = scored(rules, profile);
  EXPECT_EQ(own.summary.final_score, decimal("100"));
  EXPECT_FALSE(own.summary.facility_based);
  EXPECT_TRUE(says(own.tree, "FACILITY_BASED_NOT_USED"));
  profile.quality_percent = decimal("10");
  profile.prior_quality_percent = decimal("5");
  const Scored of_hospital = scored(rules, profile);
  EXPECT_EQ(of_hospital.summary.final_score, decimal("85"));
  EXPECT_EQ(of_hospital.summary.category(Category::kQuality).improvement, Decimal());
}

// As submitted quality weighs 60 percent without cost, so that the sum of both is lower and the
// final score higher.
TEST(Facility, To2021QualityAndCostAreComparedAlone) {
  const ResolvedRules rules = rules_of(2019);
  ASSERT_FALSE(rules.facility_based_by_final_score);
  Profile profile = facility_based();
  profile.group = true;
  profile.kind = ClinicianKind::kUnspecified;
  profile.complex_patient_bonus = Decimal();
  profile.activities_percent = decimal("100");
  profile.promoting_interoperability_percent = decimal("100");
  profile.quality_percent = decimal("60");
  // 36 of 60 points as submitted; 36 + 9 of 45 and 15 with the hospital's.
  EXPECT_EQ(scored(rules, profile).summary.final_score, decimal("85"));
  profile.quality_percent = decimal("76");
  const Scored own = scored(rules, profile);
  EXPECT_EQ(own.summary.final_score, decimal("85.6"));
  EXPECT_FALSE(own.summary.facility_based);
}

TEST(Facility, AGroupNeedsActivitiesOrInteroperability) {
  const ResolvedRules rules = rules_of(2023);
  Profile profile = facility_based();
  profile.group = true;
  profile.kind = ClinicianKind::kUnspecified;
  profile.quality_percent = decimal("10");
  const Scored without = scored(rules, profile);
  EXPECT_FALSE(without.summary.facility_based);
  EXPECT_TRUE(says(without.tree, "FACILITY_BASED_WITHOUT_DATA"));
  profile.activities_percent = decimal("100");
  EXPECT_TRUE(scored(rules, profile).summary.facility_based);
}

TEST(Facility, SomeHaveNoSuchScore) {
  const auto standing = [](std::uint16_t year, const Profile& profile) {
    const ResolvedRules rules = rules_of(year);
    const ScoreInput input = score_input(rules, profile);
    MeasureScores scores;
    return facility_standing(evaluate(input, &scores));
  };
  const Profile individual = facility_based();
  EXPECT_EQ(standing(2018, individual), FacilityStanding::kNotOffered);
  EXPECT_EQ(standing(2022, individual), FacilityStanding::kNotOffered);
  EXPECT_EQ(standing(2026, individual), FacilityStanding::kCompared);
  Profile virtual_group = individual;
  virtual_group.group = virtual_group.virtual_group = true;
  virtual_group.activities_percent = decimal("100");
  EXPECT_EQ(standing(2020, virtual_group), FacilityStanding::kNone);
  EXPECT_EQ(standing(2023, virtual_group), FacilityStanding::kCompared);
  Profile entity = virtual_group;
  entity.virtual_group = false;
  entity.apm_entity = true;
  EXPECT_EQ(standing(2023, entity), FacilityStanding::kNone);
  Profile subgroup = entity;
  subgroup.apm_entity = false;
  subgroup.subgroup = true;
  EXPECT_EQ(standing(2023, subgroup), FacilityStanding::kNone);
  Profile pathway = individual;
  pathway.participation = Participation::kApp;
  EXPECT_EQ(standing(2023, pathway), FacilityStanding::kNone);
  Profile without_figures = individual;
  without_figures.facility_cost_percent.reset();
  EXPECT_EQ(standing(2023, without_figures), FacilityStanding::kNoFigures);
  EXPECT_TRUE(says(scored(rules_of(2023), without_figures).tree, "FACILITY_BASED_UNKNOWN"));
}

TEST(Facility, AnApprovalStandsAgainstTheHospital) {
  const ResolvedRules rules = rules_of(2023);
  Profile profile = facility_based();
  profile.reweight(Category::kCost, ReweightReason::kExtremeAndUncontrollable);
  profile.activities_percent = decimal("100");
  const ScoreSummary summary = scored(rules, profile).summary;
  EXPECT_TRUE(summary.facility_based);
  EXPECT_TRUE(summary.category(Category::kCost).reweighted);
  // 80 x .55 + 15 + 3.
  EXPECT_EQ(summary.final_score, decimal("62"));
}

TEST(Facility, TheBonusNeedsNoDataFrom2023On) {
  const auto earns = [](std::uint16_t year, Profile profile) {
    const ResolvedRules rules = rules_of(year);
    const ScoreInput input = score_input(rules, profile);
    MeasureScores scores;
    return earns_complex_patient_bonus(evaluate(input, &scores));
  };
  EXPECT_FALSE(earns(2022, facility_based()));
  EXPECT_TRUE(earns(2023, facility_based()));
  Profile group = facility_based();
  group.group = true;
  group.kind = ClinicianKind::kUnspecified;
  EXPECT_FALSE(earns(2023, group));
  EXPECT_FALSE(earns(2023, profile_without_status()));
}

}  // namespace
}  // namespace qcdr::scoring
