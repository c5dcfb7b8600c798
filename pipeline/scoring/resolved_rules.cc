#include "scoring/resolved_rules.h"

#include <algorithm>

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

// Rows that the regulation does not have leave fewer than two categories and stay zero.
void resolve_weights(const YearRules& rules, ResolvedRules* resolved) {
  for (std::size_t table = 0; table < names::kWeightTables.size(); ++table) {
    for (const std::string_view row : names::kWeightRows) {
      Weights& weights = resolved->weights[table][row_categories(row)];
      std::int32_t sum = 0;
      for (std::size_t category = 0; category < kCategories; ++category) {
        const std::string name = "weights/" + std::string(names::kWeightTables[table]) + "/" +
                                 std::string(row) + "/" +
                                 std::string(names::kWeightCategories[category]);
        weights[category] = static_cast<std::int32_t>(whole(rules, name));
        sum += weights[category];
      }
      QCDR_ASSERT(sum == 100);
    }
  }
}

void resolve_measures(const YearRules& rules, ResolvedRules* resolved) {
  const Decimal first_year = value(rules, names::kNewMeasureFirstYear);
  const Decimal second_year = value(rules, names::kNewMeasureSecondYear);
  resolved->measures.reserve(rules.measures().size());
  for (const rulebook::Measure& measure : rules.measures()) {
    ResolvedMeasure entry;
    entry.benchmark = rules.find_benchmark(measure.id, kCollectionType);
    const std::int32_t age = rules.year().value() - measure.first_performance_year;
    if (age == 0) entry.new_measure_floor = first_year;
    if (age == 1) entry.new_measure_floor = second_year;
    entry.suppressed = std::find(measure.suppressed_for.begin(), measure.suppressed_for.end(),
                                 kCollectionType) != measure.suppressed_for.end();
    resolved->measures.push_back(entry);
  }
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
    const Parameter* scaling = back == 0
                                   ? rules.find_parameter(names::kFittedScalingFactor)
                                   : rules.find_parameter_in(year, names::kFittedScalingFactor);
    const Parameter* exceptional =
        back == 0 ? rules.find_parameter(names::kFittedExceptionalFactor)
                  : rules.find_parameter_in(year, names::kFittedExceptionalFactor);
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
  resolve_weights(year_rules, &resolved);
  resolve_kinds(year_rules, &resolved);
  resolve_adjustment(year_rules, &resolved);
  return resolved;
}

}  // namespace qcdr::scoring
