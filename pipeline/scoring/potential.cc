#include "scoring/potential.h"

#include <algorithm>

namespace qcdr::scoring {
namespace {

constexpr Decimal kHundred = Decimal::from_raw(100 * Decimal::kOne);

}  // namespace

MeasureScores best_scores(const ScoreInput& input, bool small_practice) {
  MeasureScores scores;
  for (const MeasureInput& measure : input.measures) {
    scores.push_back(best_score_of(*input.rules, input, measure, small_practice));
  }
  return scores;
}

std::optional<Decimal> potential_quality_percent(const ScoreInput& input, bool small_practice) {
  const ResolvedRules& rules = *input.rules;
  MeasureScores scores = best_scores(input, small_practice);
  const QualityScore quality = pick(rules, input.profile, &scores);
  if (quality.slots == 0) return std::nullopt;
  const Decimal improvement =
      improvement_points(rules, quality, input.profile.prior_quality_percent);
  return quality_percent(rules, quality, small_practice, improvement);
}

PlaceCost cost_of_empty_place(const ScoreInput& input, const ScoreSummary& summary,
                              const QualityScore& quality, bool small_practice,
                              Decimal improvement) {
  const ResolvedRules& rules = *input.rules;
  QualityScore filled = quality;
  filled.points = filled.points + rules.points_maximum;
  filled.submitted = true;
  const Decimal more = quality_percent(rules, filled, small_practice, improvement) -
                       quality_percent(rules, quality, small_practice, improvement);
  const Decimal weight = Decimal::from_integer(summary.category(Category::kQuality).weight);
  return {rules.points_maximum, std::min(more * weight / kHundred, kHundred - summary.final_score)};
}

}  // namespace qcdr::scoring
