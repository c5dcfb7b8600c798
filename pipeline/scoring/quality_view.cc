#include "scoring/quality_view.h"

#include <algorithm>

namespace qcdr::scoring {
namespace {

bool depends_on_practice_size(const MeasureScores& scores) {
  return std::any_of(scores.begin(), scores.end(), [](const MeasureScore& score) {
    return score.basis == PointsBasis::kIncomplete || score.basis == PointsBasis::kNoBenchmark ||
           score.basis == PointsBasis::kBelowCaseMinimum;
  });
}

bool lacks_benchmark(const MeasureScore& score) {
  return score.basis == PointsBasis::kNoBenchmark;
}

// Others fill the places that stay empty, each with the best measure there is; what is reported
// here stays as it is. With a measure from outside a cluster the year's number has to be filled.
QualityScore filled_by_others(const ResolvedRules& rules, const MeasureScores& scores,
                              QualityScore quality) {
  const auto picked = std::count_if(scores.begin(), scores.end(),
                                    [](const MeasureScore& score) { return score.picked; });
  if (quality.cluster_measures > 0) {
    quality.slots += static_cast<std::int64_t>(rules.required_measures) - quality.cluster_measures;
  }
  quality.points = quality.points + available_points(rules, quality.slots - picked);
  quality.submitted = true;
  return quality;
}

QualityView quality_view(const ScoreInput& input, const MeasureScores& scores,
                         const QualityScore& quality, bool small_practice, bool benchmarks_open) {
  const ResolvedRules& rules = *input.rules;
  const auto percent_of = [&](const QualityScore& score, Decimal* improvement) {
    *improvement = improvement_points(rules, score, input.profile.prior_quality_percent);
    return quality_percent(rules, score, small_practice, *improvement);
  };
  const auto filled = [&](const MeasureScores& own, const QualityScore& score,
                          Decimal improvement) {
    return quality_percent(rules, filled_by_others(rules, own, score), small_practice, improvement);
  };
  QualityView view;
  view.percent = percent_of(quality, &view.improvement);
  view.percent_with_best_benchmarks = view.percent;
  const bool fill = input.profile.others_may_report;
  if (fill) view.filled = filled(scores, quality, view.improvement);
  view.filled_with_best_benchmarks = view.filled;
  if (!benchmarks_open) return view;
  MeasureScores best = scores;
  for (MeasureScore& score : best) {
    if (lacks_benchmark(score)) score.points = rules.points_maximum;
  }
  Decimal improvement;
  const QualityScore best_quality = pick(rules, input.profile, &best);
  view.percent_with_best_benchmarks = percent_of(best_quality, &improvement);
  if (fill) view.filled_with_best_benchmarks = filled(best, best_quality, improvement);
  return view;
}

}  // namespace

void evaluate_quality(const ScoreInput& input, const MeasureScores& scores,
                      const QualityScore& quality, Evaluation* evaluation) {
  const Profile& profile = input.profile;
  evaluation->quality_submitted = quality.submitted;
  if (profile.quality_percent) {
    evaluation->quality_submitted = true;
    const Decimal given = *profile.quality_percent;
    evaluation->quality.fill({given, given, given, given, {}});
    return;
  }
  evaluation->quality_places = quality.slots;
  evaluation->quality_scorable = quality.slots > 0;
  if (!evaluation->quality_scorable) return;
  evaluation->benchmarks_open = std::any_of(scores.begin(), scores.end(), lacks_benchmark);
  const bool open = evaluation->benchmarks_open;
  const bool small = profile.small_practice == Known::kYes;
  evaluation->quality[small] = quality_view(input, scores, quality, small, open);
  if (profile.small_practice != Known::kUnknown) return;
  if (!depends_on_practice_size(scores)) {
    evaluation->quality[1] = quality_view(input, scores, quality, true, open);
    return;
  }
  MeasureScores of_small_practice = scores;
  apply_practice_size(*input.rules, true, &of_small_practice);
  const QualityScore of_small = pick(*input.rules, profile, &of_small_practice);
  evaluation->quality[1] = quality_view(input, of_small_practice, of_small, true, open);
}

}  // namespace qcdr::scoring
