#include "scoring/situation.h"

#include <algorithm>
#include <bit>

namespace qcdr::scoring {
namespace {

constexpr std::int64_t kPercent = 100;
constexpr Decimal kHundred = Decimal::from_raw(kPercent * Decimal::kOne);

void assert_percent(const std::optional<Decimal>& percent) {
  QCDR_ASSERT(!percent || (*percent >= Decimal() && *percent <= kHundred));
}

// Cost and quality do not come with an approval's data; activities and promoting interoperability
// do, and data cancel a reweighting (414.1380(c)(2)(i)).
CategorySet reweighted_categories(const Evaluation& evaluation, const Situation& situation) {
  const ResolvedRules& rules = evaluation.rules();
  CategorySet reweighted = evaluation.profile().reweighted_by_approval;
  const auto set = [&](Category category, bool on) {
    const auto bit = category_bit(category);
    reweighted = static_cast<CategorySet>(on ? reweighted | bit : reweighted & ~bit);
  };
  if (evaluation.quality_submitted) set(Category::kQuality, false);
  if (!evaluation.quality_scorable) set(Category::kQuality, true);
  if (evaluation.activities_submitted) set(Category::kActivities, false);
  set(Category::kPromotingInteroperability, situation.promoting_interoperability_reweighted);
  set(Category::kCost, situation.cost == CostView::kReweighted);
  // A category that the year does not weigh is not scored, whatever is known of it.
  for (std::size_t category = 0; category < kCategories; ++category) {
    if (rules.weights[0][0][category] == 0) set(static_cast<Category>(category), true);
  }
  return reweighted;
}

}  // namespace

Evaluation evaluate(const ScoreInput& input, MeasureScores* scores) {
  const Profile& profile = input.profile;
  assert_percent(profile.quality_percent);
  assert_percent(profile.activities_percent);
  assert_percent(profile.promoting_interoperability_percent);
  assert_percent(profile.cost_percent);
  const ResolvedRules& rules = *input.rules;
  QCDR_ASSERT(!profile.complex_patient_bonus ||
              (*profile.complex_patient_bonus >= Decimal() &&
               *profile.complex_patient_bonus <= rules.complex_patient_bonus_maximum));
  const bool small = profile.small_practice == Known::kYes;
  for (const MeasureInput& measure : input.measures) {
    scores->push_back(score_measure(rules, measure, small));
  }
  const QualityScore quality = pick(rules, scores);

  Evaluation evaluation;
  evaluation.input = &input;
  evaluation.quality_submitted = quality.submitted;
  evaluation.activities_submitted = profile.activities_percent.has_value();
  evaluation.promoting_interoperability_submitted =
      profile.promoting_interoperability_percent.has_value();
  if (profile.quality_percent) {
    evaluation.quality_submitted = true;
    evaluation.quality_percent.fill(*profile.quality_percent);
    return evaluation;
  }
  evaluation.quality_scorable = quality.slots > 0;
  if (!evaluation.quality_scorable) return evaluation;
  evaluation.quality_percent[small] = quality_percent(rules, quality, small);
  if (profile.small_practice != Known::kUnknown) return evaluation;
  const bool same_points =
      std::none_of(scores->begin(), scores->end(), [](const MeasureScore& score) {
        return score.basis == PointsBasis::kIncomplete ||
               score.basis == PointsBasis::kNoBenchmark ||
               score.basis == PointsBasis::kBelowCaseMinimum;
      });
  if (same_points) {
    evaluation.quality_percent[1] = quality_percent(rules, quality, true);
    return evaluation;
  }
  MeasureScores of_small_practice = *scores;
  apply_practice_size(rules, true, &of_small_practice);
  evaluation.quality_percent[1] = quality_percent(rules, pick(rules, &of_small_practice), true);
  return evaluation;
}

Known promoting_interoperability_reweighted(const ResolvedRules& rules, const Profile& profile,
                                            bool small_practice) {
  // Data cancel every reweighting (414.1380(c)(2)(i)(C)).
  if (profile.promoting_interoperability_percent) return Known::kNo;
  if ((profile.reweighted_by_approval & category_bit(Category::kPromotingInteroperability)) != 0) {
    return Known::kYes;
  }
  const auto reweights = [&](SpecialStatus status) {
    return rules.reweighted_status[static_cast<std::size_t>(status)];
  };
  const auto kind = static_cast<std::size_t>(profile.kind);
  if (rules.reweighted_kind[kind]) return Known::kYes;
  if (small_practice && reweights(SpecialStatus::kSmallPractice)) return Known::kYes;
  const auto in_force = [&](Known known, SpecialStatus status) {
    return reweights(status) ? known : Known::kNo;
  };
  const std::array<Known, 4> statuses = {
      in_force(profile.non_patient_facing, SpecialStatus::kNonPatientFacing),
      in_force(profile.hospital_based, SpecialStatus::kHospitalBased),
      in_force(profile.asc_based, SpecialStatus::kAscBased),
      // Whether another type is reweighted cannot be known; a group's is no type of its own.
      rules.known_kind[kind] || profile.group ? Known::kNo : Known::kUnknown,
  };
  const auto any = [&](Known known) {
    return std::find(statuses.begin(), statuses.end(), known) != statuses.end();
  };
  if (any(Known::kYes)) return Known::kYes;
  return any(Known::kUnknown) ? Known::kUnknown : Known::kNo;
}

bool cost_unknown(const Evaluation& evaluation) {
  const Profile& profile = evaluation.profile();
  return !profile.cost_percent &&
         (profile.reweighted_by_approval & category_bit(Category::kCost)) == 0 &&
         evaluation.rules().weights[0][0][static_cast<std::size_t>(Category::kCost)] != 0;
}

bool small_practice_unknown(const Evaluation& evaluation) {
  return evaluation.profile().small_practice == Known::kUnknown;
}

bool complex_patient_bonus_unknown(const Evaluation& evaluation) {
  return !evaluation.profile().complex_patient_bonus && evaluation.anything_submitted();
}

Situation projected_situation(const Evaluation& evaluation) {
  const Profile& profile = evaluation.profile();
  Situation situation;
  situation.small_practice = profile.small_practice == Known::kYes;
  situation.promoting_interoperability_reweighted =
      promoting_interoperability_reweighted(evaluation.rules(), profile,
                                            situation.small_practice) == Known::kYes;
  situation.cost = profile.cost_percent ? CostView::kGiven : CostView::kReweighted;
  // The bonus needs data in at least one category (414.1380(c)(3)).
  if (evaluation.anything_submitted()) {
    situation.complex_patient_bonus = profile.complex_patient_bonus.value_or(Decimal());
  }
  return situation;
}

Decimal category_percent(const Evaluation& evaluation, const Situation& situation,
                         Category category) {
  const Profile& profile = evaluation.profile();
  switch (category) {
    case Category::kQuality:
      return evaluation.quality_percent[situation.small_practice];
    case Category::kCost:
      if (situation.cost == CostView::kGiven) return *profile.cost_percent;
      return situation.cost == CostView::kHighest ? kHundred : Decimal();
    case Category::kActivities:
      return profile.activities_percent.value_or(Decimal());
    case Category::kPromotingInteroperability:
      return profile.promoting_interoperability_percent.value_or(Decimal());
  }
  QCDR_ASSERT(false);
  return {};
}

SituationScore score_in(const Evaluation& evaluation, const Situation& situation) {
  const ResolvedRules& rules = evaluation.rules();
  SituationScore score;
  score.reweighted = reweighted_categories(evaluation, situation);
  const int scorable = static_cast<int>(kCategories) - std::popcount(score.reweighted);
  if (scorable < rules.fewer_categories_minimum) {
    score.fewer_categories = true;
    score.final_score = rules.threshold;
    return score;
  }
  score.weights = rules.weights[situation.small_practice][score.reweighted];
  std::int64_t raw_percent = 0;
  for (std::size_t i = 0; i < kCategories; ++i) {
    raw_percent +=
        score.weights[i] * category_percent(evaluation, situation, static_cast<Category>(i)).raw();
  }
  const Decimal sum = Decimal::from_raw((raw_percent + kPercent / 2) / kPercent);
  score.final_score = std::min(sum + situation.complex_patient_bonus, kHundred);
  return score;
}

ScoreRange score_range(const Evaluation& evaluation, const Varying& varying) {
  const ResolvedRules& rules = evaluation.rules();
  const Situation projected = projected_situation(evaluation);
  const Decimal projected_score = score_in(evaluation, projected).final_score;
  ScoreRange range{projected_score, projected_score};
  const bool vary_bonus =
      varying.complex_patient_bonus && complex_patient_bonus_unknown(evaluation);
  const auto visit = [&](Situation situation) {
    range.low = std::min(range.low, score_in(evaluation, situation).final_score);
    if (vary_bonus) situation.complex_patient_bonus = rules.complex_patient_bonus_maximum;
    range.high = std::max(range.high, score_in(evaluation, situation).final_score);
  };
  const auto visit_costs = [&](Situation situation) {
    visit(situation);
    if (!varying.cost || !cost_unknown(evaluation)) return;
    for (const CostView cost : {CostView::kLowest, CostView::kHighest}) {
      situation.cost = cost;
      visit(situation);
    }
  };
  const auto visit_statuses = [&](bool small_practice) {
    Situation situation = projected;
    situation.small_practice = small_practice;
    const Known reweighted =
        promoting_interoperability_reweighted(rules, evaluation.profile(), small_practice);
    situation.promoting_interoperability_reweighted = reweighted == Known::kYes;
    visit_costs(situation);
    if (!varying.special_status || reweighted != Known::kUnknown) return;
    situation.promoting_interoperability_reweighted = true;
    visit_costs(situation);
  };
  visit_statuses(projected.small_practice);
  if (varying.small_practice && small_practice_unknown(evaluation)) visit_statuses(true);
  return range;
}

}  // namespace qcdr::scoring
