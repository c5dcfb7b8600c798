// Activities, promoting interoperability, cost, pathways and circumstances.
#include <gtest/gtest.h>

#include "scoring/activities.h"
#include "scoring/cost.h"
#include "scoring/interoperability.h"
#include "scoring/score_tree.h"
#include "scoring/situation.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

class Categories : public testing::Test {
 protected:
  const rulebook::YearRules& year_ = built_in_2022();
  const ResolvedRules rules_ = resolve(built_in_2022());

  ScoreInput input(const Profile& profile, const std::vector<MeasureInput>& measures = {}) {
    return score_input(rules_, profile, measures);
  }
  void attest(ScoreInput* input, const std::vector<const char*>& ids) {
    for (const char* id : ids) {
      ASSERT_NE(year_.find_activity(id), nullptr) << id;
      input->activities.push_back(year_.find_activity(id));
    }
  }
  // Everything that a report needs, all of it at its best, exchange in two halves.
  InteroperabilityReport full_report() {
    InteroperabilityReport report;
    report.reported = true;
    report.has_cehrt_id = true;
    report.period_days = 90;
    for (const char* id :
         {"PI_PPHI_1", "PI_PPHI_2", "PI_ONCDIR_1", "PI_INFBLO_1", "PI_PHCDRR_1", "PI_PHCDRR_3"}) {
      answer(&report, id, true);
    }
    for (const char* id : {"PI_EP_1", "PI_HIE_1", "PI_HIE_4", "PI_PEA_1"}) ratio(&report, id, 1, 1);
    return report;
  }
  InteroperabilityInput* row(InteroperabilityReport* report, const char* id) {
    for (InteroperabilityInput& each : report->rows) {
      if (each.measure->id == id) return &each;
    }
    const rulebook::InteroperabilityMeasure* measure = year_.find_interoperability_measure(id);
    QCDR_ASSERT(measure != nullptr);
    InteroperabilityInput added;
    added.measure = measure;
    report->rows.push_back(added);
    return report->rows.end() - 1;
  }
  void answer(InteroperabilityReport* report, const char* id, bool attested) {
    row(report, id)->attested = attested;
  }
  void ratio(InteroperabilityReport* report, const char* id, std::int64_t numerator,
             std::int64_t denominator) {
    row(report, id)->numerator = numerator;
    row(report, id)->denominator = denominator;
  }
  InteroperabilityReport without(const InteroperabilityReport& report,
                                 const std::vector<std::string>& ids) {
    InteroperabilityReport less = report;
    less.rows = {};
    for (const InteroperabilityInput& each : report.rows) {
      if (std::find(ids.begin(), ids.end(), each.measure->id) == ids.end()) {
        less.rows.push_back(each);
      }
    }
    return less;
  }
  std::string points(const InteroperabilityReport& report) {
    return score_interoperability(rules_, report).points.to_string();
  }
  Decimal percent(const ScoreInput& of, Category category) {
    return compute(of).category(category).percent;
  }
};

TEST_F(Categories, ActivitiesAddUpToFortyPoints) {
  ScoreInput one = input(profile_without_status());
  attest(&one, {"IA_EPA_2"});
  EXPECT_EQ(percent(one, Category::kActivities), decimal("25"));
  attest(&one, {"IA_PM_2"});
  EXPECT_EQ(percent(one, Category::kActivities), decimal("75"));
  attest(&one, {"IA_BE_6"});
  EXPECT_EQ(percent(one, Category::kActivities), decimal("100"));
  EXPECT_TRUE(compute(one).category(Category::kActivities).submitted);
}

TEST_F(Categories, ActivitiesCountDoubleForSpecialStatuses) {
  for (Known Profile::*status :
       {&Profile::small_practice, &Profile::rural, &Profile::hpsa, &Profile::non_patient_facing}) {
    Profile profile = profile_without_status();
    profile.*status = Known::kYes;
    ScoreInput one = input(profile);
    attest(&one, {"IA_EPA_2"});
    EXPECT_EQ(percent(one, Category::kActivities), decimal("50"));
  }
  Profile hospital = profile_without_status();
  hospital.hospital_based = Known::kYes;
  ScoreInput one = input(hospital);
  attest(&one, {"IA_EPA_2"});
  EXPECT_EQ(percent(one, Category::kActivities), decimal("25"));
}

// Rural is not known, activities stand at 25 % or 50 %: 15 % of weight, cost reweighted, so 3.75.
TEST_F(Categories, UnknownStatusOpensTheRangeOfActivities) {
  Profile profile = profile_without_status();
  profile.rural = Known::kUnknown;
  ScoreInput one = input(profile);
  attest(&one, {"IA_EPA_2"});
  const ScoreSummary summary = compute(one);
  EXPECT_EQ(summary.final_score, decimal("3.75"));
  EXPECT_TRUE(summary.category(Category::kActivities).unknown);
  bool found = false;
  for (const CauseRange& cause : range_by_cause(one)) {
    if (cause.cause != Unknown::kSpecialStatus) continue;
    found = true;
    EXPECT_EQ(cause.low, decimal("3.75"));
    EXPECT_EQ(cause.high, decimal("7.5"));
    EXPECT_EQ(cause.adjustment_high, decimal("-9"));
  }
  EXPECT_TRUE(found);
}

TEST_F(Categories, MedicalHomeAndApmCredit) {
  Profile profile = profile_without_status();
  profile.apm_participant = true;
  EXPECT_EQ(percent(input(profile), Category::kActivities), decimal("50"));
  EXPECT_FALSE(compute(input(profile)).category(Category::kActivities).submitted);
  Profile approved = profile;
  approved.reweight(Category::kActivities, ReweightReason::kExtremeAndUncontrollable);
  EXPECT_EQ(percent(input(approved), Category::kActivities), Decimal());
  EXPECT_TRUE(compute(input(approved)).category(Category::kActivities).reweighted);
  // Circumstances of another category withhold the credit too (414.1380(c)(2)(iv)), a hardship not.
  approved = profile;
  approved.reweight(Category::kQuality, ReweightReason::kExtremeAndUncontrollable);
  EXPECT_EQ(percent(input(approved), Category::kActivities), Decimal());
  approved = profile;
  approved.reweight(Category::kPromotingInteroperability, ReweightReason::kHardship);
  EXPECT_EQ(percent(input(approved), Category::kActivities), decimal("50"));
  profile.medical_home = true;
  EXPECT_EQ(percent(input(profile), Category::kActivities), decimal("100"));
  EXPECT_TRUE(compute(input(profile)).category(Category::kActivities).submitted);
}

TEST_F(Categories, InteroperabilityAtItsBest) {
  EXPECT_EQ(points(full_report()), "100");
  InteroperabilityReport bonus = full_report();
  answer(&bonus, "PI_EP_2", true);
  answer(&bonus, "PI_PHCDRR_4", true);
  answer(&bonus, "PI_PHCDRR_5", true);  // the same objective: once
  EXPECT_EQ(points(bonus), "115");
  EXPECT_EQ(score_interoperability(rules_, bonus).percent, decimal("100"));
  InteroperabilityReport whole = without(full_report(), {"PI_HIE_1", "PI_HIE_4"});
  answer(&whole, "PI_HIE_5", true);
  EXPECT_EQ(points(whole), "100");
}

// As CMS prints its own: 4.26 is 4, 11.51 is 12, 19.41 and 19.04 are 19; one of many is 1.
TEST_F(Categories, RatiosEarnWholePoints) {
  InteroperabilityReport report = full_report();
  ratio(&report, "PI_EP_1", 49, 115);
  ratio(&report, "PI_HIE_1", 1151, 2000);
  ratio(&report, "PI_HIE_4", 1941, 2000);
  ratio(&report, "PI_PEA_1", 1, 1'000'000);
  EXPECT_EQ(points(report), "46");  // 4 + 12 + 19 + 1 + 10
}

TEST_F(Categories, OneMissingPartCostsAllOfInteroperability) {
  const auto gap = [&](const InteroperabilityReport& report) {
    const InteroperabilityScore score = score_interoperability(rules_, report);
    EXPECT_TRUE(score.gap == InteroperabilityGap::kNone || score.percent == Decimal());
    return score.gap;
  };
  EXPECT_EQ(gap(full_report()), InteroperabilityGap::kNone);
  InteroperabilityReport report = full_report();
  report.has_cehrt_id = false;
  EXPECT_EQ(gap(report), InteroperabilityGap::kNoCehrtId);
  report = full_report();
  report.period_days = 89;
  EXPECT_EQ(gap(report), InteroperabilityGap::kShortPeriod);
  for (const char* id : {"PI_PPHI_1", "PI_PPHI_2", "PI_ONCDIR_1", "PI_INFBLO_1"}) {
    EXPECT_EQ(gap(without(full_report(), {id})), InteroperabilityGap::kAttestationMissing) << id;
  }
  report = full_report();
  answer(&report, "PI_PPHI_1", false);
  EXPECT_EQ(gap(report), InteroperabilityGap::kAttestationMissing);
  report = full_report();
  answer(&report, "PI_PPHI_2", false);  // of the SAFER guides "no" is an answer in 2022
  EXPECT_EQ(gap(report), InteroperabilityGap::kNone);
  for (const char* id :
       {"PI_EP_1", "PI_HIE_1", "PI_HIE_4", "PI_PEA_1", "PI_PHCDRR_1", "PI_PHCDRR_3"}) {
    EXPECT_EQ(gap(without(full_report(), {id})), InteroperabilityGap::kRequiredMissing) << id;
  }
  report = full_report();
  ratio(&report, "PI_PEA_1", 0, 500);
  EXPECT_EQ(gap(report), InteroperabilityGap::kRequiredMissing);
}

TEST_F(Categories, PointsOfExcludedRowsGoElsewhere) {
  const auto available = [&](const InteroperabilityReport& report, const char* id) {
    const InteroperabilityScore score = score_interoperability(rules_, report);
    EXPECT_EQ(score.gap, InteroperabilityGap::kNone);
    EXPECT_EQ(score.points, decimal("100"));  // nothing is lost
    const auto place =
        year_.find_interoperability_measure(id) - year_.interoperability_measures().data();
    return score.rows[static_cast<std::size_t>(place)].available.to_string();
  };
  InteroperabilityReport report = without(full_report(), {"PI_EP_1"});
  answer(&report, "PI_LVPP_1", true);
  EXPECT_EQ(available(report, "PI_HIE_1"), "25");
  EXPECT_EQ(available(report, "PI_HIE_4"), "25");
  report = without(report, {"PI_HIE_1", "PI_HIE_4"});
  answer(&report, "PI_HIE_5", true);
  EXPECT_EQ(available(report, "PI_HIE_5"), "50");
  report = without(full_report(), {"PI_HIE_1"});
  answer(&report, "PI_LVOTC_1", true);
  EXPECT_EQ(available(report, "PI_PEA_1"), "60");
  report = without(full_report(), {"PI_HIE_4"});
  answer(&report, "PI_LVITC_2", true);
  EXPECT_EQ(available(report, "PI_HIE_1"), "40");
  report = without(report, {"PI_HIE_1"});
  answer(&report, "PI_LVOTC_1", true);
  EXPECT_EQ(available(report, "PI_PEA_1"), "80");
  report = without(full_report(), {"PI_PHCDRR_1"});
  answer(&report, "PI_PHCDRR_1_EX_2", true);
  EXPECT_EQ(available(report, "PI_PHCDRR_3"), "10");
  report = without(report, {"PI_PHCDRR_3"});
  answer(&report, "PI_PHCDRR_3_EX_4", true);
  EXPECT_EQ(available(report, "PI_PEA_1"), "50");
}

// A CRNA is reweighted in 2022 and loses that by reporting anything.
TEST_F(Categories, ReportingCancelsTheReweighting) {
  ScoreInput silent = input(profile_without_status(ClinicianKind::kCrna));
  EXPECT_TRUE(compute(silent).category(Category::kPromotingInteroperability).reweighted);
  ScoreInput reporting = silent;
  reporting.interoperability.reported = true;
  const ScoreSummary summary = compute(reporting);
  EXPECT_FALSE(summary.category(Category::kPromotingInteroperability).reweighted);
  EXPECT_EQ(summary.category(Category::kPromotingInteroperability).weight, 30);
  EXPECT_EQ(summary.category(Category::kPromotingInteroperability).percent, Decimal());
  const std::string json = to_json(explain(reporting, summary));
  EXPECT_NE(json.find("REWEIGHTING_LOST"), std::string::npos);
  EXPECT_NE(json.find("NO_CEHRT_ID"), std::string::npos);
}

TEST_F(Categories, CostIsTheAverageOfWhatCanBeScored) {
  ScoreInput of = input(profile_without_status());
  const auto add = [&](const char* id, const char* value, std::int64_t cases) {
    of.cost_measures.push_back({year_.find_cost_measure(id), decimal(value), cases});
  };
  // Cut points of 2022, deciles 1 to 10: 2239.54, 1595.39, 1455.01, ... 1040.82.
  add("TPCC_1", "1040.82", 20);   // the cut point of decile 10
  add("MSPB_1", "99999999", 34);  // one case too few
  EXPECT_EQ(percent(of, Category::kCost), decimal("100"));
  EXPECT_EQ(compute(of).category(Category::kCost).weight, 30);
  for (const CauseRange& cause : range_by_cause(of)) EXPECT_NE(cause.cause, Unknown::kCost);
  of.cost_measures = {};
  add("TPCC_1", "5000", 20);  // beyond every decile
  EXPECT_EQ(percent(of, Category::kCost), decimal("10"));
  of.cost_measures = {};
  // Half way between the cut points of deciles 2 and 3: 2 + (1595.39 - 1525.2) / (1595.39 -
  // 1455.01).
  add("TPCC_1", "1525.2", 20);
  EXPECT_EQ(score_cost_measure(rules_, of.cost_measures[0]).points, decimal("2.5"));
  of.cost_measures = {};
  add("TPCC_1", "1000", 19);
  EXPECT_TRUE(compute(of).category(Category::kCost).reweighted);
}

TEST_F(Categories, AppNeverScoresCost) {
  Profile profile = profile_without_status();
  profile.participation = Participation::kApp;
  profile.cost_percent = decimal("10");
  profile.quality_percent = decimal("80");
  profile.activities_percent = decimal("100");
  ScoreSummary summary = compute(input(profile));
  EXPECT_EQ(summary.category(Category::kQuality).weight, 50);
  EXPECT_EQ(summary.category(Category::kCost).weight, 0);
  EXPECT_EQ(summary.final_score, decimal("60"));
  profile.hospital_based = Known::kYes;
  summary = compute(input(profile));
  EXPECT_EQ(summary.category(Category::kQuality).weight, 75);
  EXPECT_EQ(summary.final_score, decimal("85"));
  EXPECT_EQ(summary.low, summary.final_score);
  (void)explain(input(profile), summary);
}

TEST_F(Categories, AutomaticCircumstancesKeepCostOut) {
  Profile profile = profile_without_status();
  profile.cost_percent = decimal("100");
  profile.reweight(Category::kCost, ReweightReason::kAutomaticExtremeAndUncontrollable);
  EXPECT_EQ(compute(input(profile)).category(Category::kCost).weight, 0);
  profile.reweight(Category::kCost, ReweightReason::kExtremeAndUncontrollable);
  EXPECT_EQ(compute(input(profile)).category(Category::kCost).weight, 30);
  profile.apm_entity = true;
  EXPECT_EQ(compute(input(profile)).category(Category::kCost).weight, 0);
}

// 414.1317(b)(2): cost weighs nothing for an APM entity, in traditional MIPS too.
TEST_F(Categories, AnApmEntityHasTheWeightsOfItsPathway) {
  Profile profile = profile_without_status();
  profile.group = true;
  profile.apm_entity = true;
  profile.cost_percent = decimal("100");
  const ScoreSummary summary = compute(input(profile));
  EXPECT_EQ(summary.category(Category::kQuality).weight, 50);
  EXPECT_EQ(summary.category(Category::kCost).weight, 0);
  EXPECT_EQ(summary.category(Category::kActivities).weight, 20);
}

TEST_F(Categories, ThePathwayGivesActivitiesWithoutASubmission) {
  Profile profile = profile_without_status();
  profile.participation = Participation::kApp;
  EXPECT_EQ(percent(input(profile), Category::kActivities), decimal("100"));
  EXPECT_FALSE(compute(input(profile)).category(Category::kActivities).submitted);
  EXPECT_EQ(compute(input(profile)).final_score, decimal("20"));
}

}  // namespace
}  // namespace qcdr::scoring
