// The quality category: strata, claims, clusters, improvement, later benchmarks.
#include <gtest/gtest.h>

#include <array>

#include "scoring/score.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

class QualityCategory : public testing::Test {
 protected:
  const rulebook::YearRules& year_ = built_in_2022();
  const ResolvedRules rules_ = resolve(built_in_2022());

  ScoreInput input(const Profile& profile, const std::vector<MeasureInput>& measures = {}) {
    return score_input(rules_, profile, measures);
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

TEST_F(QualityCategory, StrataFollowTheMeasuresAlgorithm) {
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

TEST_F(QualityCategory, AdministrativeClaimsComeOnTop) {
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

TEST_F(QualityCategory, RelatedMeasuresLowerWhatIsRequired) {
  Profile profile = profile_without_status();
  std::vector<MeasureInput> four;
  for (const char* id : {"404", "424", "430", "463"}) four.push_back(counts(year_, id, 100, 0));
  // 10 + 10 + 7 + 7 of 40, and of 60.
  EXPECT_EQ(percent(input(profile, four), Category::kQuality), decimal("85"));
  profile.measure_applicability = Known::kNo;
  EXPECT_EQ(percent(input(profile, four), Category::kQuality), decimal("56.6666666667"));
  profile.measure_applicability = Known::kYes;
  // Three of the four: the cluster is expected, and the fourth place stays empty.
  four.pop_back();
  EXPECT_EQ(percent(input(profile, four), Category::kQuality), decimal("67.5"));
  // Others may send a measure that is none of it: (27 + 3 x 10) of 60.
  profile.others_may_report = true;
  for (const CauseRange& cause : range_by_cause(input(profile, four))) {
    if (cause.cause != Unknown::kDataOfOthers) continue;
    // 95 % of 55, and 100 % of the other two.
    EXPECT_EQ(cause.high, decimal("97.25"));
  }
  profile.others_may_report = false;
  // A measure outside the cluster, or one of the registry's own: six are expected.
  four.push_back(counts(year_, "477", 100, 0));
  EXPECT_EQ(percent(input(profile, four), Category::kQuality), decimal("61.6666666667"));
  four.back() = counts(year_, "AQI69", 100, 0);
  EXPECT_LT(percent(input(profile, four), Category::kQuality), decimal("65"));
}

// 484 was in its first year: at the worst rate 3 points, not 7, because nobody submits it.
TEST_F(QualityCategory, ClaimsHaveNoFloorOfNewMeasures) {
  Profile profile = profile_without_status();
  profile.group = true;
  profile.group_size = 40;
  const ScoreSummary summary = compute(input(profile, {claims("484", "1000", 200)}));
  ASSERT_EQ(summary.measures[0].basis, PointsBasis::kBenchmark);
  EXPECT_EQ(summary.measures[0].points, decimal("3"));
}

TEST_F(QualityCategory, ClaimsOfLargeGroupsAreNoIndividuals) {
  Profile profile = profile_without_status();
  const auto basis = [&](const char* id, const char* rate) {
    return compute(input(profile, {claims(id, rate, 300)})).measures[0].basis;
  };
  EXPECT_EQ(basis("479", "0.1315"), PointsBasis::kClaimsNotScored);
  EXPECT_EQ(basis("480", "0.02"), PointsBasis::kBenchmark);
  profile.group_size = 40;  // of the practice; the clinician stays one
  EXPECT_EQ(basis("479", "0.1315"), PointsBasis::kClaimsNotScored);
}

TEST_F(QualityCategory, OneMeasureCollectedTwiceCountsOnce) {
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
TEST_F(QualityCategory, ImprovementOverTheYearBefore) {
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

// Beside one with 10 points seven have 3 each, one of them though it is incomplete: six complete
// ones are there all the same.
TEST_F(QualityCategory, FullParticipationDoesNotDependOnWhichOfEqualMeasuresArePicked) {
  constexpr std::array kIds = {"A", "B", "C", "D", "E", "F", "G"};
  TestYear year(built_in_2022());
  for (const char* id : kIds) year.add_measure(test_measure(id, true));
  year.add_measure(test_measure("H", true));
  year.add_benchmark("H", {"0", "10", "20", "30", "40", "50", "60", "70", "80"});
  const ResolvedRules rules = resolve(year);
  Profile profile = profile_without_status();
  profile.small_practice = Known::kYes;
  profile.prior_quality_percent = decimal("30");
  for (const char* incomplete : kIds) {
    std::vector<MeasureInput> measures = {counts(year, "H", 100, 0)};
    for (const char* id : kIds) {
      measures.push_back(counts(year, id, 50, 0, id == incomplete ? 50 : 0));
    }
    const ScoreSummary summary = compute(score_input(rules, profile, measures));
    // 25 of 60 points: (41.6667 - 30) / 30 x 10.
    EXPECT_EQ(summary.category(Category::kQuality).improvement.rounded(2), decimal("3.89"));
  }
}

TEST_F(QualityCategory, AnAmountOfNoCasesIsNotSubmitted) {
  const rulebook::Measure* amount = nullptr;
  for (const rulebook::Measure& measure : year_.measures()) {
    if (measure.metric_type == "nonProportion") amount = &measure;
  }
  ASSERT_NE(amount, nullptr);
  MeasureInput measure;
  measure.measure = amount;
  measure.supplied_rate = decimal("12");
  measure.supplied_reporting_rate = decimal("100");
  Profile profile = profile_without_status();
  EXPECT_FALSE(compute(input(profile, {measure})).category(Category::kQuality).submitted);
  measure.eligible_population = 1;
  EXPECT_TRUE(compute(input(profile, {measure})).category(Category::kQuality).submitted);
}

// A measure without benchmark stands at three points, and at ten should CMS make one.
TEST_F(QualityCategory, ABenchmarkThatMayCome) {
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

}  // namespace
}  // namespace qcdr::scoring
