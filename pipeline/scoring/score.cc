#include "scoring/score.h"

#include "scoring/activities.h"
#include "scoring/situation.h"

namespace qcdr::scoring {
namespace {

bool is_in(CategorySet set, Category category) {
  return (set & category_bit(category)) != 0;
}

void fill_categories(const Evaluation& evaluation, const Situation& situation,
                     const SituationScore& score, ScoreSummary* summary) {
  constexpr std::int64_t kPercent = 100;
  for (std::size_t i = 0; i < kCategories; ++i) {
    const auto category = static_cast<Category>(i);
    CategoryScore& out = summary->categories[i];
    out.percent = category_percent(evaluation, situation, category);
    out.weight = score.weights[i];
    out.points = Decimal::from_raw((out.percent.raw() * out.weight + kPercent / 2) / kPercent);
    out.reweighted = is_in(score.reweighted, category);
  }
  const auto at = [&](Category category) -> CategoryScore& {
    return summary->categories[static_cast<std::size_t>(category)];
  };
  at(Category::kQuality).submitted = evaluation.quality_submitted;
  at(Category::kActivities).submitted = evaluation.activities_submitted;
  at(Category::kPromotingInteroperability).submitted =
      evaluation.promoting_interoperability_submitted;
  const bool of_hospital = situation.facility_based;
  at(Category::kCost).unknown = !of_hospital && cost_unknown(evaluation);
  const bool size_unknown = small_practice_unknown(evaluation);
  if (!of_hospital) {
    const std::array<QualityView, 2>& quality = evaluation.quality;
    at(Category::kQuality).improvement = quality[situation.small_practice].improvement;
    at(Category::kQuality).unknown =
        evaluation.benchmarks_open || (size_unknown && quality[0].percent != quality[1].percent);
  }
  at(Category::kActivities).unknown =
      evaluation.activities_percent[0] != evaluation.activities_percent[1] &&
      activities_count_more(evaluation.profile(), evaluation.profile().small_practice) ==
          Known::kUnknown;
  const Known reweighted =
      promoting_interoperability_reweighted(*evaluation.input, situation.small_practice);
  at(Category::kPromotingInteroperability).unknown =
      reweighted == Known::kUnknown || (size_unknown && promoting_interoperability_reweighted(
                                                            *evaluation.input, true) != reweighted);
}

Known adjustment_applies(const Profile& profile) {
  // An anesthesiologist assistant is no MIPS eligible clinician (414.1305).
  if (!profile.group && profile.kind == ClinicianKind::kCaa) return Known::kNo;
  return profile.eligible;
}

Evaluation evaluate_for(const ScoreInput& input, ScoreSummary* summary) {
  QCDR_ASSERT(input.rules != nullptr && input.rules->year_rules != nullptr);
  return evaluate(input, &summary->measures);
}

void summarize(const Evaluation& evaluation, ScoreSummary* out) {
  const ScoreInput& input = *evaluation.input;
  ScoreSummary& summary = *out;
  Situation situation = projected_situation(evaluation);
  const SituationScore score = score_in(evaluation, situation);
  situation.facility_based = summary.facility_based = score.facility_based;
  summary.final_score = score.final_score;
  summary.fewer_categories = score.fewer_categories;
  summary.small_practice = situation.small_practice;
  summary.quality_places = evaluation.quality_places;
  if (!score.fewer_categories) summary.complex_patient_bonus = situation.complex_patient_bonus;
  fill_categories(evaluation, situation, score, &summary);

  const ScoreRange range = score_range(evaluation, {.cost = true,
                                                    .special_status = true,
                                                    .small_practice = true,
                                                    .complex_patient_bonus = true,
                                                    .benchmarks = true});
  summary.low = range.low;
  summary.high = range.high;
  const ResolvedRules& rules = *input.rules;
  summary.adjustment = payment_adjustment(rules, summary.final_score, input.as_of);
  if (range.low != summary.final_score) {
    summary.adjustment.low = payment_adjustment(rules, range.low, input.as_of).low;
  }
  if (range.high != summary.final_score) {
    summary.adjustment.high = payment_adjustment(rules, range.high, input.as_of).high;
  }
  summary.adjustment.applies = adjustment_applies(input.profile);
}

CauseRanges causes_of(const Evaluation& evaluation) {
  const ScoreInput& input = *evaluation.input;
  CauseRanges causes;
  const auto add = [&](bool unknown, Unknown cause, const Varying& varying) {
    if (!unknown) return;
    const ScoreRange range = score_range(evaluation, varying);
    // Others can only fill what is missing: where nothing is, they are no cause.
    if (cause == Unknown::kDataOfOthers && range.low == range.high) return;
    causes.push_back({cause, range.low, range.high,
                      payment_adjustment(*input.rules, range.low, input.as_of).low,
                      payment_adjustment(*input.rules, range.high, input.as_of).high});
  };
  const bool small = projected_situation(evaluation).small_practice;
  add(cost_unknown(evaluation), Unknown::kCost, {.cost = true});
  add(special_status_unknown(evaluation, small), Unknown::kSpecialStatus, {.special_status = true});
  add(small_practice_unknown(evaluation), Unknown::kSmallPractice, {.small_practice = true});
  add(complex_patient_bonus_unknown(evaluation), Unknown::kComplexPatientBonus,
      {.complex_patient_bonus = true});
  add(evaluation.benchmarks_open, Unknown::kBenchmarks, {.benchmarks = true});
  add(data_of_others_unknown(evaluation), Unknown::kDataOfOthers, {.data_of_others = true});
  return causes;
}

}  // namespace

ScoreSummary compute(const ScoreInput& input) {
  ScoreSummary summary;
  summarize(evaluate_for(input, &summary), &summary);
  return summary;
}

ScoreSummary compute_with_causes(const ScoreInput& input, CauseRanges* causes) {
  ScoreSummary summary;
  const Evaluation evaluation = evaluate_for(input, &summary);
  summarize(evaluation, &summary);
  *causes = causes_of(evaluation);
  return summary;
}

std::string_view unknown_name(Unknown unknown) {
  constexpr std::array<std::string_view, kUnknowns> kNames = {
      "cost",        "specialStatus", "smallPractice", "complexPatientBonus", "laterBenchmarks",
      "dataOfOthers"};
  return kNames[static_cast<std::size_t>(unknown)];
}

CauseRanges range_by_cause(const ScoreInput& input) {
  MeasureScores scores;
  return causes_of(evaluate(input, &scores));
}

CauseRange range_with_data_of_others(const ScoreInput& input) {
  MeasureScores scores;
  const Evaluation evaluation = evaluate(input, &scores);
  const ScoreRange range = score_range(evaluation, {.cost = true,
                                                    .special_status = true,
                                                    .small_practice = true,
                                                    .complex_patient_bonus = true,
                                                    .benchmarks = true,
                                                    .data_of_others = true});
  return {Unknown::kDataOfOthers, range.low, range.high,
          payment_adjustment(*input.rules, range.low, input.as_of).low,
          payment_adjustment(*input.rules, range.high, input.as_of).high};
}

}  // namespace qcdr::scoring
