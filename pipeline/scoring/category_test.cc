// Activities, promoting interoperability, cost, strata, claims, clusters and improvement.
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
  MeasureInput claims(const char* id, const char* rate, std::int64_t cases) {
    MeasureInput measure;
    measure.measure = year_.find_measure(id);
    measure.collection = CollectionType::kAdministrativeClaims;
    measure.supplied_rate = decimal(rate);
    measure.eligible_population = cases;
    return measure;
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

TEST_F(Categories, StrataFollowTheMeasuresAlgorithm) {
  const rulebook::Measure* overall = year_.find_measure("AQI48");
  ASSERT_NE(overall, nullptr);
  ASSERT_EQ(overall->overall_algorithm, "overallStratumOnly");
  ScoreInput of = input(profile_without_status());
  MeasureInput measure;
  measure.measure = overall;
  of.measures.push_back(measure);
  of.strata.push_back({overall, 0, 440, 350, 90, 0, 0});
  of.strata.push_back({overall, 1, 59, 57, 2, 0, 0});
  ScoreSummary summary = compute(of);
  EXPECT_EQ(summary.measures[0].performance_rate, decimal("96.61"));
  EXPECT_EQ(summary.measures[0].case_count, 59);
  // 9 + (96.61 - 95.42) / (96.66 - 95.42)
  EXPECT_EQ(summary.measures[0].points, decimal("9.9597"));
  of.measures[0].supplied_rate = decimal("93");  // the owner's rate wins
  summary = compute(of);
  EXPECT_EQ(summary.measures[0].performance_rate, decimal("93"));
  EXPECT_EQ(summary.measures[0].case_count, 59);

  const rulebook::Measure* average = year_.find_measure("009");
  ASSERT_EQ(average->overall_algorithm, "simpleAverage");
  ScoreInput mean = input(profile_without_status());
  measure.measure = average;
  mean.measures.push_back(measure);
  mean.strata.push_back({average, 0, 100, 50, 50, 0, 0});
  mean.strata.push_back({average, 1, 30, 30, 0, 0, 0});
  EXPECT_EQ(compute(mean).measures[0].performance_rate, decimal("75"));
  EXPECT_EQ(compute(mean).measures[0].case_count, 100);

  const rulebook::Measure* weighted = year_.find_measure("370");
  ASSERT_EQ(weighted->overall_algorithm, "weightedAverage");
  ScoreInput sums = input(profile_without_status());
  measure.measure = weighted;
  sums.measures.push_back(measure);
  sums.strata.push_back({weighted, 0, 100, 50, 50, 0, 0});
  sums.strata.push_back({weighted, 1, 60, 30, 30, 0, 0});
  EXPECT_EQ(compute(sums).measures[0].performance_rate, decimal("50"));
  EXPECT_EQ(compute(sums).measures[0].case_count, 160);
}

TEST_F(Categories, AdministrativeClaimsComeOnTop) {
  Profile profile = profile_without_status();
  profile.group = true;
  profile.group_size = 40;
  const MeasureInput claims479 = claims("479", "0.1315", 200);
  const ScoreSummary alone = compute(input(profile, {claims479}));
  EXPECT_EQ(alone.measures[0].points, decimal("10"));
  EXPECT_FALSE(alone.category(Category::kQuality).submitted);
  // Ten of seventy points.
  EXPECT_EQ(alone.category(Category::kQuality).percent, decimal("14.2857142857"));
  const ScoreSummary few = compute(input(profile, {claims("479", "0.1315", 199)}));
  EXPECT_EQ(few.measures[0].basis, PointsBasis::kClaimsNotScored);
  EXPECT_EQ(few.category(Category::kQuality).percent, Decimal());
  profile.group_size = 15;
  const ScoreSummary small = compute(input(profile, {claims479}));
  EXPECT_EQ(small.measures[0].basis, PointsBasis::kClaimsNotScored);
}

TEST_F(Categories, RelatedMeasuresLowerWhatIsRequired) {
  Profile profile = profile_without_status();
  std::vector<MeasureInput> four;
  for (const char* id : {"404", "424", "430", "463"}) four.push_back(counts(year_, id, 100, 0));
  // 10 + 10 + 7 + 7 of 40, and of 60.
  EXPECT_EQ(percent(input(profile, four), Category::kQuality), decimal("85"));
  profile.measure_applicability = Known::kNo;
  EXPECT_EQ(percent(input(profile, four), Category::kQuality), decimal("56.6666666667"));
  profile.measure_applicability = Known::kYes;
  // Three of the four: not all that applies, so the year's number is expected.
  four.pop_back();
  EXPECT_EQ(percent(input(profile, four), Category::kQuality), decimal("45"));
  // A measure outside the cluster, or one of the registry's own: six are expected.
  four.push_back(counts(year_, "477", 100, 0));
  EXPECT_EQ(percent(input(profile, four), Category::kQuality), decimal("61.6666666667"));
  four.back() = counts(year_, "AQI69", 100, 0);
  EXPECT_LT(percent(input(profile, four), Category::kQuality), decimal("65"));
}

TEST_F(Categories, OneMeasureCollectedTwiceCountsOnce) {
  MeasureInput registry = counts(year_, "001", 90, 10);
  MeasureInput electronic = counts(year_, "001", 10, 90);
  electronic.collection = CollectionType::kElectronicHealthRecord;
  const ScoreSummary summary = compute(input(profile_without_status(), {registry, electronic}));
  EXPECT_NE(summary.measures[0].points, summary.measures[1].points);
  EXPECT_TRUE(summary.measures[0].picked != summary.measures[1].picked);
  const MeasureScore& better = summary.measures[0].points > summary.measures[1].points
                                   ? summary.measures[0]
                                   : summary.measures[1];
  EXPECT_TRUE(better.picked);
}

// 85.00 now, 79.34 before: (85 - 79.34) / 79.34 x 10 = 0.713, as in a published record.
TEST_F(Categories, ImprovementOverTheYearBefore) {
  TestYear year(built_in_2022());
  for (const char* id : {"A", "B", "C", "D", "E", "F"}) {
    year.add_measure(test_measure(id, true));
    year.add_benchmark(id, {"0", "10", "20", "30", "40", "50", "60", "70", "80"});
  }
  const ResolvedRules rules = resolve(year);
  std::vector<MeasureInput> six;
  for (const char* id : {"A", "B", "C"}) six.push_back(counts(year, id, 100, 0));
  for (const char* id : {"D", "E", "F"}) six.push_back(counts(year, id, 50, 50));
  Profile profile = profile_without_status();
  profile.prior_quality_percent = decimal("79.34");
  const auto quality = [&](const std::vector<MeasureInput>& measures) {
    return compute(score_input(rules, profile, measures)).category(Category::kQuality);
  };
  EXPECT_EQ(quality(six).improvement, decimal("0.7133854298"));
  EXPECT_EQ(quality(six).percent, decimal("85.7133854298"));
  profile.small_practice = Known::kYes;
  EXPECT_EQ(quality(six).percent, decimal("95.7133854298"));
  profile.small_practice = Known::kNo;
  profile.prior_quality_percent = decimal("90");
  EXPECT_EQ(quality(six).improvement, Decimal());
  profile.prior_quality_percent = decimal("5");  // counts as 30, and ten points are the most
  EXPECT_EQ(quality(six).improvement, decimal("10"));
  profile.prior_quality_percent = decimal("79.34");
  six.pop_back();  // not everything that is required
  EXPECT_EQ(quality(six).improvement, Decimal());
}

// A measure without benchmark stands at three points, and at ten should CMS make one.
TEST_F(Categories, ABenchmarkThatMayCome) {
  TestYear year(built_in_2022());
  year.add_measure(test_measure("A", true));
  const ResolvedRules rules = resolve(year);
  const ScoreInput of = score_input(rules, profile_without_status(), {counts(year, "A", 80, 20)});
  bool found = false;
  for (const CauseRange& cause : range_by_cause(of)) {
    if (cause.cause != Unknown::kBenchmarks) continue;
    found = true;
    EXPECT_EQ(cause.low, compute(of).final_score);
    EXPECT_EQ(cause.high - cause.low, decimal("6.4166666667"));  // 7 / 60 of 55
  }
  EXPECT_TRUE(found);
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

}  // namespace
}  // namespace qcdr::scoring
