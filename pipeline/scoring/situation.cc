#include "scoring/situation.h"

#include <algorithm>
#include <bit>

#include "scoring/activities.h"
#include "scoring/cost.h"
#include "scoring/facility.h"
#include "scoring/interoperability.h"
#include "scoring/quality_view.h"

namespace qcdr::scoring {
namespace {

constexpr std::int64_t kPercent = 100;
constexpr Decimal kHundred = Decimal::from_raw(kPercent * Decimal::kOne);

void assert_percent(const std::optional<Decimal>& percent) {
  QCDR_ASSERT(!percent || (*percent >= Decimal() && *percent <= kHundred));
}

void assert_possible(const ScoreInput& input) {
  const Profile& profile = input.profile;
  assert_percent(profile.quality_percent);
  assert_percent(profile.activities_percent);
  assert_percent(profile.promoting_interoperability_percent);
  assert_percent(profile.cost_percent);
  assert_percent(profile.prior_quality_percent);
  assert_percent(profile.prior_cost_percent);
  assert_percent(profile.facility_quality_percent);
  assert_percent(profile.facility_cost_percent);
  QCDR_ASSERT(!profile.complex_patient_bonus ||
              (*profile.complex_patient_bonus >= Decimal() &&
               *profile.complex_patient_bonus <= input.rules->complex_patient_bonus_maximum));
  QCDR_ASSERT(
      input.rules
          ->has_weights[static_cast<std::size_t>(weight_table(*input.rules, profile, false))]);
}

bool is_in(CategorySet set, Category category) {
  return (set & category_bit(category)) != 0;
}

ReweightReason reason_of(const Profile& profile, Category category) {
  return profile.reweight_reasons[static_cast<std::size_t>(category)];
}

// 414.1365(e)(2)(i): a MIPS value pathway has measures for everybody who chooses it.
bool is_void(const ResolvedRules& rules, const Profile& profile) {
  return profile.participation == Participation::kMvp && !rules.mvp_without_applicable_measure &&
         reason_of(profile, Category::kQuality) == ReweightReason::kNoApplicableMeasure;
}

// By approval, and by CMS's automatic policy, which leaves the credit of a pathway as it is.
CategorySet approved_categories(const ResolvedRules& rules, const Profile& profile) {
  CategorySet approved = profile.reweighted_by_approval;
  if (is_void(rules, profile)) {
    approved = static_cast<CategorySet>(approved & ~category_bit(Category::kQuality));
  }
  if (!in_automatic_circumstances(rules, profile)) return approved;
  constexpr CategorySet kAll = (1U << kCategories) - 1U;
  const bool pathway = profile.participation == Participation::kApp ||
                       profile.participation == Participation::kApmScoringStandard;
  const CategorySet automatic =
      pathway ? static_cast<CategorySet>(kAll & ~category_bit(Category::kActivities)) : kAll;
  return static_cast<CategorySet>(approved | automatic);
}

bool is_approved(const ScoreInput& input, Category category) {
  return is_in(approved_categories(*input.rules, input.profile), category);
}

// An approval for a whole APM entity stands, whatever is submitted (414.1317(b)(4)).
bool data_cancel(const Profile& profile, Category category) {
  return !profile.apm_entity ||
         (reason_of(profile, category) != ReweightReason::kExtremeAndUncontrollable &&
          reason_of(profile, category) != ReweightReason::kNone);
}

// Cost and quality do not come with an approval's data; activities and promoting interoperability
// do, and data cancel a reweighting (414.1380(c)(2)(i)).
CategorySet reweighted_categories(const Evaluation& evaluation, const Situation& situation) {
  const ResolvedRules& rules = evaluation.rules();
  const Profile& profile = evaluation.profile();
  CategorySet reweighted = approved_categories(rules, profile);
  const auto set = [&](Category category, bool on) {
    const auto bit = category_bit(category);
    reweighted = static_cast<CategorySet>(on ? reweighted | bit : reweighted & ~bit);
  };
  const auto cancel = [&](Category category, bool submitted) {
    if (submitted && data_cancel(profile, category)) set(category, false);
  };
  cancel(Category::kQuality, evaluation.quality_submitted);
  if (!evaluation.quality_scorable && !situation.facility_based) set(Category::kQuality, true);
  cancel(Category::kActivities, evaluation.activities_submitted);
  set(Category::kPromotingInteroperability, situation.promoting_interoperability_reweighted);
  // The hospital's cost is always known; an approval stands against it all the same.
  const bool cost_is_out = situation.facility_based
                               ? is_in(reweighted, Category::kCost) && !evaluation.cost_known
                               : situation.cost == CostView::kReweighted;
  set(Category::kCost, cost_is_out);
  // A category that the year does not weigh is not scored, whatever is known of it.
  const auto table =
      static_cast<std::size_t>(weight_table(rules, profile, situation.small_practice));
  return static_cast<CategorySet>((reweighted | rules.never_weighed[table]) &
                                  ~rules.always_weighed[table]);
}

void evaluate_activities(const ScoreInput& input, Evaluation* evaluation) {
  if (input.profile.activities_percent) {
    evaluation->activities_submitted = true;
    evaluation->activities_percent.fill(*input.profile.activities_percent);
    return;
  }
  evaluation->activities_submitted = activities_submitted(input);
  const bool other_data = evaluation->quality_submitted &&
                          (input.profile.promoting_interoperability_percent.has_value() ||
                           interoperability_submitted(*input.rules, input.interoperability));
  const ActivitiesCredit credit = activities_credit(input, other_data);
  evaluation->activities_credit = credit;
  evaluation->activities_percent = {activities_percent(input, false, credit),
                                    activities_percent(input, true, credit)};
}

void evaluate_interoperability(const ScoreInput& input, Evaluation* evaluation) {
  if (input.profile.promoting_interoperability_percent) {
    evaluation->promoting_interoperability_submitted = true;
    evaluation->promoting_interoperability_percent =
        *input.profile.promoting_interoperability_percent;
  } else if (input.interoperability.reported) {
    evaluation->promoting_interoperability_submitted =
        interoperability_submitted(*input.rules, input.interoperability);
    evaluation->promoting_interoperability_percent =
        score_interoperability(*input.rules, input.interoperability).percent;
  }
}

// A percent that is given counts as data; CMS's values of cost measures do not, they only say what
// would be scored.
void evaluate_cost(const ScoreInput& input, Evaluation* evaluation) {
  const Profile& profile = input.profile;
  const bool approved = is_approved(input, Category::kCost);
  // Of what nobody applied for the automatic policy is the reason.
  const bool automatic =
      reason_of(profile, Category::kCost) == ReweightReason::kAutomaticExtremeAndUncontrollable ||
      (approved && !is_in(profile.reweighted_by_approval, Category::kCost));
  if (profile.cost_percent) {
    evaluation->cost_known = !approved || (!automatic && data_cancel(profile, Category::kCost));
    evaluation->cost_percent = *profile.cost_percent;
  } else if (!input.cost_measures.empty() && !approved) {
    const CostScore cost = score_cost(input);
    evaluation->cost_known = cost.scored > 0;
    evaluation->cost_percent = cost.percent;
  }
}

// Promoting interoperability without the special statuses that may be unknown.
bool surely_reweighted(const ScoreInput& input, bool small_practice) {
  const ResolvedRules& rules = *input.rules;
  const Profile& profile = input.profile;
  return is_approved(input, Category::kPromotingInteroperability) ||
         rules.reweighted_kind[static_cast<std::size_t>(profile.kind)] ||
         (small_practice &&
          rules.reweighted_status[static_cast<std::size_t>(SpecialStatus::kSmallPractice)]);
}

// Data cancel every reweighting (414.1380(c)(2)(i)(C)), an APM entity's approval apart.
bool interoperability_cancelled(const ScoreInput& input) {
  const Profile& profile = input.profile;
  const bool submitted = profile.promoting_interoperability_percent.has_value() ||
                         interoperability_submitted(*input.rules, input.interoperability);
  const auto category = Category::kPromotingInteroperability;
  return submitted &&
         (!is_in(profile.reweighted_by_approval, category) || data_cancel(profile, category));
}

Known any_of(std::initializer_list<Known> all) {
  if (std::find(all.begin(), all.end(), Known::kYes) != all.end()) return Known::kYes;
  if (std::find(all.begin(), all.end(), Known::kUnknown) != all.end()) return Known::kUnknown;
  return Known::kNo;
}

Known in_force(const ResolvedRules& rules, Known known, SpecialStatus status) {
  return rules.reweighted_status[static_cast<std::size_t>(status)] ? known : Known::kNo;
}

// What reweights beside non-patient facing, which also counts for activities.
Known reweighted_otherwise(const ScoreInput& input) {
  const ResolvedRules& rules = *input.rules;
  const Profile& profile = input.profile;
  const bool known_kind = rules.known_kind[static_cast<std::size_t>(profile.kind)];
  return any_of({in_force(rules, profile.hospital_based, SpecialStatus::kHospitalBased),
                 in_force(rules, profile.asc_based, SpecialStatus::kAscBased),
                 // Whether another type is reweighted cannot be known; a group's is no type of its
                 // own.
                 known_kind || profile.group ? Known::kNo : Known::kUnknown});
}

// The ways in which the special statuses can turn out, each once: bit 0 promoting interoperability
// reweighted, bit 1 activities count more.
std::uint8_t status_outcomes(const Evaluation& evaluation, bool small_practice, bool varying) {
  const ScoreInput& input = *evaluation.input;
  const Profile& profile = input.profile;
  const auto may_be = [&](Known known, bool value) {
    if (known == Known::kUnknown) return varying || !value;
    return (known == Known::kYes) == value;
  };
  const bool cancelled = interoperability_cancelled(input);
  const bool sure = surely_reweighted(input, small_practice);
  const Known otherwise = reweighted_otherwise(input);
  const Known more = any_of({profile.rural, profile.hpsa});
  const bool activities_matter =
      evaluation.activities_percent[0] != evaluation.activities_percent[1];
  std::uint8_t outcomes = 0;
  for (const bool facing : {false, true}) {
    if (!may_be(profile.non_patient_facing, facing)) continue;
    const bool by_facing = facing && in_force(*input.rules, Known::kYes,
                                              SpecialStatus::kNonPatientFacing) == Known::kYes;
    for (const bool other : {false, true}) {
      if (!may_be(otherwise, other)) continue;
      const bool reweighted = !cancelled && (sure || by_facing || other);
      for (const bool counts : {false, true}) {
        if (!may_be(more, counts)) continue;
        const bool counts_more = activities_matter && (small_practice || facing || counts);
        outcomes =
            static_cast<std::uint8_t>(outcomes | 1U << (static_cast<unsigned>(reweighted) +
                                                        2U * static_cast<unsigned>(counts_more)));
      }
    }
  }
  return outcomes;
}

}  // namespace

bool in_automatic_circumstances(const ResolvedRules& rules, const Profile& profile) {
  return rules.automatic_circumstances && !profile.group;
}

bool neutral_by_circumstances(const Evaluation& evaluation) {
  const ResolvedRules& rules = evaluation.rules();
  const int submitted = static_cast<int>(evaluation.quality_submitted) +
                        static_cast<int>(evaluation.activities_submitted) +
                        static_cast<int>(evaluation.promoting_interoperability_submitted);
  return in_automatic_circumstances(rules, evaluation.profile()) &&
         submitted < rules.automatic_circumstances_categories_minimum;
}

WeightTable weight_table(const ResolvedRules& rules, const Profile& profile, bool small_practice) {
  switch (profile.participation) {
    case Participation::kApp:
      return WeightTable::kApp;
    case Participation::kApmScoringStandard:
      return WeightTable::kApmStandard;
    case Participation::kTraditional:
    case Participation::kMvp:
      break;
  }
  if (profile.apm_entity) {
    for (const WeightTable table : {WeightTable::kApp, WeightTable::kApmStandard}) {
      if (rules.has_weights[static_cast<std::size_t>(table)]) return table;
    }
  }
  return small_practice ? WeightTable::kSmallPractice : WeightTable::kGeneral;
}

Evaluation evaluate(const ScoreInput& input, MeasureScores* scores) {
  assert_possible(input);
  const bool small = input.profile.small_practice == Known::kYes;
  for (const MeasureInput& measure : input.measures) {
    scores->push_back(score_measure_of(*input.rules, input, measure, small));
  }
  const QualityScore quality = pick(*input.rules, input.profile, scores);
  Evaluation evaluation;
  evaluation.input = &input;
  evaluate_quality(input, *scores, quality, &evaluation);
  evaluate_activities(input, &evaluation);
  evaluate_interoperability(input, &evaluation);
  evaluate_cost(input, &evaluation);
  return evaluation;
}

Known promoting_interoperability_reweighted(const ScoreInput& input, bool small_practice) {
  if (interoperability_cancelled(input)) return Known::kNo;
  if (surely_reweighted(input, small_practice)) return Known::kYes;
  return any_of(
      {in_force(*input.rules, input.profile.non_patient_facing, SpecialStatus::kNonPatientFacing),
       reweighted_otherwise(input)});
}

bool cost_unknown(const Evaluation& evaluation) {
  const Profile& profile = evaluation.profile();
  const auto table = static_cast<std::size_t>(weight_table(evaluation.rules(), profile, false));
  return !profile.cost_percent && evaluation.input->cost_measures.empty() &&
         !is_approved(*evaluation.input, Category::kCost) &&
         !is_in(evaluation.rules().never_weighed[table], Category::kCost);
}

bool small_practice_unknown(const Evaluation& evaluation) {
  return evaluation.profile().small_practice == Known::kUnknown;
}

bool complex_patient_bonus_unknown(const Evaluation& evaluation) {
  return !evaluation.profile().complex_patient_bonus && earns_complex_patient_bonus(evaluation);
}

bool data_of_others_unknown(const Evaluation& evaluation) {
  return evaluation.profile().others_may_report && evaluation.anything_submitted();
}

bool special_status_unknown(const Evaluation& evaluation, bool small_practice) {
  return std::popcount(status_outcomes(evaluation, small_practice, true)) > 1;
}

Situation projected_situation(const Evaluation& evaluation) {
  const Profile& profile = evaluation.profile();
  Situation situation;
  situation.small_practice = profile.small_practice == Known::kYes;
  situation.promoting_interoperability_reweighted =
      promoting_interoperability_reweighted(*evaluation.input, situation.small_practice) ==
      Known::kYes;
  situation.activities_count_more =
      activities_count_more(profile, profile.small_practice) == Known::kYes;
  situation.cost = evaluation.cost_known ? CostView::kGiven : CostView::kReweighted;
  if (earns_complex_patient_bonus(evaluation)) {
    situation.complex_patient_bonus = profile.complex_patient_bonus.value_or(Decimal());
  }
  return situation;
}

Decimal category_percent(const Evaluation& evaluation, const Situation& situation,
                         Category category) {
  switch (category) {
    case Category::kQuality: {
      if (situation.facility_based) return *evaluation.profile().facility_quality_percent;
      const QualityView& quality = evaluation.quality[situation.small_practice];
      if (situation.others_fill) {
        return situation.best_benchmarks ? quality.filled_with_best_benchmarks : quality.filled;
      }
      return situation.best_benchmarks ? quality.percent_with_best_benchmarks : quality.percent;
    }
    case Category::kCost:
      if (situation.facility_based) return *evaluation.profile().facility_cost_percent;
      if (situation.cost == CostView::kGiven) return evaluation.cost_percent;
      return situation.cost == CostView::kHighest ? kHundred : Decimal();
    case Category::kActivities:
      if (situation.others_fill) return kHundred;
      return evaluation.activities_percent[situation.activities_count_more];
    case Category::kPromotingInteroperability:
      if (situation.others_fill && !evaluation.promoting_interoperability_submitted) {
        return kHundred;
      }
      return evaluation.promoting_interoperability_percent;
  }
  QCDR_ASSERT(false);
  return {};
}

SituationScore score_in(const Evaluation& evaluation, const Situation& situation) {
  const SituationScore own = compose(evaluation, situation);
  if (!facility_is_compared(evaluation, situation)) return own;
  Situation of_hospital = situation;
  of_hospital.facility_based = true;
  const SituationScore facility = compose(evaluation, of_hospital);
  return facility_counts(evaluation.rules(), own, facility) ? facility : own;
}

SituationScore compose(const Evaluation& evaluation, const Situation& situation) {
  const ResolvedRules& rules = evaluation.rules();
  SituationScore score;
  score.facility_based = situation.facility_based;
  score.reweighted = reweighted_categories(evaluation, situation);
  // Where others fill what is missing, enough is submitted.
  if (!situation.others_fill && neutral_by_circumstances(evaluation)) {
    score.reweighted = (1U << kCategories) - 1U;
  }
  const int scorable = static_cast<int>(kCategories) - std::popcount(score.reweighted);
  if (scorable < rules.fewer_categories_minimum) {
    score.fewer_categories = true;
    score.final_score = rules.threshold;
    return score;
  }
  score.weights = rules.weights_of(
      weight_table(rules, evaluation.profile(), situation.small_practice), score.reweighted);
  const auto weighted = [&](Category category) {
    return score.weights[static_cast<std::size_t>(category)] *
           category_percent(evaluation, situation, category).raw();
  };
  const std::int64_t quality_and_cost = weighted(Category::kQuality) + weighted(Category::kCost);
  const std::int64_t raw_percent = quality_and_cost + weighted(Category::kActivities) +
                                   weighted(Category::kPromotingInteroperability);
  score.quality_and_cost = Decimal::from_raw((quality_and_cost + kPercent / 2) / kPercent);
  const Decimal sum = Decimal::from_raw((raw_percent + kPercent / 2) / kPercent);
  score.small_practice_bonus = situation.small_practice && evaluation.anything_submitted()
                                   ? rules.final_small_practice_bonus
                                   : Decimal();
  score.final_score =
      std::min(sum + situation.complex_patient_bonus + score.small_practice_bonus, kHundred);
  return score;
}

ScoreRange score_range(const Evaluation& evaluation, const Varying& varying) {
  const ResolvedRules& rules = evaluation.rules();
  const Situation projected = projected_situation(evaluation);
  const Decimal projected_score = score_in(evaluation, projected).final_score;
  ScoreRange range{projected_score, projected_score};
  const bool vary_bonus =
      varying.complex_patient_bonus && complex_patient_bonus_unknown(evaluation);
  const bool vary_benchmarks = varying.benchmarks && evaluation.benchmarks_open;
  const bool vary_others = varying.data_of_others && data_of_others_unknown(evaluation);
  const bool vary_cost = varying.cost && cost_unknown(evaluation);
  const auto visit = [&](Situation situation) {
    const Decimal as_it_is = score_in(evaluation, situation).final_score;
    range.low = std::min(range.low, as_it_is);
    if (!vary_bonus && !vary_benchmarks && !vary_others) {
      range.high = std::max(range.high, as_it_is);
      return;
    }
    situation.others_fill = vary_others;
    situation.best_benchmarks = vary_benchmarks;
    if (vary_bonus) situation.complex_patient_bonus = rules.complex_patient_bonus_maximum;
    range.high = std::max(range.high, score_in(evaluation, situation).final_score);
  };
  const auto visit_costs = [&](Situation situation) {
    visit(situation);
    if (!vary_cost) return;
    for (const CostView cost : {CostView::kLowest, CostView::kHighest}) {
      situation.cost = cost;
      visit(situation);
    }
  };
  const auto visit_statuses = [&](bool small_practice) {
    Situation situation = projected;
    situation.small_practice = small_practice;
    const std::uint8_t outcomes =
        status_outcomes(evaluation, small_practice, varying.special_status);
    for (unsigned outcome = 0; outcome < 4; ++outcome) {
      if ((outcomes & 1U << outcome) == 0) continue;
      situation.promoting_interoperability_reweighted = (outcome & 1U) != 0;
      situation.activities_count_more = (outcome & 2U) != 0;
      visit_costs(situation);
    }
  };
  visit_statuses(projected.small_practice);
  if (varying.small_practice && small_practice_unknown(evaluation)) visit_statuses(true);
  return range;
}

}  // namespace qcdr::scoring
