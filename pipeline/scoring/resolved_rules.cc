#include "scoring/resolved_rules.h"

#include <algorithm>
#include <utility>

#include "core/assert.h"
#include "rulebook/parameter_names.h"

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

std::int64_t whole(Decimal decimal) {
  QCDR_ASSERT(decimal.raw() % Decimal::kOne == 0);
  return decimal.raw() / Decimal::kOne;
}

std::int64_t whole(const YearRules& rules, std::string_view name) {
  return whole(value(rules, name));
}

// "cost+pi" -> the bits of both; "none" -> no bit.
CategorySet row_categories(std::string_view row) {
  CategorySet categories = 0;
  while (row != "none" && !row.empty()) {
    const std::size_t end = std::min(row.find('+'), row.size());
    const std::string_view name = row.substr(0, end);
    const auto* found =
        std::find(names::kWeightCategories.begin(), names::kWeightCategories.end(), name);
    QCDR_ASSERT(found != names::kWeightCategories.end());
    categories |= static_cast<CategorySet>(1U << (found - names::kWeightCategories.begin()));
    row.remove_prefix(std::min(end + 1, row.size()));
  }
  return categories;
}

std::string weight_name(std::string_view table, std::string_view row, std::size_t category) {
  return "weights/" + std::string(table) + "/" + std::string(row) + "/" +
         std::string(names::kWeightCategories[category]);
}

// One row into its place; `implied` categories are reweighted in every row of the table.
void resolve_row(const YearRules& rules, WeightTable table, std::string_view name,
                 std::string_view row, CategorySet implied, ResolvedRules* resolved) {
  const auto place = static_cast<std::size_t>(table);
  Weights& weights = resolved->weights[place][row_categories(row) | implied];
  std::int32_t sum = 0;
  for (std::size_t category = 0; category < kCategories; ++category) {
    weights[category] = static_cast<std::int32_t>(whole(rules, weight_name(name, row, category)));
    sum += weights[category];
  }
  QCDR_ASSERT(sum == 100);
  resolved->has_weights[place] = true;
}

// Rows that the regulation does not have leave fewer than two categories and stay zero.
void resolve_weights(const YearRules& rules, ResolvedRules* resolved) {
  constexpr std::array kTables = {WeightTable::kGeneral, WeightTable::kSmallPractice};
  static_assert(kTables.size() == names::kWeightTables.size());
  for (std::size_t i = 0; i < kTables.size(); ++i) {
    const auto place = static_cast<std::size_t>(kTables[i]);
    for (std::size_t category = 0; category < kCategories; ++category) {
      if (whole(rules, weight_name(names::kWeightTables[i], "none", category)) == 0) {
        resolved->never_weighed[place] |= static_cast<CategorySet>(1U << category);
      }
    }
    for (const std::string_view row : names::kWeightRows) {
      resolve_row(rules, kTables[i], names::kWeightTables[i], row, 0, resolved);
    }
  }
  constexpr std::array kApm = {
      std::pair(WeightTable::kApp, names::kAppWeightTable),
      std::pair(WeightTable::kApmStandard, names::kApmStandardWeightTable)};
  for (const auto& table : kApm) {
    if (rules.find_parameter(weight_name(table.second, "none", 0)) == nullptr) continue;
    const auto place = static_cast<std::size_t>(table.first);
    resolved->never_weighed[place] = category_bit(Category::kCost);
    resolved->always_weighed[place] = category_bit(Category::kActivities);
    for (const std::string_view row : names::kAppWeightRows) {
      resolve_row(rules, table.first, table.second, row, category_bit(Category::kCost), resolved);
    }
  }
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
  const Decimal first_year = value(rules, names::kNewMeasureFirstYear);
  const Decimal second_year = value(rules, names::kNewMeasureSecondYear);
  resolved->measures.reserve(rules.measures().size());
  for (const rulebook::Measure& measure : rules.measures()) {
    ResolvedMeasure entry;
    for (std::size_t i = 0; i < kCollectionTypes; ++i) {
      const std::string_view type = collection_type_name(static_cast<CollectionType>(i));
      entry.benchmarks[i] = rules.find_benchmark(measure.id, type);
      entry.suppressed[i] = contains(measure.suppressed_for, type);
    }
    const std::int32_t age = rules.year().value() - measure.first_performance_year;
    if (age == 0) entry.new_measure_floor = first_year;
    if (age == 1) entry.new_measure_floor = second_year;
    entry.percentage = measure.metric_type != "nonProportion" &&
                       measure.metric_type != "costScore" && measure.metric_type != "cahps";
    resolve_claims(rules, measure, &entry);
    resolved->measures.push_back(entry);
  }
}

void resolve_clusters(const YearRules& rules, ResolvedRules* resolved) {
  for (const rulebook::MeasureCluster& cluster : rules.clusters()) {
    ResolvedCluster out;
    out.measures = cluster.measures.size();
    for (std::size_t i = 0; i < kCollectionTypes; ++i) {
      const auto type = static_cast<CollectionType>(i);
      if (collection_type_name(type) == cluster.collection_type) out.collection = type;
    }
    for (std::size_t i = 0; i < rules.measures().size(); ++i) {
      if (!contains(cluster.measures, rules.measures()[i].id)) continue;
      resolved->measures[i].cluster = static_cast<std::int8_t>(resolved->clusters.size());
    }
    resolved->clusters.push_back(out);
  }
}

void resolve_activities(const YearRules& rules, ResolvedRules* resolved) {
  resolved->activity_points_medium = value(rules, names::kActivityPointsMedium);
  resolved->activity_points_high = value(rules, names::kActivityPointsHigh);
  resolved->activity_special_status_factor = whole(rules, names::kActivitySpecialStatusFactor);
  resolved->activities_full_credit = value(rules, names::kActivitiesFullCredit);
  resolved->medical_home_percent = value(rules, names::kMedicalHomePercent);
  resolved->apm_activities_percent = value(rules, names::kApmActivitiesPercent);
}

void resolve_interoperability(const YearRules& rules, ResolvedRules* resolved) {
  const std::vector<rulebook::InteroperabilityMeasure>& rows = rules.interoperability_measures();
  QCDR_ASSERT(rows.size() <= UINT8_MAX);
  const auto place_of = [&](const std::string& id) {
    const rulebook::InteroperabilityMeasure* row = rules.find_interoperability_measure(id);
    QCDR_ASSERT(row != nullptr);  // the loader has looked
    return static_cast<std::uint8_t>(row - rows.data());
  };
  for (const rulebook::InteroperabilityMeasure& row : rows) {
    ResolvedInteroperability out;
    out.measure = &row;
    for (const std::string& id : row.excludes) out.excludes.push_back(place_of(id));
    for (const std::string& id : row.substitutes) out.substitutes.push_back(place_of(id));
    for (const std::vector<std::string>& group : row.redistribution) {
      out.redistribution.emplace_back();
      for (const std::string& id : group) out.redistribution.back().push_back(place_of(id));
    }
    resolved->interoperability.push_back(std::move(out));
  }
  resolved->interoperability_maximum = value(rules, names::kInteroperabilityMaximumPoints);
  resolved->interoperability_period_days = whole(rules, names::kInteroperabilityPeriodDays);
  resolved->interoperability_measure_minimum = whole(rules, names::kInteroperabilityMeasureMinimum);
}

void resolve_cost(const YearRules& rules, ResolvedRules* resolved) {
  for (const rulebook::CostMeasure& measure : rules.cost_measures()) {
    resolved->cost_benchmarks.push_back(rules.find_benchmark(
        measure.id, collection_type_name(CollectionType::kAdministrativeClaims)));
  }
  resolved->cost_points_maximum = value(rules, names::kCostMaximumPoints);
  resolved->cost_points_floor = value(rules, names::kCostFloorPoints);
  resolved->cost_improvement_maximum = value(rules, names::kCostImprovementMaximum);
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
  resolved->topped_out_cap = value(rules, names::kToppedOutCap);
  resolved->case_minimum = whole(rules, names::kCaseMinimum);
  resolved->data_completeness = value(rules, names::kDataCompleteness);
  resolved->small_practice_bonus = value(rules, names::kSmallPracticeBonus);
  resolved->quality_improvement_maximum = value(rules, names::kQualityImprovementMaximum);
  resolved->quality_improvement_prior_floor = value(rules, names::kQualityImprovementPriorFloor);
  resolved->rate_decimals = static_cast<int>(whole(rules, names::kRateDecimals));
  resolved->points_decimals = static_cast<int>(whole(rules, names::kPointsDecimals));
  // Wider ones would overflow the exact interpolation; the regulation's are two and four.
  QCDR_ASSERT(resolved->rate_decimals >= 0 && resolved->rate_decimals <= 4);
  QCDR_ASSERT(resolved->points_decimals >= 0 && resolved->points_decimals <= 6);
}

void resolve_kinds(const YearRules& rules, ResolvedRules* resolved) {
  const auto set = [&](ClinicianKind kind, std::string_view name) {
    resolved->known_kind[static_cast<std::size_t>(kind)] = true;
    resolved->reweighted_kind[static_cast<std::size_t>(kind)] = whole(rules, name) != 0;
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
    resolved->reweighted_status[static_cast<std::size_t>(status)] = whole(rules, name) != 0;
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

void resolve_adjustment(const YearRules& rules, ResolvedRules* resolved) {
  resolved->threshold = value(rules, names::kThreshold);
  resolved->fewer_categories_minimum =
      static_cast<int>(whole(rules, names::kFewerCategoriesMinimum));
  resolved->complex_patient_bonus_maximum = value(rules, names::kComplexPatientBonusMaximum);
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
  resolve_measures(year_rules, &resolved);
  resolve_clusters(year_rules, &resolved);
  resolve_activities(year_rules, &resolved);
  resolve_interoperability(year_rules, &resolved);
  resolve_cost(year_rules, &resolved);
  resolve_weights(year_rules, &resolved);
  resolve_kinds(year_rules, &resolved);
  resolve_adjustment(year_rules, &resolved);
  return resolved;
}

}  // namespace qcdr::scoring
