#include "scoring/score_tree.h"

#include <fmt/core.h>

#include <algorithm>

#include "rulebook/parameter_names.h"
#include "scoring/activities.h"
#include "scoring/category_nodes.h"
#include "scoring/facility_node.h"
#include "scoring/measure_node.h"
#include "scoring/resolved_weights.h"
#include "scoring/situation.h"

namespace qcdr::scoring {
namespace {

namespace names = rulebook::names;

constexpr int kShownDecimals = 2;
constexpr Decimal kHundred = Decimal::from_raw(100 * Decimal::kOne);

const char* known_text(Known known) {
  switch (known) {
    case Known::kNo:
      return "no";
    case Known::kYes:
      return "yes";
    case Known::kUnknown:
      return "unknown";
  }
  return "unknown";
}

const char* basis_text(AdjustmentBasis basis) {
  switch (basis) {
    case AdjustmentBasis::kPublished:
      return "published";
    case AdjustmentBasis::kFitted:
      return "fitted";
    case AdjustmentBasis::kRange:
      return "range";
  }
  return "range";
}

std::vector<Metadata> range_metadata(Decimal low, Decimal high) {
  return {{"low", low}, {"high", high}};
}

// What explain() works on, computed once.
struct Explained {
  const ScoreInput& input;
  const ScoreSummary& summary;
  MeasureScores scores;
  QualityScore quality;
  Evaluation evaluation;
  Situation situation;
  SituationScore score;

  Explained(const ScoreInput& from, const ScoreSummary& of) : input(from), summary(of) {
    evaluation = evaluate(input, &scores);
    quality = pick(*input.rules, input.profile, &scores);
    situation = projected_situation(evaluation);
    score = score_in(evaluation, situation);
    situation.facility_based = score.facility_based;
    // The summary was made from this input, or the tree would explain another score.
    QCDR_ASSERT(score.final_score == summary.final_score);
    QCDR_ASSERT(scores.size() == summary.measures.size());
  }
  const ResolvedRules& rules() const { return *input.rules; }
};

// What improvement over the year before adds, or why it adds nothing.
void add_improvement(const Explained& explained, Decimal improvement, ScoreNode* original) {
  if (improvement > Decimal()) {
    const auto more = cite(explained.rules(), names::kQualityImprovementMaximum);
    original->citations.insert(original->citations.end(), more.begin(), more.end());
  } else if (!explained.input.profile.prior_quality_percent) {
    original->messages.push_back(
        {"IMPROVEMENT_NOT_INCLUDED",
         "The percent of the year before is not known: improvement is not part of this score."});
  } else if (!explained.quality.full_participation) {
    original->messages.push_back(
        {"NO_FULL_PARTICIPATION",
         "Improvement counts when every required measure is submitted and complete."});
  }
}

// Bonuses that the year knows, also where they come to nothing.
void add_bonuses_of_measures(const Explained& explained, ScoreNode* original) {
  const QualityBonuses& bonuses = explained.rules().quality_bonuses;
  const auto add = [&](Decimal each, const char* name, Decimal points, std::string_view parameter) {
    if (each == Decimal()) return;
    original->metadata.push_back({name, points});
    if (points == Decimal()) return;
    const auto more = cite(explained.rules(), parameter);
    original->citations.insert(original->citations.end(), more.begin(), more.end());
  };
  add(bonuses.high_priority_other, "highPriorityBonus", explained.quality.high_priority_bonus,
      names::kHighPriorityBonusOther);
  add(bonuses.end_to_end, "endToEndBonus", explained.quality.end_to_end_bonus,
      names::kEndToEndBonus);
  add(bonuses.complex_organization, "complexOrganizationAdjustment",
      explained.quality.complex_organization_bonus, names::kComplexOrganizationPoints);
}

// The measures that are here, each with the most that it could come to.
void add_measures(const Explained& explained, ScoreNode* original) {
  const ResolvedRules& rules = explained.rules();
  for (std::size_t i = 0; i < explained.scores.size(); ++i) {
    const MeasureInput& measure = explained.input.measures[i];
    const CombinedCounts combined = combine_strata(rules, measure, explained.input.strata);
    original->parts.push_back(
        measure_node(rules, combined.counts, explained.input.strata, explained.scores[i]));
    const MeasureScore best =
        best_score_of(rules, explained.input, measure, explained.situation.small_practice);
    if (is_scored(best)) {
      original->parts.back().metadata.push_back({"potentialPoints", best.points});
    }
  }
}

// The places without a measure, each with what it costs.
void add_empty_places(const Explained& explained, Decimal improvement, ScoreNode* original) {
  const QualityScore& quality = explained.quality;
  const PlaceCost cost = cost_of_empty_place(explained.input, explained.summary, quality,
                                             explained.situation.small_practice, improvement);
  const auto picked = std::count_if(explained.scores.begin(), explained.scores.end(),
                                    [](const MeasureScore& score) { return score.picked; });
  for (std::int64_t slot = picked; slot < quality.slots; ++slot) {
    original->parts.push_back(
        missing_node(explained.rules(), quality.required_missing && slot == picked, cost));
  }
}

void add_quality(const Explained& explained, ScoreNode* original) {
  const ResolvedRules& rules = explained.rules();
  add_measures(explained, original);
  if (explained.score.facility_based) {
    add_facility_percent(explained.input, original);
    return;
  }
  if (explained.input.profile.quality_percent) {
    original->messages.push_back({"GIVEN", "The percent is given and taken as it is."});
    return;
  }
  if (explained.quality.slots == 0) {
    original->messages.push_back({"QUALITY_NOT_SCORABLE", "No measure can be scored."});
    return;
  }
  const Decimal improvement =
      explained.evaluation.quality[explained.situation.small_practice].improvement;
  add_empty_places(explained, improvement, original);
  const bool bonus = explained.situation.small_practice && explained.quality.submitted;
  const Decimal available = available_points(rules, explained.quality.slots);
  const Decimal of_practice = bonus ? rules.small_practice_bonus : Decimal();
  const Decimal bonus_points = of_practice + explained.quality.bonus();
  original->metadata.push_back({"achievementPoints", explained.quality.points});
  original->metadata.push_back({"availablePoints", available});
  original->metadata.push_back({"smallPracticeBonus", of_practice});
  original->citations = cite(rules, names::kMaximumPoints);
  add_bonuses_of_measures(explained, original);
  original->metadata.push_back({"improvement", improvement});
  original->metadata.push_back(
      {"achievementPercent", achievement_percent(rules, explained.quality)});
  original->metadata.push_back(
      {"how", fmt::format("min({} + {}, {}) / {} + {} = {} %", explained.quality.points.to_string(),
                          bonus_points.to_string(), available.to_string(), available.to_string(),
                          improvement.to_string(), original->value.to_string())});
  if (explained.quality.cluster_measures > 0) {
    original->messages.push_back(
        {"ELIGIBLE_MEASURES",
         fmt::format("Only measures of one clinically related cluster are submitted: CMS expects "
                     "its {} measures, not {}.",
                     explained.quality.cluster_measures, rules.required_measures)});
  }
  if (bonus) {
    const auto more = cite(rules, names::kSmallPracticeBonus);
    original->citations.insert(original->citations.end(), more.begin(), more.end());
  }
  if (!explained.quality.submitted) {
    original->messages.push_back({"NO_QUALITY", "No quality measure is reported: 0 %."});
  }
  if (small_practice_unknown(explained.evaluation)) {
    original->messages.push_back(
        {"SMALL_PRACTICE_UNKNOWN",
         "Whether the practice is small is not known: counted as no, without its bonus."});
  }
  add_improvement(explained, improvement, original);
  if (explained.evaluation.benchmarks_open) {
    original->messages.push_back(
        {"BENCHMARK_OPEN",
         "A measure has no benchmark yet; CMS may make one from the year's own data. The range "
         "shows it at its best."});
  }
}

void add_cost(const Explained& explained, ScoreNode* original) {
  if (explained.score.facility_based) {
    add_facility_percent(explained.input, original);
  } else if (cost_unknown(explained.evaluation)) {
    original->messages.push_back(
        {"COST_UNKNOWN",
         "CMS computes cost from claims after the year; it is reweighted here, and "
         "the range shows it at 0 % and at 100 %."});
  } else if (explained.input.profile.cost_percent && explained.evaluation.cost_known) {
    original->messages.push_back({"GIVEN", "The percent is given and taken as it is."});
  } else if (!explained.input.cost_measures.empty()) {
    add_cost_parts(explained.input, original);
  } else if (explained.summary.category(Category::kCost).weight == 0) {
    original->messages.push_back({"COST_NOT_SCORED", "Cost is not part of this score."});
  }
}

void add_activities(const Explained& explained, ScoreNode* original) {
  original->citations = cite(explained.rules(), names::kActivitiesFullCredit);
  if (explained.input.profile.activities_percent) {
    original->messages.push_back({"GIVEN", "The percent is given and taken as it is."});
    return;
  }
  const ActivitiesCredit credit = explained.evaluation.activities_credit;
  if (explained.input.profile.apm_participant && credit == ActivitiesCredit::kNone) {
    original->messages.push_back(
        {"APM_CREDIT_WITHHELD",
         "A participant in an APM has no credit here: circumstances were granted, or neither an "
         "activity nor both quality and promoting interoperability are submitted."});
  }
  if (!explained.evaluation.activities_submitted && credit == ActivitiesCredit::kNone) {
    original->messages.push_back({"NO_ACTIVITIES", "No improvement activity is attested: 0 %."});
    return;
  }
  add_activity_parts(explained.input, explained.situation.activities_count_more, credit, original);
  if (explained.summary.category(Category::kActivities).unknown) {
    original->messages.push_back(
        {"SPECIAL_STATUS_UNKNOWN",
         "In small practices, rural and shortage areas and without patient-facing care activities "
         "count more. That status is not known: counted as no; the range shows it too."});
  }
}

std::string_view kind_parameter(ClinicianKind kind) {
  constexpr std::array<std::string_view, kClinicianKinds> kNames = {
      names::kReweightedPhysician,
      names::kReweightedPhysician,
      names::kReweightedCrna,
      names::kReweightedPhysician,
      names::kReweightedPhysicianAssistant,
      names::kReweightedNursePractitioner,
      names::kReweightedPhysician,
      names::kReweightedClinicalNurseSpecialist,
      names::kReweightedPhysicalTherapist,
      names::kReweightedOccupationalTherapist,
      names::kReweightedClinicalPsychologist,
      names::kReweightedAudiologist,
      names::kReweightedSpeechLanguagePathologist,
      names::kReweightedRegisteredDietitian,
      names::kReweightedClinicalSocialWorker,
      names::kReweightedCertifiedNurseMidwife,
  };
  return kNames[static_cast<std::size_t>(kind)];
}

// Which rule reweights promoting interoperability, in the order in which it is asked.
std::string_view reweighting_parameter(const Explained& explained) {
  const ResolvedRules& rules = explained.rules();
  const Profile& profile = explained.input.profile;
  const auto reweights = [&](SpecialStatus status) {
    return rules.reweighted_status[static_cast<std::size_t>(status)];
  };
  if (rules.reweighted_kind[static_cast<std::size_t>(profile.kind)]) {
    return kind_parameter(profile.kind);
  }
  if (explained.situation.small_practice && reweights(SpecialStatus::kSmallPractice)) {
    return names::kReweightedSmallPractice;
  }
  if (profile.non_patient_facing == Known::kYes && reweights(SpecialStatus::kNonPatientFacing)) {
    return names::kReweightedNonPatientFacing;
  }
  if (profile.hospital_based == Known::kYes && reweights(SpecialStatus::kHospitalBased)) {
    return names::kReweightedHospitalBased;
  }
  return names::kReweightedAscBased;
}

// Were nothing reported.
bool would_be_reweighted(const Explained& explained) {
  ScoreInput silent = explained.input;
  silent.interoperability = {};
  return promoting_interoperability_reweighted(silent, explained.situation.small_practice) ==
         Known::kYes;
}

void add_promoting_interoperability(const Explained& explained, ScoreNode* original) {
  const Profile& profile = explained.input.profile;
  const Known reweighted =
      promoting_interoperability_reweighted(explained.input, explained.situation.small_practice);
  original->metadata.push_back({"reweighted", std::string(known_text(reweighted))});
  if (profile.promoting_interoperability_percent) {
    original->messages.push_back({"GIVEN", "The percent is given and taken as it is."});
    return;
  }
  if (explained.input.interoperability.reported) {
    add_interoperability_parts(explained.input, original);
    if (reweighted == Known::kNo && would_be_reweighted(explained)) {
      original->messages.push_back(
          {"REWEIGHTING_LOST",
           "Without this report the category would be reweighted; submitting anything for it "
           "brings its weight back."});
    }
    return;
  }
  if ((profile.reweighted_by_approval & category_bit(Category::kPromotingInteroperability)) != 0) {
    original->messages.push_back({"REWEIGHTED_BY_APPROVAL", "CMS approved a reweighting."});
    return;
  }
  if (in_automatic_circumstances(explained.rules(), profile)) {
    original->citations = cite(explained.rules(), names::kAutomaticCircumstances);
    original->messages.push_back(
        {"AUTOMATIC_CIRCUMSTANCES",
         "CMS took every individual for affected by circumstances: reweighted without data."});
    return;
  }
  switch (reweighted) {
    case Known::kYes: {
      const std::string_view parameter = reweighting_parameter(explained);
      original->citations = cite(explained.rules(), parameter);
      original->messages.push_back(
          {"REWEIGHTED_AUTOMATICALLY", fmt::format("Reweighted without an application: {}.",
                                                   parameter.substr(parameter.rfind('/') + 1))});
      return;
    }
    case Known::kUnknown:
      original->citations = cite(explained.rules(), names::kReweightedNonPatientFacing);
      original->messages.push_back(
          {"SPECIAL_STATUS_UNKNOWN",
           "Special status unknown: CMS's list of special statuses is not loaded. Counted at its "
           "weight with nothing submitted; the range shows it reweighted too."});
      return;
    case Known::kNo:
      original->citations = cite(explained.rules(), names::kReweightedPhysician);
      // 414.1365(d): a subgroup's data are its group's, submitted by it.
      original->messages.push_back(
          {"NOTHING_SUBMITTED", profile.subgroup
                                    ? "Nothing is submitted: 0 %. A subgroup submits its group's."
                                    : "Nothing is submitted: 0 %."});
      return;
  }
}

bool is_given(const Profile& profile, Category category) {
  switch (category) {
    case Category::kQuality:
      return profile.quality_percent.has_value();
    case Category::kCost:
      return profile.cost_percent.has_value();
    case Category::kActivities:
      return profile.activities_percent.has_value();
    case Category::kPromotingInteroperability:
      return profile.promoting_interoperability_percent.has_value();
  }
  return false;
}

// The most that a category can come to by what is known here: of quality by the measures that are
// submitted, of the others all. Nothing where the percent is given, or weighs nothing.
std::optional<Decimal> potential_percent(const Explained& explained, Category category) {
  if (is_given(explained.input.profile, category)) return std::nullopt;
  if (explained.summary.category(category).weight == 0) return std::nullopt;
  if (category != Category::kQuality) return kHundred;
  return potential_quality_percent(explained.input, explained.situation.small_practice);
}

ScoreNode category_node(const Explained& explained, Category category) {
  const CategoryScore& score = explained.summary.category(category);
  ScoreNode original;
  original.name = std::string(category_name(category));
  original.value = score.percent;
  original.metadata.push_back({"submitted", score.submitted});
  original.metadata.push_back({"unknown", score.unknown});
  switch (category) {
    case Category::kQuality:
      add_quality(explained, &original);
      break;
    case Category::kCost:
      add_cost(explained, &original);
      break;
    case Category::kActivities:
      add_activities(explained, &original);
      break;
    case Category::kPromotingInteroperability:
      add_promoting_interoperability(explained, &original);
      break;
  }
  if (const auto potential = potential_percent(explained, category)) {
    original.metadata.push_back({"potentialPercent", *potential});
  }
  ScoreNode node;
  node.name = original.name;
  node.value = score.points;
  node.weight = Decimal::from_integer(score.weight);
  node.metadata.push_back(
      {"how", fmt::format("{} % x {} / 100", score.percent.to_string(), score.weight)});
  if (score.reweighted) {
    node.messages.push_back({"REWEIGHTED", "This category is reweighted to 0."});
  }
  if (!explained.score.fewer_categories) {
    node.citations = cite(explained.rules(),
                          weight_parameter(explained.rules(),
                                           weight_table(explained.rules(), explained.input.profile,
                                                        explained.situation.small_practice),
                                           explained.score.reweighted, category));
  }
  node.original.push_back(std::move(original));
  return node;
}

ScoreNode bonus_node(const Explained& explained) {
  ScoreNode node;
  node.name = "complexPatientBonus";
  node.value = explained.summary.complex_patient_bonus;
  node.citations = cite(explained.rules(), names::kComplexPatientBonusMaximum);
  if (explained.input.profile.complex_patient_bonus) {
    node.metadata.push_back(
        {"how", fmt::format("as CMS computes it, at most {}",
                            explained.rules().complex_patient_bonus_maximum.to_string())});
  } else if (complex_patient_bonus_unknown(explained.evaluation)) {
    node.messages.push_back(
        {"COMPLEX_PATIENT_BONUS_UNKNOWN",
         fmt::format("Only CMS can compute it: counted as 0; the range shows it at 0 and at {}.",
                     explained.rules().complex_patient_bonus_maximum.to_string())});
  }
  return node;
}

// Of small practices, in the year that had it on the final score.
ScoreNode practice_bonus_node(const Explained& explained) {
  ScoreNode node;
  node.name = "smallPracticeBonus";
  node.value = explained.score.small_practice_bonus;
  node.citations = cite(explained.rules(), names::kFinalSmallPracticeBonus);
  return node;
}

std::string adjustment_text(const Explained& explained) {
  const ResolvedRules& rules = explained.rules();
  const Decimal score = explained.summary.final_score;
  const PaymentAdjustment& adjustment = explained.summary.adjustment;
  const std::string threshold = rules.threshold.to_string();
  if (score <= rules.quarter_threshold) {
    return fmt::format("{} <= {}, a quarter of the threshold {}: {} %", score.to_string(),
                       rules.quarter_threshold.to_string(), threshold,
                       adjustment.percent.to_string());
  }
  if (score <= rules.threshold) {
    return fmt::format("-{} x ({} - {}) / {} = {} %", rules.maximum_negative_percent.to_string(),
                       threshold, score.to_string(), threshold, adjustment.percent.to_string());
  }
  return fmt::format("{} > {}, the threshold: positive or zero; CMS sets the size after the year",
                     score.to_string(), threshold);
}

std::string sum_text(const std::vector<ScoreNode>& parts, Decimal final_score) {
  std::string text;
  for (const ScoreNode& part : parts) {
    text += (text.empty() ? "" : " + ") + part.name + " " + part.value.to_string();
  }
  return fmt::format("min({}, {}) = {}", text, kHundred.to_string(), final_score.to_string());
}

ScoreNode total_node(const Explained& explained) {
  const ScoreSummary& summary = explained.summary;
  ScoreNode total;
  total.name = "total";
  total.value = summary.final_score.rounded(kShownDecimals);
  for (std::size_t i = 0; i < kCategories; ++i) {
    total.parts.push_back(category_node(explained, static_cast<Category>(i)));
  }
  total.parts.push_back(bonus_node(explained));
  if (explained.rules().final_small_practice_bonus > Decimal()) {
    total.parts.push_back(practice_bonus_node(explained));
  }
  total.metadata.push_back({"unroundedScoreValue", summary.final_score});
  if (!summary.fewer_categories && !neutral_by_circumstances(explained.evaluation)) {
    total.metadata.push_back({"how", sum_text(total.parts, summary.final_score)});
  }
  total.metadata.push_back({"range", range_metadata(summary.low, summary.high)});
  std::vector<Metadata> causes;
  for (const RangeCause& cause : range_causes(explained.input)) {
    causes.push_back({cause.name, range_metadata(cause.low, cause.high)});
  }
  total.metadata.push_back({"rangeByCause", std::move(causes)});
  if (explained.input.as_of < kEverReleased) {
    total.metadata.push_back({"asOf", explained.input.as_of.to_string()});
  }
  total.citations = cite(explained.rules(), names::kFewerCategoriesMinimum);
  if (summary.fewer_categories) {
    total.messages.push_back(
        {"FEWER_CATEGORIES",
         fmt::format("Fewer than {} categories can be scored: the score is the performance "
                     "threshold, without complex patient bonus.",
                     explained.rules().fewer_categories_minimum)});
  }
  explain_facility(explained.evaluation, explained.situation, &total);
  if (neutral_by_circumstances(explained.evaluation)) {
    const auto more = cite(explained.rules(), names::kAutomaticCircumstances);
    total.citations.insert(total.citations.end(), more.begin(), more.end());
    total.messages.push_back(
        {"AUTOMATIC_CIRCUMSTANCES",
         fmt::format("CMS took every individual for affected by circumstances; with data of fewer "
                     "than {} categories the score is neutral.",
                     explained.rules().automatic_circumstances_categories_minimum)});
  }
  return total;
}

}  // namespace

std::vector<RangeCause> range_causes(const ScoreInput& input) {
  std::vector<RangeCause> causes;
  for (const CauseRange& cause : range_by_cause(input)) {
    causes.push_back({std::string(unknown_name(cause.cause)), cause.low, cause.high});
  }
  return causes;
}

ScoreTree explain(const ScoreInput& input, const ScoreSummary& summary) {
  const Explained explained(input, summary);
  ScoreTree tree;
  tree.year = input.rules->year_rules->year();
  tree.total = total_node(explained);
  tree.weights = explained.score.weights;
  tree.adjustment.name = "paymentAdjustment";
  tree.adjustment.value = summary.adjustment.percent;
  tree.adjustment.metadata = {
      {"percent", summary.adjustment.percent},
      {"basis", std::string(basis_text(summary.adjustment.basis))},
      {"low", summary.adjustment.low},
      {"high", summary.adjustment.high},
      {"threshold", input.rules->threshold},
      {"applies", std::string(known_text(summary.adjustment.applies))},
      {"how", adjustment_text(explained)},
  };
  tree.adjustment.citations = cite(*input.rules, summary.final_score <= input.rules->threshold
                                                     ? names::kMaximumNegativePercent
                                                     : names::kMaximumPositivePercent);
  tree.messages = tree.total.messages;
  return tree;
}

}  // namespace qcdr::scoring
