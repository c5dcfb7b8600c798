#include "scoring/score.h"

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
  at(Category::kCost).unknown = cost_unknown(evaluation);
  at(Category::kQuality).unknown = evaluation.quality_percent[0] != evaluation.quality_percent[1] &&
                                   small_practice_unknown(evaluation);
  const Known reweighted = promoting_interoperability_reweighted(
      evaluation.rules(), evaluation.profile(), situation.small_practice);
  at(Category::kPromotingInteroperability).unknown =
      reweighted == Known::kUnknown ||
      (small_practice_unknown(evaluation) &&
       promoting_interoperability_reweighted(evaluation.rules(), evaluation.profile(), true) !=
           reweighted);
}

Known adjustment_applies(const Profile& profile) {
  // An anesthesiologist assistant is no MIPS eligible clinician (414.1305).
  if (!profile.group && profile.kind == ClinicianKind::kCaa) return Known::kNo;
  return profile.eligible;
}

}  // namespace

ScoreSummary compute(const ScoreInput& input) {
  QCDR_ASSERT(input.rules != nullptr && input.rules->year_rules != nullptr);
  ScoreSummary summary;
  const Evaluation evaluation = evaluate(input, &summary.measures);
  const Situation situation = projected_situation(evaluation);
  const SituationScore score = score_in(evaluation, situation);
  summary.final_score = score.final_score;
  summary.fewer_categories = score.fewer_categories;
  summary.small_practice = situation.small_practice;
  if (!score.fewer_categories) summary.complex_patient_bonus = situation.complex_patient_bonus;
  fill_categories(evaluation, situation, score, &summary);

  const ScoreRange range = score_range(evaluation, {.cost = true,
                                                    .special_status = true,
                                                    .small_practice = true,
                                                    .complex_patient_bonus = true});
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
  return summary;
}

}  // namespace qcdr::scoring
