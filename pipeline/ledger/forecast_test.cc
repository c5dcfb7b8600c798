#include "ledger/forecast.h"

#include <gtest/gtest.h>

#include <map>

#include "scoring/resolved_rules.h"

namespace qcdr::ledger {
namespace {

LocalDate day(const char* text) {
  return LocalDate::parse(text).value();
}

struct Counts {
  std::int64_t eligible;
  std::int64_t met;
  std::int64_t not_met = 0;
  std::int64_t exception = 0;
};

MeasureForecast forecast_of(int year, const Counts& counts, std::optional<LocalDate> through,
                            const char* measure_id = "430") {
  static std::map<int, scoring::ResolvedRules> resolved;
  const rulebook::YearRules& rules =
      *rulebook::Rulebook::built_in().find_year(PerformanceYear(year));
  const auto known = resolved.try_emplace(year, scoring::resolve(rules)).first;
  scoring::ScoreInput input;
  input.rules = &known->second;
  input.as_of = scoring::kEverReleased;
  scoring::MeasureInput measure;
  measure.measure = rules.find_measure(measure_id);
  measure.eligible_population = counts.eligible;
  measure.performance_met = counts.met;
  measure.performance_not_met = counts.not_met;
  measure.exception = counts.exception;
  input.measures.push_back(measure);
  const auto made = forecast(input, scoring::compute(input), through);
  EXPECT_EQ(made.size(), 1u);
  return made.empty() ? MeasureForecast() : made.front();
}

TEST(Forecast, NothingIsMissingOfEnoughCompleteCases) {
  const MeasureForecast made = forecast_of(2022, {100, 60, 10, 0}, day("2022-06-30"));
  EXPECT_TRUE(made.enough());
  EXPECT_TRUE(made.complete());
  EXPECT_FALSE(made.reaches_minimum_on);
  EXPECT_FALSE(made.last_day_to_begin);
  EXPECT_FALSE(made.out_of_reach);
}

// 70 percent to 2023, 75 from 2024 on.
TEST(Forecast, CompletenessIsTheYears) {
  EXPECT_TRUE(forecast_of(2023, {100, 70}, {}).complete());
  const MeasureForecast made = forecast_of(2024, {100, 70}, {});
  EXPECT_EQ(made.completeness.to_string(), "75");
  EXPECT_EQ(made.outcomes_to_completeness, 5);
  // (70 + n) / (100 + n) >= 0.75 from n = 20 on.
  EXPECT_EQ(made.cases_to_completeness, 20);
}

TEST(Forecast, CompletenessIsReachedByTheLeastNumber) {
  for (std::int64_t eligible = 1; eligible <= 60; ++eligible) {
    for (std::int64_t reported = 0; reported <= eligible; ++reported) {
      const MeasureForecast made = forecast_of(2022, {eligible, reported}, {});
      const auto is_complete = [](std::int64_t part, std::int64_t whole) {
        return part * 100 >= whole * 70;
      };
      const std::int64_t outcomes = made.outcomes_to_completeness;
      const std::int64_t further = made.cases_to_completeness;
      EXPECT_TRUE(is_complete(reported + outcomes, eligible));
      EXPECT_TRUE(outcomes == 0 || !is_complete(reported + outcomes - 1, eligible));
      EXPECT_TRUE(is_complete(reported + further, eligible + further));
      EXPECT_TRUE(further == 0 || !is_complete(reported + further - 1, eligible + further - 1));
    }
  }
}

TEST(Forecast, TheMinimumIsReachedAtThePaceOfWhatWasReceived) {
  // Ten cases in 100 days: ten more need another 100.
  const MeasureForecast made = forecast_of(2022, {10, 10}, day("2022-04-10"));
  EXPECT_EQ(made.cases_to_minimum, 10);
  EXPECT_EQ(made.reaches_minimum_on, day("2022-07-19"));
  EXPECT_EQ(made.last_day_to_begin, day("2022-09-23"));  // 100 days to December 31
  // In a leap year April 9 is the hundredth day.
  const MeasureForecast leap = forecast_of(2020, {10, 10}, day("2020-04-09"));
  EXPECT_EQ(leap.reaches_minimum_on, day("2020-07-18"));
  EXPECT_EQ(leap.last_day_to_begin, day("2020-09-23"));
}

TEST(Forecast, WhatCannotBeDoneInTheYearIsOutOfReach) {
  const MeasureForecast slow = forecast_of(2022, {2, 2}, day("2022-06-30"));
  EXPECT_TRUE(slow.out_of_reach);
  EXPECT_FALSE(slow.reaches_minimum_on);
  const MeasureForecast over = forecast_of(2022, {19, 19}, day("2022-12-31"));
  EXPECT_TRUE(over.out_of_reach);
  EXPECT_FALSE(over.last_day_to_begin);
  // To the day: one case a day, one missing, one day left.
  const MeasureForecast last = forecast_of(2022, {19, 19}, day("2022-01-19"));
  EXPECT_EQ(last.reaches_minimum_on, day("2022-01-20"));
  EXPECT_EQ(last.last_day_to_begin, day("2022-12-31"));
}

TEST(Forecast, WithoutCasesOfAMonthThereIsNoPace) {
  const MeasureForecast made = forecast_of(2022, {5, 5}, {});
  EXPECT_EQ(made.cases_to_minimum, 15);
  EXPECT_FALSE(made.reaches_minimum_on);
  EXPECT_FALSE(made.out_of_reach);
}

// An inverse measure needs cases and outcomes as any other.
TEST(Forecast, InverseMeasuresNeedTheSame) {
  const MeasureForecast made = forecast_of(2022, {40, 1, 20, 0}, day("2022-06-30"), "AQI18");
  EXPECT_TRUE(made.enough());
  EXPECT_EQ(made.outcomes_to_completeness, 7);
}

TEST(Forecast, TheLastDayReceivedIsThatOfTheLastMonthWithCases) {
  const std::vector<std::uint32_t> months = {3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  const PerformanceYear leap(2024);
  EXPECT_EQ(last_day_received(leap, months, day("2025-01-10")), day("2024-02-29"));
  EXPECT_EQ(last_day_received(leap, months, day("2024-02-11")), day("2024-02-11"));
  EXPECT_EQ(last_day_received(leap, months, day("2024-01-11")), day("2024-02-29"));
  const std::vector<std::uint32_t> all(12, 1);
  EXPECT_EQ(last_day_received(leap, all, day("2025-03-01")), day("2024-12-31"));
  EXPECT_EQ(last_day_received(leap, std::vector<std::uint32_t>(12), day("2025-03-01")),
            std::nullopt);
}

}  // namespace
}  // namespace qcdr::ledger
