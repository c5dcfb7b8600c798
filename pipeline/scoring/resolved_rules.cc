#include "scoring/resolved_rules.h"

#include <algorithm>
#include <utility>

#include "core/assert.h"
#include "rulebook/parameter_names.h"
#include "scoring/resolved_weights.h"

namespace qcdr::scoring {
namespace {

namespace names = rulebook::names;
using rulebook::Parameter;
using rulebook::YearRules;

// How many performance years back factors are looked for.
constexpr int kEarlierYears = 10;

Decimal value(const YearRules& rules, std::string_view name) {
  return rules.parameter(name).value;
}

// Zero where the year has no such rule.
Decimal optional_value(const YearRules& rules, std::string_view name) {
  const Parameter* parameter = rules.find_parameter(name);
  return parameter == nullptr ? Decimal() : parameter->value;
}

bool flag(const YearRules& rules, std::string_view name) {
  return optional_value(rules, name) != Decimal();
}

std::int64_t whole(Decimal decimal) {
  QCDR_ASSERT(decimal.raw() % Decimal::kOne == 0);
  return decimal.raw() / Decimal::kOne;
}

std::int64_t whole(const YearRules& rules, std::string_view name) {
  return whole(value(rules, name));
}

std::int64_t optional_whole(const YearRules& rules, std::string_view name) {
  return whole(optional_value(rules, name));
}

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// What CMS computes from claims is scored from a number of cases and clinicians on.
void resolve_claims(const YearRules& rules, const rulebook::Measure& measure,
                    ResolvedMeasure* entry) {
  if (!contains(measure.collection_types,
                collection_type_name(CollectionType::kAdministrativeClaims))) {
    return;
  }
  const std::string name = std::string(names::kAdministrativeClaims) + "/" + measure.id + "/";
  const auto limit = [&](std::string_view column) {
    const Parameter* parameter = rules.find_parameter(name + std::string(column));
    return parameter == nullptr ? 0 : whole(parameter->value);
  };
  entry->claims_case_minimum = limit(names::kAdministrativeClaimsCases);
  entry->claims_clinicians_minimum = limit(names::kAdministrativeClaimsClinicians);
}

void resolve_measures(const YearRules& rules, ResolvedRules* resolved) {
  const Decimal first_year = optional_value(rules, names::kNewMeasureFirstYear);
  const Decimal second_year = optional_value(rules, names::kNewMeasureSecondYear);
  resolved->measures.reserve(rules.measures().size());
  for (const rulebook::Measure& measure : rules.measures()) {
    ResolvedMeasure entry;
    for (std::size_t i = 0; i < kCollectionTypes; ++i) {
      const std::string_view type = collection_type_name(static_cast<CollectionType>(i));
      entry.benchmarks[i] = rules.find_benchmark(measure.id, type);
      entry.suppressed[i] = contains(measure.suppressed_for, type);
      entry.uncapped[i] = contains(measure.uncapped_for, type);
    }
    const std::int32_t age = rules.year().value() - measure.first_performance_year;
    if (age == 0) entry.new_measure_floor = first_year;
    if (age == 1) entry.new_measure_floor = second_year;
    entry.percentage = measure.metric_type != "nonProportion" &&
                       measure.metric_type != "costScore" && measure.metric_type != "cahps";
    resolve_claims(rules, measure, &entry);
    resolved->web_interface_measures += static_cast<std::size_t>(
        contains(measure.collection_types, collection_type_name(CollectionType::kWebInterface)));
    resolved->measures.push_back(entry);
  }
}

void resolve_clusters(const YearRules& rules, ResolvedRules* resolved) {
  QCDR_ASSERT(rules.clusters().size() <= kClustersMax);
  for (const rulebook::MeasureCluster& cluster : rules.clusters()) {
    ResolvedCluster out;
    out.measures = cluster.measures.size();
    for (std::size_t i = 0; i < kCollectionTypes; ++i) {
      const auto type = static_cast<CollectionType>(i);
      if (collection_type_name(type) == cluster.collection_type) out.collection = type;
    }
    for (std::size_t i = 0; i < rules.measures().size(); ++i) {
      if (!contains(cluster.measures, rules.measures()[i].id)) continue;
      resolved->measures[i].clusters |= ClusterSet{1} << resolved->clusters.size();
    }
    resolved->clusters.push_back(out);
  }
}

void resolve_activities(const YearRules& rules, ResolvedRules* resolved) {
  resolved->activity_points = {optional_value(rules, names::kActivityPointsMedium),
                               optional_value(rules, names::kActivityPointsHigh),
                               optional_value(rules, names::kActivityPointsEach)};
  resolved->mvp_activity_points = {optional_value(rules, names::kMvpActivityPointsMedium),
                                   optional_value(rules, names::kMvpActivityPointsHigh),
                                   optional_value(rules, names::kMvpActivityPointsEach)};
  resolved->activity_special_status_factor = whole(rules, names::kActivitySpecialStatusFactor);
  resolved->activities_full_credit = value(rules, names::kActivitiesFullCredit);
  resolved->medical_home_percent = optional_value(rules, names::kMedicalHomePercent);
  resolved->activity_period_days = optional_whole(rules, names::kActivityPeriodDays);
  resolved->apm_activities_percent = optional_value(rules, names::kApmActivitiesPercent);
  resolved->apm_activities_condition = flag(rules, names::kApmActivitiesCondition);
  resolved->app_activities_percent = optional_value(rules, names::kAppActivitiesPercent);
  resolved->apm_standard_activities_percent =
      optional_value(rules, names::kApmStandardActivitiesPercent);
}

// Numbers words in the order in which they come, from one.
std::uint8_t number_of(const std::string& word, std::vector<std::string>* known) {
  const auto found = std::find(known->begin(), known->end(), word);
  const auto number = static_cast<std::uint8_t>(found - known->begin() + 1);
  if (found == known->end()) known->push_back(word);
  return number;
}

void resolve_interoperability_rows(const YearRules& rules,
                                   std::vector<ResolvedInteroperability>* resolved) {
  const std::vector<rulebook::InteroperabilityMeasure>& rows = rules.interoperability_measures();
  QCDR_ASSERT(rows.size() <= UINT8_MAX);
  const auto place_of = [&](const std::string& id) {
    const rulebook::InteroperabilityMeasure* row = rules.find_interoperability_measure(id);
    QCDR_ASSERT(row != nullptr);  // the loader has looked
    return static_cast<std::uint8_t>(row - rows.data());
  };
  std::vector<std::string> objectives;
  std::vector<std::string> alternatives;
  for (const rulebook::InteroperabilityMeasure& row : rows) {
    ResolvedInteroperability out;
    out.measure = &row;
    out.objective = number_of(row.objective, &objectives);
    if (!row.alternative.empty()) {
      out.alternative = number_of(row.objective + "/" + row.alternative, &alternatives);
    }
    for (const std::string& id : row.excludes) out.excludes.push_back(place_of(id));
    if (!row.engages.empty()) out.engages = place_of(row.engages);
    for (const std::vector<std::string>& group : row.redistribution) {
      out.redistribution.emplace_back();
      for (const std::string& id : group) out.redistribution.back().push_back(place_of(id));
    }
    resolved->push_back(std::move(out));
  }
  for (const rulebook::InteroperabilityMeasure& row : rows) {
    if (!row.engages.empty()) (*resolved)[place_of(row.engages)].has_engagement = true;
  }
}

void resolve_interoperability(const YearRules& rules, ResolvedRules* resolved) {
  resolve_interoperability_rows(rules, &resolved->interoperability);
  resolved->interoperability_maximum = optional_value(rules, names::kInteroperabilityMaximumPoints);
  resolved->interoperability_period_days =
      optional_whole(rules, names::kInteroperabilityPeriodDays);
  resolved->interoperability_measure_minimum =
      optional_whole(rules, names::kInteroperabilityMeasureMinimum);
  resolved->interoperability_registries = optional_whole(rules, names::kInteroperabilityRegistries);
}

void resolve_cost(const YearRules& rules, ResolvedRules* resolved) {
  for (const rulebook::CostMeasure& measure : rules.cost_measures()) {
    resolved->cost_benchmarks.push_back(rules.find_benchmark(
        measure.id, collection_type_name(CollectionType::kAdministrativeClaims)));
  }
  resolved->cost_scored = flag(rules, names::kCostScored);
  resolved->cost_points_maximum = optional_value(rules, names::kCostMaximumPoints);
  resolved->cost_points_floor = optional_value(rules, names::kCostFloorPoints);
  resolved->cost_improvement_maximum = optional_value(rules, names::kCostImprovementMaximum);
}

void resolve_quality(const YearRules& rules, ResolvedRules* resolved) {
  resolved->required_measures = static_cast<std::size_t>(whole(rules, names::kRequiredMeasures));
  resolved->points_maximum = value(rules, names::kMaximumPoints);
  (void)whole(resolved->points_maximum);  // the quality percent divides by whole points
  resolved->points_floor = value(rules, names::kFloorPoints);
  resolved->points_incomplete = {value(rules, names::kPointsIncomplete),
                                 value(rules, names::kPointsIncompleteSmallPractice)};
  resolved->points_without_benchmark = {value(rules, names::kPointsWithoutBenchmark),
                                        value(rules, names::kPointsWithoutBenchmarkSmallPractice)};
  resolved->points_below_case_minimum = {value(rules, names::kPointsBelowCaseMinimum),
                                         value(rules, names::kPointsBelowCaseMinimumSmallPractice)};
  const Parameter* cap = rules.find_parameter(names::kToppedOutCap);
  resolved->topped_out_cap = cap == nullptr ? resolved->points_maximum : cap->value;
  resolved->case_minimum = whole(rules, names::kCaseMinimum);
  resolved->data_completeness = value(rules, names::kDataCompleteness);
  resolved->quality_improvement_maximum = optional_value(rules, names::kQualityImprovementMaximum);
  resolved->quality_improvement_prior_floor =
      optional_value(rules, names::kQualityImprovementPriorFloor);
  resolved->rate_decimals = static_cast<int>(whole(rules, names::kRateDecimals));
  resolved->points_decimals = static_cast<int>(whole(rules, names::kPointsDecimals));
  // Wider ones would overflow the exact interpolation; the regulation's are two and four.
  QCDR_ASSERT(resolved->rate_decimals >= 0 && resolved->rate_decimals <= 4);
  QCDR_ASSERT(resolved->points_decimals >= 0 && resolved->points_decimals <= 6);
}

void resolve_quality_bonuses(const YearRules& rules, ResolvedRules* resolved) {
  resolved->small_practice_bonus = optional_value(rules, names::kSmallPracticeBonus);
  QualityBonuses& bonuses = resolved->quality_bonuses;
  bonuses.high_priority_outcome = optional_value(rules, names::kHighPriorityBonusOutcome);
  bonuses.high_priority_other = optional_value(rules, names::kHighPriorityBonusOther);
  bonuses.high_priority_maximum_percent =
      optional_value(rules, names::kHighPriorityBonusMaximumPercent);
  bonuses.end_to_end = optional_value(rules, names::kEndToEndBonus);
  bonuses.end_to_end_maximum_percent = optional_value(rules, names::kEndToEndBonusMaximumPercent);
  bonuses.complex_organization = optional_value(rules, names::kComplexOrganizationPoints);
  bonuses.complex_organization_maximum_percent =
      optional_value(rules, names::kComplexOrganizationMaximumPercent);
  resolved->suppressed_always_reduces = flag(rules, names::kSuppressedAlwaysReduces);
  resolved->survey_denominator_reduction = optional_value(rules, names::kSurveyReduction);
  resolved->survey_measures_maximum =
      static_cast<std::size_t>(optional_whole(rules, names::kSurveyMeasuresMaximum));
  resolved->mvp_required_measures =
      static_cast<std::size_t>(optional_whole(rules, names::kMvpRequiredMeasures));
  resolved->mvp_population_health_chosen = flag(rules, names::kMvpPopulationHealthChosen);
  resolved->app_without_benchmark_excluded = flag(rules, names::kAppWithoutBenchmarkExcluded);
}

void resolve_kinds(const YearRules& rules, ResolvedRules* resolved) {
  const auto set = [&](ClinicianKind kind, std::string_view name) {
    resolved->known_kind[static_cast<std::size_t>(kind)] = true;
    resolved->reweighted_kind[static_cast<std::size_t>(kind)] = flag(rules, name);
  };
  set(ClinicianKind::kPhysician, names::kReweightedPhysician);
  set(ClinicianKind::kCrna, names::kReweightedCrna);
  set(ClinicianKind::kPhysicianAssistant, names::kReweightedPhysicianAssistant);
  set(ClinicianKind::kNursePractitioner, names::kReweightedNursePractitioner);
  set(ClinicianKind::kClinicalNurseSpecialist, names::kReweightedClinicalNurseSpecialist);
  set(ClinicianKind::kPhysicalTherapist, names::kReweightedPhysicalTherapist);
  set(ClinicianKind::kOccupationalTherapist, names::kReweightedOccupationalTherapist);
  set(ClinicianKind::kClinicalPsychologist, names::kReweightedClinicalPsychologist);
  set(ClinicianKind::kAudiologist, names::kReweightedAudiologist);
  set(ClinicianKind::kSpeechLanguagePathologist, names::kReweightedSpeechLanguagePathologist);
  set(ClinicianKind::kRegisteredDietitian, names::kReweightedRegisteredDietitian);
  set(ClinicianKind::kClinicalSocialWorker, names::kReweightedClinicalSocialWorker);
  set(ClinicianKind::kCertifiedNurseMidwife, names::kReweightedCertifiedNurseMidwife);
  // No MIPS eligible clinician, so nothing of theirs is reweighted.
  resolved->known_kind[static_cast<std::size_t>(ClinicianKind::kCaa)] = true;

  const auto set_status = [&](SpecialStatus status, std::string_view name) {
    resolved->reweighted_status[static_cast<std::size_t>(status)] = flag(rules, name);
  };
  set_status(SpecialStatus::kSmallPractice, names::kReweightedSmallPractice);
  set_status(SpecialStatus::kNonPatientFacing, names::kReweightedNonPatientFacing);
  set_status(SpecialStatus::kHospitalBased, names::kReweightedHospitalBased);
  set_status(SpecialStatus::kAscBased, names::kReweightedAscBased);
}

// A factor of zero stands for none.
void resolve_factors(const YearRules& rules, ResolvedRules* resolved) {
  for (int back = 0; back <= kEarlierYears; ++back) {
    const PerformanceYear year(rules.year().value() - back);
    const Parameter* scaling = back == 0 ? rules.find_parameter(names::kScalingFactor)
                                         : rules.find_parameter_in(year, names::kScalingFactor);
    const Parameter* exceptional = back == 0
                                       ? rules.find_parameter(names::kExceptionalFactor)
                                       : rules.find_parameter_in(year, names::kExceptionalFactor);
    if (scaling == nullptr) continue;
    resolved->factors.push_back(
        {year, scaling->value, exceptional == nullptr ? Decimal() : exceptional->value,
         exceptional == nullptr ? scaling->usable_from
                                : std::max(scaling->usable_from, exceptional->usable_from)});
  }
}

void resolve_complex_patient(const YearRules& rules, ResolvedRules* resolved) {
  resolved->complex_patient_bonus_maximum =
      optional_value(rules, names::kComplexPatientBonusMaximum);
  ComplexPatientRules& out = resolved->complex_patient;
  out.multiplier = optional_value(rules, names::kComplexPatientMultiplier);
  out.dual_factor = optional_value(rules, names::kComplexPatientDualFactor);
  out.by_component = rules.find_parameter(names::kComplexPatientComponentSlope) != nullptr;
  out.component_base = optional_value(rules, names::kComplexPatientComponentBase);
  out.component_slope = optional_value(rules, names::kComplexPatientComponentSlope);
  out.below_median_counts = flag(rules, names::kComplexPatientBelowMedianCounts);
  out.facility_based_without_data = flag(rules, names::kComplexPatientFacilityBased);
}

// Who may take part how, whose score counts and what reweights beside what a category's own rules
// say.
void resolve_policies(const YearRules& rules, ResolvedRules* resolved) {
  resolved->final_small_practice_bonus = optional_value(rules, names::kFinalSmallPracticeBonus);
  resolved->mvp_offered = flag(rules, names::kMvpOffered);
  resolved->facility_based_offered = flag(rules, names::kFacilityBasedOffered);
  resolved->facility_based_by_final_score = flag(rules, names::kFacilityBasedByFinalScore);
  resolved->facility_based_virtual_groups = flag(rules, names::kFacilityBasedVirtualGroups);
  resolved->virtual_groups_offered = flag(rules, names::kVirtualGroupsOffered);
  resolved->subgroups_offered = flag(rules, names::kSubgroupsOffered);
  resolved->apm_entity_score_alone = flag(rules, names::kApmEntityScoreAlone);
  resolved->automatic_circumstances = flag(rules, names::kAutomaticCircumstances);
  resolved->automatic_circumstances_categories_minimum =
      static_cast<int>(optional_whole(rules, names::kAutomaticCircumstancesCategories));
  resolved->incomplete_data_cancel = flag(rules, names::kIncompleteDataCancel);
  resolved->third_party_failure_reweights = flag(rules, names::kThirdPartyFailureReweights);
  resolved->mvp_without_applicable_measure = flag(rules, names::kMvpWithoutApplicableMeasure);
  resolved->subgroup_circumstances = flag(rules, names::kSubgroupCircumstances);
}

void resolve_adjustment(const YearRules& rules, ResolvedRules* resolved) {
  resolved->threshold = value(rules, names::kThreshold);
  resolved->fewer_categories_minimum =
      static_cast<int>(whole(rules, names::kFewerCategoriesMinimum));
  resolved->maximum_negative_percent = value(rules, names::kMaximumNegativePercent);
  resolved->maximum_positive_percent = value(rules, names::kMaximumPositivePercent);
  resolved->quarter_threshold =
      resolved->threshold / value(rules, names::kQuarterOfThresholdDivisor);
  const Parameter* additional = rules.find_parameter(names::kAdditionalThreshold);
  if (additional != nullptr && additional->value > Decimal()) {
    resolved->has_additional_threshold = true;
    resolved->additional_threshold = additional->value;
    resolved->additional_minimum_factor = value(rules, names::kAdditionalMinimumFactor);
    resolved->additional_maximum_factor = value(rules, names::kAdditionalMaximumFactor);
  }
  resolve_factors(rules, resolved);
}

}  // namespace

std::string_view collection_type_name(CollectionType type) {
  constexpr std::array<std::string_view, kCollectionTypes> kNames = {"registry",
                                                                     "claims",
                                                                     "electronicHealthRecord",
                                                                     "administrativeClaims",
                                                                     "certifiedSurveyVendor",
                                                                     "cmsWebInterface"};
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view category_name(Category category) {
  return names::kWeightCategories[static_cast<std::size_t>(category)];
}

ResolvedRules resolve(const rulebook::YearRules& year_rules) {
  ResolvedRules resolved;
  resolved.year_rules = &year_rules;
  resolve_quality(year_rules, &resolved);
  resolve_quality_bonuses(year_rules, &resolved);
  resolve_measures(year_rules, &resolved);
  resolve_clusters(year_rules, &resolved);
  resolve_activities(year_rules, &resolved);
  resolve_interoperability(year_rules, &resolved);
  resolve_cost(year_rules, &resolved);
  resolve_weights(year_rules, &resolved);
  resolve_kinds(year_rules, &resolved);
  resolve_complex_patient(year_rules, &resolved);
  resolve_policies(year_rules, &resolved);
  resolve_adjustment(year_rules, &resolved);
  return resolved;
}

}  // namespace qcdr::scoring
