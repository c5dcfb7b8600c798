// What costs points and blocks nothing.
#include <algorithm>

#include "core/zone.h"
#include "ledger/readiness.h"
#include "rulebook/calendar_kinds.h"

namespace qcdr::ledger {
namespace {

using scoring::Category;
using scoring::CategoryScore;
using scoring::PointsBasis;

constexpr std::int64_t kPercent = 100;

// Measures that quality is divided by; the year's number where nothing says so.
std::int64_t places(const scoring::ScoreInput& input, const scoring::ScoreSummary& summary) {
  if (summary.quality_places > 0) return summary.quality_places;
  return static_cast<std::int64_t>(input.rules->required_measures);
}

// Final points that a number of measure points is worth at most.
Decimal final_points(const scoring::ScoreInput& input, const scoring::ScoreSummary& summary,
                     Decimal measure_points) {
  const CategoryScore& quality = summary.category(Category::kQuality);
  const std::int64_t slots = places(input, summary);
  if (slots == 0 || input.rules->points_maximum == Decimal()) return {};
  return measure_points * Decimal::from_integer(quality.weight) /
         (input.rules->points_maximum * Decimal::from_integer(slots));
}

// Final points between a category's percent and its full credit.
Decimal missing_points(const CategoryScore& category) {
  const Decimal missing = Decimal::from_integer(kPercent) - category.percent;
  return Decimal::from_raw(missing.raw() / kPercent * category.weight);
}

void measure_costs(const scoring::ScoreInput& input, const scoring::ScoreSummary& summary,
                   Limit limit, Readiness* readiness) {
  std::size_t submitted = 0;
  for (std::size_t i = 0; i < summary.measures.size(); ++i) {
    const scoring::MeasureScore& score = summary.measures[i];
    if (score.basis == PointsBasis::kNotSubmitted || score.basis == PointsBasis::kSuppressed) {
      continue;
    }
    ++submitted;
    const bool incomplete = score.basis == PointsBasis::kIncomplete;
    if (!incomplete && score.basis != PointsBasis::kBelowCaseMinimum) continue;
    PointCost cost;
    cost.reason = incomplete ? CostReason::kCompleteness : CostReason::kCaseMinimum;
    cost.measure = score.measure;
    cost.points_at_most = final_points(input, summary, input.rules->points_maximum - score.points);
    cost.limit = limit;
    const scoring::MeasureInput& counts = input.measures[i];
    const std::int64_t reported =
        counts.performance_met + counts.performance_not_met + counts.exception;
    const std::int64_t lacking = incomplete
                                     ? counts.eligible_population - reported
                                     : input.rules->case_minimum - counts.eligible_population;
    cost.cases = static_cast<std::uint32_t>(std::max<std::int64_t>(lacking, 0));
    readiness->costs.push_back(cost);
  }
  const auto required = static_cast<std::size_t>(places(input, summary));
  if (submitted == 0 || submitted >= required) return;
  PointCost cost;
  cost.reason = CostReason::kMissingMeasure;
  cost.points_at_most =
      final_points(input, summary,
                   input.rules->points_maximum *
                       Decimal::from_integer(static_cast<std::int64_t>(required - submitted)));
  cost.limit = limit;
  readiness->costs.push_back(cost);
}

void month_costs(const PracticeFacts& practice, const TinFacts& tin, Limit limit,
                 Readiness* readiness) {
  const bool any = std::any_of(tin.cases_by_month.begin(), tin.cases_by_month.end(),
                               [](std::uint32_t cases) { return cases > 0; });
  if (!any) return;  // that nothing is there at all blocks, and is said once
  const LocalDate today = local_date(practice.rules->registry().zone, practice.as_of);
  const int year = practice.rules->year().value();
  for (std::uint32_t month = 1; month <= tin.cases_by_month.size(); ++month) {
    const bool over =
        today.year() > year || (today.year() == year && today.month() > static_cast<int>(month));
    if (!over || tin.cases_by_month[month - 1] > 0) continue;
    const auto& billed = tin.billed.months[month - 1];
    if (billed && *billed == 0) continue;  // nobody worked
    PointCost cost;
    cost.reason = CostReason::kMissingMonth;
    cost.month = month;
    cost.limit = limit;
    cost.cases = billed.value_or(0);
    readiness->costs.push_back(cost);
  }
}

void category_costs(const PracticeFacts& practice, const scoring::ScoreSummary& summary,
                    Readiness* readiness) {
  const CategoryBits withheld = readiness->withheld_now();
  const auto add = [&](Category category, CategoryBits bit, CostReason reason,
                       std::string_view kind) {
    if ((withheld & bit) != 0) return;
    const CategoryScore& score = summary.category(category);
    const Decimal points = missing_points(score);
    if (score.reweighted || points <= Decimal()) return;
    PointCost cost;
    cost.reason = reason;
    cost.points_at_most = points;
    cost.limit = limit_of(*practice.rules, kind, false, practice.extensions);
    readiness->costs.push_back(cost);
  };
  add(Category::kActivities, kActivitiesBit, CostReason::kImprovementActivities,
      rulebook::kinds::kActivityAttestation);
  add(Category::kPromotingInteroperability, kInteroperabilityBit,
      CostReason::kPromotingInteroperability, rulebook::kinds::kPromotingInteroperability);
}

void eligibility_advice(const Eligibility& eligibility, Readiness* readiness) {
  if (!eligibility.loaded()) {
    readiness->advice.push_back({AdviceKind::kEligibilityList, kNoEnd});
  } else if (eligibility.adjustment_applies() == Tristate::kNo) {
    readiness->advice.push_back({AdviceKind::kNotRequired, kNoEnd});
  }
}

}  // namespace

// Who holds the role is not recorded yet for any TIN, so it is asked of every one.
void add_group_advice(const TinFacts& tin, Readiness* readiness) {
  readiness->advice.push_back({AdviceKind::kSecurityOfficial, kNoEnd});
  eligibility_advice(tin.eligibility, readiness);
  if (tin.billed.months_known() == 0) {
    readiness->advice.push_back({AdviceKind::kBilledCases, kNoEnd});
  }
}

void add_individual_advice(const PairFacts& pair, Readiness* readiness) {
  eligibility_advice(pair.eligibility, readiness);
}

void add_costs(const PracticeFacts& practice, const TinFacts& tin, const DataFacts& data,
               const scoring::ScoreInput& input, const scoring::ScoreSummary& summary,
               Readiness* readiness) {
  const Limit limit =
      limit_of(*practice.rules, rulebook::kinds::kAnesthesiaCase, false, practice.extensions);
  const LocalDate today = local_date(practice.rules->registry().zone, practice.as_of);
  readiness->forecasts = forecast(
      input, summary, last_day_received(practice.rules->year(), tin.cases_by_month, today));
  // What is not sent wins nothing by more of it.
  const CategoryBits withheld = readiness->withheld_now();
  if ((withheld & kQualityBit) == 0) measure_costs(input, summary, limit, readiness);
  if (input.profile.group) month_costs(practice, tin, limit, readiness);
  category_costs(practice, summary, readiness);
  if (data.cases_held > 0) {
    PointCost cost;
    cost.reason = CostReason::kHeldCases;
    cost.cases = data.cases_held;
    cost.limit = limit;
    readiness->costs.push_back(cost);
  }
}

}  // namespace qcdr::ledger
