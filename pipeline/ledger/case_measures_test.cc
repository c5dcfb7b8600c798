#include "ledger/case_measures.h"

#include <gtest/gtest.h>

#include "ledger/scored_results.h"
#include "scoring/strata.h"

namespace qcdr::ledger {
namespace {

const YearLedgerRules& rules(int year) {
  static const LedgerRules all(rulebook::Rulebook::built_in());
  return *all.find(PerformanceYear(year));
}

class Counted {
 public:
  explicit Counted(int year) : rules_(rules(year)), counts_(rules_.measures.size()) {
    input.rules = &rules_.scoring;
    input.as_of = scoring::kEverReleased;
  }
  Counted& add(std::string_view slot_name, const MeasureTally& tally) {
    const auto& all = rules_.year->specifications();
    for (std::size_t slot = 0; slot < all.size(); ++slot) {
      if (all[slot].slot_name() == slot_name) counts_.add(slot, CountClass::kOnTime, tally);
    }
    return *this;
  }
  scoring::MeasureScore score() {
    add_case_measures(rules_, counts_, &input);
    EXPECT_EQ(input.measures.size(), 1u);
    return scoring::compute(input).measures[0];
  }
  scoring::ScoreInput input;

 private:
  const YearLedgerRules& rules_;
  EntityCounts counts_;
};

TEST(CaseMeasures, ARateThatCasesDecideIsTheOverallOne) {
  Counted survey(2022);
  survey.add("AQI48/surveyed", {100, 90, 10, 0}).add("AQI48/overall", {40, 30, 10, 0});
  const scoring::MeasureScore score = survey.score();
  EXPECT_EQ(score.case_count, 40);
  EXPECT_EQ(score.performance_rate.to_string(), "75");
  EXPECT_EQ(survey.input.strata.size(), 2u);
}

TEST(CaseMeasures, WithoutAnAnswerTheSurveyIsNotSubmitted) {
  const scoring::MeasureScore score = Counted(2022).add("AQI48/surveyed", {100, 90, 10, 0}).score();
  EXPECT_EQ(score.basis, scoring::PointsBasis::kNotSubmitted);
}

// (50 + 90) / 2, rounded as the year rounds; cases are those of the larger part.
TEST(CaseMeasures, TheAverageIsTheMeanOfTheRates) {
  const scoring::MeasureScore score = Counted(2022)
                                          .add("AQI73/brachialRadialTibial", {40, 20, 20, 0})
                                          .add("AQI73/femoralAxillary", {10, 9, 1, 0})
                                          .score();
  EXPECT_EQ(score.performance_rate.to_string(), "70");
  EXPECT_EQ(score.case_count, 40);
}

// 29 of 50 in 2023, when the note says "the total cases".
TEST(CaseMeasures, PooledRatesAreTheSumOfTheParts) {
  const scoring::MeasureScore score = Counted(2023)
                                          .add("AQI73/brachialRadialTibial", {40, 20, 20, 0})
                                          .add("AQI73/femoralAxillary", {10, 9, 1, 0})
                                          .score();
  EXPECT_EQ(score.performance_rate.to_string(), "58");
  EXPECT_EQ(score.case_count, 50);
}

TEST(CaseMeasures, OfAnAverageEachPartNeedsACase) {
  Counted three(2022);
  three.add("AQI71/testedPrior", {40, 30, 10, 0})
      .add("AQI71/insulinPrior", {20, 10, 5, 5})
      .add("AQI71/insulinPostoperative", {10, 10, 0, 0});
  EXPECT_EQ(three.score().basis, scoring::PointsBasis::kNotSubmitted);
  Counted four(2022);
  four.add("AQI71/testedPrior", {40, 30, 10, 0})
      .add("AQI71/insulinPrior", {20, 10, 5, 5})
      .add("AQI71/insulinPostoperative", {10, 10, 0, 0})
      .add("AQI71/glucoseEducation", {20, 12, 8, 0});
  // (75 + 66.666... + 100 + 60) / 4
  EXPECT_EQ(four.score().performance_rate.to_string(), "75.42");
}

// Of an inverse measure what happened is met, though it is bad; turning round is for the benchmark.
TEST(CaseMeasures, AnInverseMeasureIsCountedAsReported) {
  const scoring::MeasureScore score = Counted(2022).add("AQI18", {100, 1, 99, 0}).score();
  EXPECT_TRUE(score.measure->inverse);
  EXPECT_EQ(score.performance_rate.to_string(), "1");
  EXPECT_EQ(score.basis, scoring::PointsBasis::kNoBenchmark);
}

// Every anesthesia measure of every year has a result that is taken, with all of its rates, unless
// it cannot be told by counts or this registry may not send it.
TEST(Results, EveryMeasureOfEveryYearIsTaken) {
  int taken = 0;
  for (int year = 2019; year <= 2026; ++year) {
    const rulebook::YearRules& of_year = *rules(year).year;
    for (const rulebook::Measure& measure : of_year.measures()) {
      const bool anesthesia = measure.id.starts_with("AQI") || measure.id.starts_with("ABG") ||
                              measure.id.starts_with("EPREOP") || measure.id == "404" ||
                              measure.id == "424" || measure.id == "430" || measure.id == "463" ||
                              measure.id == "477" || measure.id == "487" || measure.id == "044" ||
                              measure.id == "076";
      if (!anesthesia || measure.metric_type == "nonProportion") continue;
      MeasureResult result;
      result.measure_id = measure.id;
      const std::vector<std::string> strata =
          measure.strata.empty() ? std::vector<std::string>{""} : measure.strata;
      for (const std::string& stratum : strata) {
        result.strata.push_back({stratum, 100, 80, 15, 5});
      }
      scoring::ScoreInput input;
      input.rules = &rules(year).scoring;
      input.as_of = scoring::kEverReleased;
      add_result(result, &input);
      const bool ours = measure.may_be_sent_by(of_year.registry());
      ASSERT_EQ(input.measures.size(), ours ? 1u : 0u) << year << measure.id;
      if (!ours) continue;
      const scoring::MeasureScore score = scoring::compute(input).measures[0];
      EXPECT_NE(score.basis, scoring::PointsBasis::kNotSubmitted) << year << measure.id;
      EXPECT_TRUE(score.complete) << year << measure.id;
      EXPECT_TRUE(score.case_minimum_met) << year << measure.id;
      ++taken;
    }
  }
  EXPECT_GT(taken, 100);
}

}  // namespace
}  // namespace qcdr::ledger
