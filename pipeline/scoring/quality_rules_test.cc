// What quality has in some years only: bonuses, exclusions, pathways, the CMS Web Interface.
#include <gtest/gtest.h>

#include "rulebook/parameter_names.h"
#include "scoring/score.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

namespace names = rulebook::names;

const std::vector<std::string> kTenths = {"20", "30", "40", "50", "60", "70", "80", "90", "100"};

class QualityRules : public testing::Test {
 protected:
  QualityRules() : year_(built_in_2022()) {
    for (const char* id : {"P1", "P2", "P3", "P4", "P5", "P6"}) add(test_measure(id));
    add(test_measure("OUT", true));
    add(test_measure("OUT2", true));
    add(test_measure("HP", false, true));
    rulebook::Measure experience = test_measure("EXP", false, true);
    experience.type = rulebook::MeasureType::kPatientEngagement;
    add(experience);
    rulebook::Measure suppressed = test_measure("S");
    suppressed.suppressed_for = {std::string(kCollectionType)};
    add(suppressed);
    for (const char* id : {"W1", "W2", "W3"}) {
      rulebook::Measure measure = test_measure(id, false, true);
      measure.collection_types = {"cmsWebInterface"};
      add(measure);
    }
  }
  void add(const rulebook::Measure& measure) {
    year_.add_measure(measure);
    year_.add_benchmark(measure.id, kTenths);
  }
  // A rate of so many tenths of points.
  MeasureInput at(const char* id, int tenths,
                  CollectionType collection = CollectionType::kRegistry) {
    MeasureInput input = counts(year_, id, tenths, 100 - tenths);
    input.collection = collection;
    return input;
  }
  // Achievement and bonus points together: the percent of sixty, or of `available`, points.
  std::string points(const std::vector<MeasureInput>& measures, const char* available = "60") {
    const ResolvedRules rules = resolve(year_);
    const ScoreSummary summary = compute(score_input(rules, profile_, measures));
    return (summary.category(Category::kQuality).percent * decimal(available) / decimal("100"))
        .rounded(4)
        .to_string();
  }
  TestYear year_;
  Profile profile_ = profile_without_status();
};

TEST_F(QualityRules, HighPriorityMeasuresBeyondTheRequiredOneEarnABonus) {
  year_.set_parameter(names::kHighPriorityBonusOutcome, "2");
  year_.set_parameter(names::kHighPriorityBonusOther, "1");
  year_.set_parameter(names::kHighPriorityBonusMaximumPercent, "10");
  // 60, 50 and 90 tenths; the better outcome measure is the required one, the other earns 2.
  EXPECT_EQ(points({at("OUT", 60), at("OUT2", 50), at("P1", 90)}), "22");
  EXPECT_EQ(points({at("OUT", 60), at("HP", 50), at("EXP", 40)}), "18");  // + 1 + 2
  EXPECT_EQ(points({at("EXP", 40), at("HP", 50)}), "10");                 // experience goes first
  // Beyond the six that count, too.
  EXPECT_EQ(points({at("P1", 90), at("P2", 90), at("P3", 90), at("P4", 90), at("P5", 90),
                    at("OUT", 90), at("HP", 30)}),
            "55");
  // Neither at the worst rate nor with too few cases nor incomplete.
  MeasureInput few = counts(year_, "HP", 19, 0);
  MeasureInput incomplete = counts(year_, "OUT2", 50, 0, 50);
  EXPECT_EQ(points({at("OUT", 60), at("EXP", 0), few, incomplete}), "12");
  // Once however often it was collected, and at most a tenth.
  EXPECT_EQ(points({at("OUT", 60), at("HP", 50), at("HP", 40, CollectionType::kClaims)}), "12");
  year_.set_parameter(names::kHighPriorityBonusOutcome, "8");
  EXPECT_EQ(points({at("OUT", 60), at("OUT2", 50)}), "17");
}

TEST_F(QualityRules, EndToEndReportingEarnsABonusButNotByClaims) {
  year_.set_parameter(names::kEndToEndBonus, "1");
  year_.set_parameter(names::kEndToEndBonusMaximumPercent, "10");
  std::vector<MeasureInput> measures = {at("OUT", 60), at("P1", 50),
                                        at("P2", 30, CollectionType::kClaims), at("S", 90)};
  for (MeasureInput& measure : measures) measure.end_to_end = true;
  // 14 points and 2 of fifty: the suppressed measure takes its place away.
  EXPECT_EQ(points(measures, "50"), "16");
  measures = {at("OUT", 100)};
  for (const char* id : {"P1", "P2", "P3", "P4", "P5", "P6", "HP"}) measures.push_back(at(id, 50));
  for (MeasureInput& measure : measures) measure.end_to_end = true;
  EXPECT_EQ(points(measures), "41");
}

TEST_F(QualityRules, ComplexOrganizationsEarnABonusForElectronicMeasures) {
  year_.set_parameter(names::kComplexOrganizationPoints, "1");
  year_.set_parameter(names::kComplexOrganizationMaximumPercent, "10");
  const std::vector<MeasureInput> measures = {
      at("OUT", 60), at("P1", 50, CollectionType::kElectronicHealthRecord),
      at("P2", 50, CollectionType::kElectronicHealthRecord)};
  profile_.group = true;
  EXPECT_EQ(points(measures), "12");  // without benchmark 3 each
  profile_.virtual_group = true;
  EXPECT_EQ(points(measures), "14");
  profile_.virtual_group = false;
  profile_.apm_entity = true;
  EXPECT_EQ(points(measures), "14");
}

// Until 2020 ten points went for each suppressed measure, also beyond the sixth.
TEST_F(QualityRules, ASuppressedMeasureBeyondTheSixthReducesInSomeYearsOnly) {
  std::vector<MeasureInput> measures = {at("OUT", 50), at("S", 90)};
  for (const char* id : {"P1", "P2", "P3", "P4", "P5"}) measures.push_back(at(id, 50));
  EXPECT_EQ(points(measures), "30");
  year_.set_parameter(names::kSuppressedAlwaysReduces, "1");
  EXPECT_EQ(points(measures, "50"), "25");
}

TEST_F(QualityRules, TheSurveyOfTooFewPatientsTakesAPlaceAway) {
  year_.set_parameter(names::kSurveyReduction, "10");
  year_.set_parameter(names::kSurveyMeasuresMaximum, "5");
  profile_.survey_minimum_missed = true;
  std::vector<MeasureInput> measures = {at("OUT", 50)};
  for (const char* id : {"P1", "P2", "P3", "P4"}) measures.push_back(at(id, 50));
  EXPECT_EQ(points(measures, "50"), "25");
  measures.push_back(at("P5", 50));
  EXPECT_EQ(points(measures), "30");
}

TEST_F(QualityRules, AnMvpHasFourMeasuresAndTheBestOneFromClaims) {
  year_.set_parameter(names::kMvpRequiredMeasures, "4");
  profile_.participation = Participation::kMvp;
  std::vector<MeasureInput> measures = {at("OUT", 30), at("P1", 90), at("P2", 80), at("P3", 70),
                                        at("P4", 100)};
  EXPECT_EQ(points(measures, "40"), "30");
  measures.pop_back();
  measures.pop_back();
  EXPECT_EQ(points(measures, "40"), "20");
}

TEST_F(QualityRules, TheWebInterfaceHasAllOfItsMeasures) {
  const auto by_interface = [&](const char* id, std::int64_t met, std::int64_t unreported = 0) {
    MeasureInput input = counts(year_, id, met, 0, unreported);
    input.collection = CollectionType::kWebInterface;
    return input;
  };
  // Its benchmarks are of another collection type here, so that all of it is left out.
  const ResolvedRules rules = resolve(year_);
  const ScoreSummary left_out = compute(score_input(
      rules, profile_, {by_interface("W1", 50), by_interface("W2", 50), by_interface("W3", 50)}));
  EXPECT_EQ(left_out.measures[0].basis, PointsBasis::kLeftOut);
  EXPECT_TRUE(left_out.category(Category::kQuality).reweighted);
  // An incomplete one earns nothing, also of a small practice, whose six points are those of ten.
  profile_.small_practice = Known::kYes;
  const ScoreSummary incomplete = compute(
      score_input(rules, profile_,
                  {by_interface("W1", 50, 50), by_interface("W2", 50), by_interface("W3", 50)}));
  EXPECT_EQ(incomplete.measures[0].points, Decimal());
  EXPECT_EQ(incomplete.category(Category::kQuality).percent, decimal("60"));
}

TEST_F(QualityRules, TheAppLeavesOutWhatHasNoBenchmark) {
  year_.set_parameter(names::kAppWithoutBenchmarkExcluded, "1");
  year_.add_measure(test_measure("N", true));
  std::vector<MeasureInput> measures = {at("OUT", 50), at("N", 50)};
  EXPECT_EQ(points(measures), "8");
  profile_.participation = Participation::kApp;
  EXPECT_EQ(points(measures, "50"), "5");
}

TEST_F(QualityRules, SplitStrataTakeCompletenessOfOneAndTheRateOfAnother) {
  rulebook::Measure measure = test_measure("SPLIT", true);
  measure.strata = {"reporting", "performance", "combinedPopulations"};
  measure.overall_algorithm = "split";
  add(measure);
  const ResolvedRules rules = resolve(year_);
  MeasureInput whole;
  whole.measure = year_.find_measure("SPLIT");
  ScoreInput input = score_input(rules, profile_, {whole});
  input.strata.push_back({whole.measure, 0, 100, 10, 70, 0, 0});
  input.strata.push_back({whole.measure, 1, 40, 30, 10, 0, 0});
  input.strata.push_back({whole.measure, 2, 900, 0, 0, 0, 0});
  const ScoreSummary summary = compute(input);
  EXPECT_EQ(summary.measures[0].reporting_rate, decimal("80"));
  EXPECT_EQ(summary.measures[0].case_count, 100);
  EXPECT_EQ(summary.measures[0].performance_rate, decimal("75"));
  EXPECT_EQ(summary.measures[0].points, decimal("7.5"));
  ScoreInput without = score_input(rules, profile_, {whole});
  without.strata.push_back({whole.measure, 0, 100, 10, 70, 0, 0});
  EXPECT_EQ(compute(without).measures[0].basis, PointsBasis::kNoRate);
}

// The smallest of several clusters that hold everything.
TEST_F(QualityRules, ASpecialtySetMayBeLargerThanTheCluster) {
  year_.add_cluster("care", {"OUT", "P1", "P2"});
  year_.add_cluster("specialty", {"OUT", "P1", "P2", "P3"});
  EXPECT_EQ(points({at("OUT", 50), at("P1", 50)}, "30"), "10");
  EXPECT_EQ(points({at("OUT", 50), at("P3", 50)}, "40"), "10");
  EXPECT_EQ(points({at("OUT", 50), at("P4", 50)}), "10");
}

// Flat and defined topped-out benchmarks are bounds like others, without the cap.
TEST_F(QualityRules, ALadderOfPercentilesEarnsTenPoints) {
  year_.set_parameter(names::kFloorPoints, "1");
  year_.add_measure(test_measure("L", true));
  year_.add_benchmark("L", {"84", "86", "88", "90", "92", "94", "96", "98", "99", "100"});
  EXPECT_EQ(points({at("L", 97)}), "7.5");
  EXPECT_EQ(points({at("L", 100)}), "10");
  EXPECT_EQ(points({at("L", 85)}), "1.5");
  EXPECT_EQ(points({at("L", 83)}), "1");
}

}  // namespace
}  // namespace qcdr::scoring
