#include "scoring/cost.h"

#include <algorithm>

namespace qcdr::scoring {
namespace {

constexpr std::int64_t kPercent = 100;
constexpr Decimal kHundred = Decimal::from_raw(kPercent * Decimal::kOne);

// 414.1380(b)(2)(iv): on the category as a whole.
Decimal improvement(const ResolvedRules& rules, Decimal now, const std::optional<Decimal>& before) {
  if (!before || *before <= Decimal() || now <= *before) return {};
  const Decimal earned = (now - *before) * rules.cost_improvement_maximum / *before;
  return std::min(earned, rules.cost_improvement_maximum);
}

}  // namespace

const rulebook::Benchmark* cost_benchmark(const ResolvedRules& rules,
                                          const rulebook::CostMeasure& measure) {
  const std::vector<rulebook::CostMeasure>& all = rules.year_rules->cost_measures();
  const auto place = static_cast<std::size_t>(&measure - all.data());
  QCDR_ASSERT(place < all.size());
  return rules.cost_benchmarks[place];
}

CostMeasureScore score_cost_measure(const ResolvedRules& rules, const CostInput& input) {
  CostMeasureScore score;
  const rulebook::Benchmark* benchmark = cost_benchmark(rules, *input.measure);
  if (benchmark == nullptr || input.case_count < input.measure->case_minimum) return score;
  // Less is better; an amount, unlike a percentage, has no worst value.
  const Placement placement = place(*benchmark, true, input.value, rules.points_decimals, false);
  score.scored = true;
  score.decile = static_cast<std::int8_t>(placement.decile);
  score.points = std::max(placement.points, rules.cost_points_floor);
  return score;
}

CostScore score_cost(const ScoreInput& input) {
  const ResolvedRules& rules = *input.rules;
  CostScore cost;
  if (rules.cost_points_maximum == Decimal()) return cost;  // the year scores none
  for (const CostInput& measure : input.cost_measures) {
    const CostMeasureScore score = score_cost_measure(rules, measure);
    if (!score.scored) continue;
    cost.points = cost.points + score.points;
    ++cost.scored;
  }
  if (cost.scored == 0) return cost;
  const Decimal available = Decimal::from_raw(rules.cost_points_maximum.raw() * cost.scored);
  const Decimal achieved = cost.points * kHundred / available;
  cost.improvement = improvement(rules, achieved, input.profile.prior_cost_percent);
  cost.percent = std::min(achieved + cost.improvement, kHundred);
  return cost;
}

}  // namespace qcdr::scoring
