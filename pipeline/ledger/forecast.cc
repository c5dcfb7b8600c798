#include "ledger/forecast.h"

#include <algorithm>

#include "scoring/strata.h"

namespace qcdr::ledger {
namespace {

// numerator / denominator, upwards; neither is negative.
std::int64_t divide_up(__int128 numerator, __int128 denominator) {
  return static_cast<std::int64_t>((numerator + denominator - 1) / denominator);
}

constexpr std::int64_t kWhole = 100 * Decimal::kOne;  // percent

// The least number of reported cases of `eligible` that is complete.
std::int64_t needed_of(std::int64_t eligible, Decimal completeness) {
  return divide_up(static_cast<__int128>(eligible) * completeness.raw(), kWhole);
}

// The least n with (reported + n) / (eligible + n) at or above the threshold.
std::int64_t further_cases(std::int64_t eligible, std::int64_t reported, Decimal completeness) {
  const std::int64_t lacking_share = kWhole - completeness.raw();
  if (lacking_share <= 0) return 0;
  const __int128 lacking = static_cast<__int128>(eligible) * completeness.raw() -
                           static_cast<__int128>(reported) * kWhole;
  return lacking <= 0 ? 0 : divide_up(lacking, lacking_share);
}

LocalDate day_of(PerformanceYear year, int month, int day) {
  return LocalDate::from_civil(year.value(), month, day).value();
}

// By when, at the pace of `cases` in the days to `through`.
void add_dates(PerformanceYear year, LocalDate through, MeasureForecast* made) {
  const std::int32_t first = day_of(year, 1, 1).days();
  const std::int32_t last = day_of(year, 12, 31).days();
  const std::int64_t days = std::int64_t{through.days()} - first + 1;
  const std::int64_t needed = made->complete()
                                  ? made->cases_to_minimum
                                  : std::max(made->cases_to_minimum, made->cases_to_completeness);
  const auto days_for = [&](std::int64_t cases) {
    return divide_up(static_cast<__int128>(cases) * days, made->cases);
  };
  if (made->cases == 0 || days <= 0) {
    made->out_of_reach = made->cases_to_minimum > 0 && through.days() >= last;
    return;
  }
  if (made->cases_to_minimum > 0) {
    const std::int64_t day = through.days() + days_for(made->cases_to_minimum);
    if (day <= last) {
      made->reaches_minimum_on = LocalDate::from_days(static_cast<std::int32_t>(day));
    } else {
      made->out_of_reach = true;
    }
  }
  if (needed == 0) return;
  const std::int64_t begin = last - days_for(needed) + 1;
  if (begin > through.days()) {
    made->last_day_to_begin = LocalDate::from_days(static_cast<std::int32_t>(begin));
  }
}

}  // namespace

std::vector<MeasureForecast> forecast(const scoring::ScoreInput& input,
                                      const scoring::ScoreSummary& summary,
                                      std::optional<LocalDate> received_through) {
  const scoring::ResolvedRules& rules = *input.rules;
  std::vector<MeasureForecast> forecasts;
  for (std::size_t i = 0; i < summary.measures.size(); ++i) {
    const scoring::MeasureInput& measure = input.measures[i];
    if (measure.collection == scoring::CollectionType::kAdministrativeClaims) continue;
    const scoring::CombinedCounts combined = scoring::combine_strata(rules, measure, input.strata);
    const scoring::MeasureInput& counts = combined.counts;
    const bool has_strata = !measure.measure->strata.empty() && !input.strata.empty();
    MeasureForecast made;
    made.measure = measure.measure;
    made.collection = measure.collection;
    made.cases = has_strata ? combined.case_count : counts.eligible_population - counts.exclusion;
    made.eligible = counts.eligible_population;
    made.reported =
        counts.performance_met + counts.performance_not_met + counts.exception + counts.exclusion;
    made.case_minimum = rules.case_minimum;
    made.completeness = rules.data_completeness;
    if (made.eligible == 0) continue;
    made.cases_to_minimum = std::max<std::int64_t>(0, made.case_minimum - made.cases);
    made.outcomes_to_completeness =
        std::max<std::int64_t>(0, needed_of(made.eligible, made.completeness) - made.reported);
    made.cases_to_completeness = further_cases(made.eligible, made.reported, made.completeness);
    if (received_through) add_dates(rules.year_rules->year(), *received_through, &made);
    forecasts.push_back(made);
  }
  return forecasts;
}

std::optional<LocalDate> last_day_received(PerformanceYear year,
                                           std::span<const std::uint32_t> cases_by_month,
                                           LocalDate today) {
  int last = 0;
  for (std::size_t month = 0; month < cases_by_month.size(); ++month) {
    if (cases_by_month[month] > 0) last = static_cast<int>(month) + 1;
  }
  if (last == 0) return std::nullopt;
  const LocalDate next =
      last == 12 ? day_of(PerformanceYear(year.value() + 1), 1, 1) : day_of(year, last + 1, 1);
  const LocalDate end = LocalDate::from_days(next.days() - 1);
  if (today >= end || today < day_of(year, last, 1)) return end;
  return today;
}

}  // namespace qcdr::ledger
