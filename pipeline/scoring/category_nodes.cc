#include "scoring/category_nodes.h"

#include <fmt/core.h>

#include <algorithm>

#include "rulebook/parameter_names.h"
#include "scoring/activities.h"
#include "scoring/cost.h"
#include "scoring/interoperability.h"
#include "scoring/measure_node.h"

namespace qcdr::scoring {
namespace {

namespace names = rulebook::names;
using rulebook::InteroperabilityMeasure;
using rulebook::InteroperabilityRole;

void add_citation(const ResolvedRules& rules, std::string_view parameter, ScoreNode* node) {
  const auto more = cite(rules, parameter);
  node->citations.insert(node->citations.end(), more.begin(), more.end());
}

const char* weight_text(rulebook::ActivityWeight weight) {
  switch (weight) {
    case rulebook::ActivityWeight::kMedium:
      return "medium";
    case rulebook::ActivityWeight::kHigh:
      return "high";
    case rulebook::ActivityWeight::kFull:
      return "full";
    case rulebook::ActivityWeight::kCounted:
      return "counted";
  }
  return "medium";
}

struct ActivityPointNames {
  std::string_view medium;
  std::string_view high;
  std::string_view each;
};
constexpr ActivityPointNames kPointNames = {names::kActivityPointsMedium,
                                            names::kActivityPointsHigh, names::kActivityPointsEach};
constexpr ActivityPointNames kMvpPointNames = {
    names::kMvpActivityPointsMedium, names::kMvpActivityPointsHigh, names::kMvpActivityPointsEach};

// Where an activity's points stand.
std::string_view points_parameter(const ScoreInput& input, rulebook::ActivityWeight weight) {
  const ResolvedRules& rules = *input.rules;
  if (weight == rulebook::ActivityWeight::kFull) return names::kMedicalHomePercent;
  const ActivityPoints& of_mvp = rules.mvp_activity_points;
  const bool mvp = input.profile.participation == Participation::kMvp &&
                   std::max(of_mvp.each, of_mvp.medium) > Decimal();
  const ActivityPointNames& names_of = mvp ? kMvpPointNames : kPointNames;
  if ((mvp ? of_mvp : rules.activity_points).each > Decimal()) return names_of.each;
  return weight == rulebook::ActivityWeight::kHigh ? names_of.high : names_of.medium;
}

void add_credit_message(const ScoreInput& input, ActivitiesCredit credit, ScoreNode* original) {
  if (credit == ActivitiesCredit::kNone) return;
  const std::string percent = credit_percent(input, credit).to_string();
  if (credit == ActivitiesCredit::kApm) {
    original->messages.push_back(
        {"APM_CREDIT", fmt::format("At least {} % for a participant in an APM.", percent)});
    add_citation(*input.rules, names::kApmActivitiesPercent, original);
    return;
  }
  original->messages.push_back(
      {"PATHWAY_CREDIT",
       fmt::format("At least {} % in this pathway, without an activity being attested.", percent)});
  add_citation(*input.rules,
               input.profile.participation == Participation::kApp
                   ? names::kAppActivitiesPercent
                   : names::kApmStandardActivitiesPercent,
               original);
}

const char* role_text(InteroperabilityRole role) {
  switch (role) {
    case InteroperabilityRole::kAttestation:
      return "attestation";
    case InteroperabilityRole::kRequired:
      return "required";
    case InteroperabilityRole::kChoice:
      return "choice";
    case InteroperabilityRole::kBonus:
      return "bonus";
    case InteroperabilityRole::kExclusion:
      return "exclusion";
    case InteroperabilityRole::kEngagement:
      return "engagement";
    case InteroperabilityRole::kOptional:
      return "optional";
  }
  return "optional";
}

void add_gap_message(const ResolvedRules& rules, const InteroperabilityScore& score,
                     std::int32_t period_days, ScoreNode* original) {
  const auto row = [&] { return rules.interoperability[score.gap_row].measure->id; };
  switch (score.gap) {
    case InteroperabilityGap::kNone:
      return;
    case InteroperabilityGap::kNoCehrtId:
      original->messages.push_back(
          {"NO_CEHRT_ID", "The identifier of the certified technology is missing: 0 %."});
      return;
    case InteroperabilityGap::kShortPeriod:
      original->messages.push_back(
          {"SHORT_PERIOD", fmt::format("The performance period has {} days; at least {} in a row "
                                       "are needed: 0 %.",
                                       period_days, rules.interoperability_period_days)});
      add_citation(rules, names::kInteroperabilityPeriodDays, original);
      return;
    case InteroperabilityGap::kAttestationMissing:
      original->messages.push_back(
          {"ATTESTATION_MISSING",
           fmt::format("{} is not attested as it must be: 0 % for the whole category.", row())});
      return;
    case InteroperabilityGap::kRequiredMissing:
      original->messages.push_back(
          {"REQUIRED_MISSING",
           fmt::format("{} is neither reported with a result above zero nor excluded: 0 % for the "
                       "whole category.",
                       row())});
      return;
    case InteroperabilityGap::kRegistriesMissing:
      original->messages.push_back(
          {"REGISTRIES_MISSING",
           fmt::format("Of the registries {} are needed, reported or excluded, {} among those that "
                       "lack: 0 % for the whole category.",
                       rules.interoperability_registries, row())});
      add_citation(rules, names::kInteroperabilityRegistries, original);
      return;
    case InteroperabilityGap::kEngagementMissing:
      original->messages.push_back(
          {"ENGAGEMENT_MISSING",
           fmt::format("{} is reported without its level of active engagement: 0 % for the whole "
                       "category.",
                       row())});
      return;
  }
}

ScoreNode interoperability_node(const ResolvedRules& rules, const InteroperabilityInput& input,
                                const InteroperabilityRowScore& row) {
  const InteroperabilityMeasure& measure = *input.measure;
  ScoreNode node;
  node.name = measure.id;
  node.value = row.points;
  node.metadata.push_back({"title", measure.title});
  node.metadata.push_back({"reportingCategory", std::string(role_text(measure.role))});
  if (measure.ratio) {
    node.metadata.push_back({"numerator", input.numerator});
    node.metadata.push_back({"denominator", input.denominator});
  } else {
    node.metadata.push_back({"attested", input.attested});
  }
  node.citations = cite(rules, names::kInteroperabilityMaximumPoints);
  if (measure.points == Decimal()) return node;
  node.metadata.push_back({"availablePoints", row.available});
  if (row.available > measure.points) {
    node.messages.push_back(
        {"POINTS_REDISTRIBUTED",
         fmt::format("{} of the available points come from rows that are excluded; where they go "
                     "is not verified.",
                     (row.available - measure.points).to_string())});
  }
  if (measure.ratio && input.denominator > 0) {
    node.metadata.push_back(
        {"how", fmt::format("{} / {} x {}, in whole points, at least {}", input.numerator,
                            input.denominator, row.available.to_string(),
                            rules.interoperability_measure_minimum)});
    node.citations = cite(rules, names::kInteroperabilityMeasureMinimum);
  } else if (!measure.ratio) {
    node.metadata.push_back(
        {"how", fmt::format("{}: {} of {} points", input.attested ? "yes" : "no",
                            row.points.to_string(), row.available.to_string())});
  }
  return node;
}

ScoreNode cost_node(const ResolvedRules& rules, const CostInput& input) {
  const CostMeasureScore score = score_cost_measure(rules, input);
  const rulebook::Benchmark* benchmark = cost_benchmark(rules, *input.measure);
  ScoreNode node;
  node.name = input.measure->id;
  node.value = score.points;
  node.metadata.push_back({"title", input.measure->title});
  node.metadata.push_back({"processingStatus", std::string(score.scored ? "PICKED" : "EXCLUDED")});
  node.metadata.push_back({"costScore", input.value});
  node.metadata.push_back({"caseCount", input.case_count});
  node.metadata.push_back({"caseMinimum", std::int64_t{input.measure->case_minimum}});
  node.metadata.push_back({"decile", std::int64_t{score.decile}});
  node.metadata.push_back({"decileScore", score.points});
  if (score.scored) {
    node.metadata.push_back({"potentialPoints", rules.cost_points_maximum});
    node.metadata.push_back(
        {"how", score.decile == kBelowDeciles
                    ? fmt::format("in no decile of the benchmark: the floor of {} points",
                                  score.points.to_string())
                    : fmt::format("in decile {} of the benchmark: {} points", score.decile,
                                  score.points.to_string())});
  }
  if (benchmark != nullptr) add_benchmark_metadata(rules, *benchmark, &node);
  if (benchmark == nullptr) {
    node.messages.push_back({"NO_BENCHMARK", "There is no benchmark: not part of the score."});
  } else if (!score.scored) {
    node.messages.push_back(
        {"BELOW_CASE_MINIMUM",
         fmt::format("Fewer than {} cases: not part of the score.", input.measure->case_minimum)});
  }
  node.citations = cite(rules, names::kCostMaximumPoints);
  return node;
}

}  // namespace

void add_activity_parts(const ScoreInput& input, bool counts_more, ActivitiesCredit credit,
                        ScoreNode* original) {
  const ResolvedRules& rules = *input.rules;
  Decimal points;
  for (const rulebook::Activity* activity : input.activities) {
    ScoreNode node;
    node.name = activity->id;
    node.value = activity_points(input, *activity, counts_more);
    node.metadata.push_back({"title", activity->title});
    if (rules.activity_points.each == Decimal()) {
      node.metadata.push_back({"weight", std::string(weight_text(activity->weight))});
    }
    node.metadata.push_back({"processingStatus", std::string("PICKED")});
    node.metadata.push_back(
        {"how",
         fmt::format("{} activity{}: {} points", weight_text(activity->weight),
                     counts_more ? ", where activities count more" : "", node.value.to_string())});
    node.citations = cite(rules, points_parameter(input, activity->weight));
    if (counts_more) add_citation(rules, names::kActivitySpecialStatusFactor, &node);
    points = points + node.value;
    original->parts.push_back(std::move(node));
  }
  original->metadata.push_back({"points", std::min(points, rules.activities_full_credit)});
  original->metadata.push_back({"availablePoints", rules.activities_full_credit});
  original->metadata.push_back({"pointsCountMore", counts_more});
  original->metadata.push_back({"how", fmt::format("min({}, {}) / {}", points.to_string(),
                                                   rules.activities_full_credit.to_string(),
                                                   rules.activities_full_credit.to_string())});
  if (input.profile.medical_home) {
    original->messages.push_back(
        {"MEDICAL_HOME", "A patient-centered medical home is attested: full credit."});
    add_citation(rules, names::kMedicalHomePercent, original);
  }
  add_credit_message(input, credit, original);
}

void add_interoperability_parts(const ScoreInput& input, ScoreNode* original) {
  const ResolvedRules& rules = *input.rules;
  const InteroperabilityScore score = score_interoperability(rules, input.interoperability);
  const InteroperabilityMeasure* first = rules.year_rules->interoperability_measures().data();
  for (const InteroperabilityInput& row : input.interoperability.rows) {
    original->parts.push_back(interoperability_node(
        rules, row, score.rows[static_cast<std::size_t>(row.measure - first)]));
  }
  original->metadata.push_back({"points", score.points});
  original->metadata.push_back({"availablePoints", rules.interoperability_maximum});
  original->metadata.push_back({"how", fmt::format("min({}, {}) / {}", score.points.to_string(),
                                                   rules.interoperability_maximum.to_string(),
                                                   rules.interoperability_maximum.to_string())});
  original->citations = cite(rules, names::kInteroperabilityMaximumPoints);
  add_gap_message(rules, score, input.interoperability.period_days, original);
}

void add_cost_parts(const ScoreInput& input, ScoreNode* original) {
  const ResolvedRules& rules = *input.rules;
  for (const CostInput& measure : input.cost_measures) {
    original->parts.push_back(cost_node(rules, measure));
  }
  const CostScore cost = score_cost(input);
  original->metadata.push_back({"points", cost.points});
  original->metadata.push_back({"scoredMeasures", cost.scored});
  original->metadata.push_back({"improvement", cost.improvement});
  original->citations = cite(rules, names::kCostMaximumPoints);
  if (cost.scored == 0) {
    original->messages.push_back(
        {"COST_NOT_SCORABLE", "No cost measure can be scored: the category is reweighted."});
  }
}

}  // namespace qcdr::scoring
