// One performance year's scoring rules, taken out of the rulebook once so that scoring an entity
// looks nothing up by name.
//
// What the year has no parameter of does not apply in it: a bonus or a least percent is zero then,
// a cap is the maximum, a flag is off. A year without measures resolves, too, and scores what it is
// given.
//
// Thread-safety: immutable after resolve(); const access from any thread. Ownership: points into
// the YearRules it was made from, which must outlive it. Errors: a parameter that every year needs
// and the rulebook lacks, or that is no whole number where the rule counts whole things, asserts:
// `rulebook check` proves that those exist.
// Units: points, percent (0..100), cases.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/decimal.h"
#include "core/strong.h"
#include "core/time.h"
#include "rulebook/rulebook.h"

namespace qcdr::scoring {

// The four performance categories, in the order of the weight tables.
enum class Category : std::uint8_t { kQuality, kCost, kActivities, kPromotingInteroperability };
inline constexpr std::size_t kCategories = 4;

// "quality", "cost", "ia", "pi".
std::string_view category_name(Category category);

// A set of categories, one bit each: those that are reweighted to zero.
using CategorySet = std::uint8_t;
constexpr CategorySet category_bit(Category category) {
  return static_cast<CategorySet>(1U << static_cast<unsigned>(category));
}

// Weight of each category in whole percent; all four add up to 100, or to 0 where fewer than two
// categories are left to score.
using Weights = std::array<std::int32_t, kCategories>;

// What a clinician is. Values as in the wire contract (ClinicianType).
enum class ClinicianKind : std::uint8_t {
  kUnspecified = 0,
  kPhysician = 1,
  kCrna = 2,
  kCaa = 3,  // certified anesthesiologist assistant: no MIPS eligible clinician
  kPhysicianAssistant = 4,
  kNursePractitioner = 5,
  kOther = 6,
  // Beyond the wire contract: what a submission's profile may name.
  kClinicalNurseSpecialist = 7,
  kPhysicalTherapist = 8,
  kOccupationalTherapist = 9,
  kClinicalPsychologist = 10,
  kAudiologist = 11,
  kSpeechLanguagePathologist = 12,
  kRegisteredDietitian = 13,
  kClinicalSocialWorker = 14,
  kCertifiedNurseMidwife = 15,
};
inline constexpr std::size_t kClinicianKinds = 16;

// Special statuses that reweight promoting interoperability without an application.
enum class SpecialStatus : std::uint8_t {
  kSmallPractice,
  kNonPatientFacing,
  kHospitalBased,
  kAscBased,
};
inline constexpr std::size_t kSpecialStatuses = 4;

// How a quality measure's data were collected; benchmarks and suppressions depend on it.
enum class CollectionType : std::uint8_t {
  kRegistry,
  kClaims,
  kElectronicHealthRecord,
  kAdministrativeClaims,
  kCertifiedSurveyVendor,
  kWebInterface,
};
inline constexpr std::size_t kCollectionTypes = 6;
// As CMS's files spell it: "registry", "electronicHealthRecord", ...
std::string_view collection_type_name(CollectionType type);

// Points of a measure that the benchmark does not decide, for other and for small practices.
struct PointsByPractice {
  Decimal general;
  Decimal small_practice;
};

// A set of clusters, one bit for each place in ResolvedRules::clusters.
using ClusterSet = std::uint64_t;
inline constexpr std::size_t kClustersMax = 64;

// What the year says about one measure, beside the measure itself.
struct ResolvedMeasure {
  std::array<const rulebook::Benchmark*, kCollectionTypes> benchmarks{};  // null: none
  std::array<bool, kCollectionTypes> suppressed{};  // CMS does not score it this year
  std::array<bool, kCollectionTypes> uncapped{};    // topped out, but without the cap for that
  Decimal new_measure_floor;                        // zero: not new in MIPS
  bool percentage = true;                           // its rate is one; else an amount
  // Of administrative claims; zero for other measures.
  std::int64_t claims_case_minimum = 0;
  std::int64_t claims_clinicians_minimum = 0;
  ClusterSet clusters = 0;  // that it is of

  const rulebook::Benchmark* benchmark(CollectionType type = CollectionType::kRegistry) const {
    return benchmarks[static_cast<std::size_t>(type)];
  }
};

// Clinically related measures of one collection type.
struct ResolvedCluster {
  CollectionType collection = CollectionType::kRegistry;
  std::size_t measures = 0;
};

// A row of promoting interoperability, its references as places in the year's table.
struct ResolvedInteroperability {
  const rulebook::InteroperabilityMeasure* measure = nullptr;
  std::uint8_t objective = 0;    // the same for all rows of one objective
  std::uint8_t alternative = 0;  // numbered over all objectives from one; 0: needed in any case
  bool has_engagement = false;   // a level of engagement is said with it
  std::vector<std::uint8_t> excludes;
  std::uint8_t engages = 0;  // of a level of engagement only
  std::vector<std::vector<std::uint8_t>> redistribution;
};

// The tables of weights. A year without one does not offer that way of participation; small
// practices then have the general one.
enum class WeightTable : std::uint8_t { kGeneral, kSmallPractice, kApp, kApmStandard };
inline constexpr std::size_t kWeightTables = 4;

// The factors with which CMS met budget neutrality in one year, usable from their release on.
struct ReleasedFactors {
  PerformanceYear year;
  Decimal scaling_factor;
  Decimal exceptional_factor;
  Instant released_at;
};

// What bonuses add to the points of quality, and to how many percent of the available points each
// kind is cut.
struct QualityBonuses {
  Decimal high_priority_outcome;  // each, beyond the required measure
  Decimal high_priority_other;
  Decimal high_priority_maximum_percent;
  Decimal end_to_end;  // each
  Decimal end_to_end_maximum_percent;
  Decimal complex_organization;  // each eCQM of a virtual group or APM entity
  Decimal complex_organization_maximum_percent;
};

// What one activity earns: by its weight or, where activities have none, the same for each.
struct ActivityPoints {
  Decimal medium;
  Decimal high;
  Decimal each;
};

// 414.1380(c)(3): from 2022 on two components by z-score, before a sum of averages.
struct ComplexPatientRules {
  Decimal multiplier;
  Decimal dual_factor;
  bool by_component = false;
  Decimal component_base;
  Decimal component_slope;
  bool below_median_counts = false;
  bool facility_based_without_data = false;
};

struct ResolvedRules {
  const rulebook::YearRules* year_rules = nullptr;

  std::size_t required_measures = 0;
  Decimal points_maximum;  // per measure
  Decimal points_floor;
  PointsByPractice points_incomplete;
  PointsByPractice points_without_benchmark;
  PointsByPractice points_below_case_minimum;
  Decimal topped_out_cap;
  std::int64_t case_minimum = 0;
  Decimal data_completeness;  // percent; at or above is complete
  Decimal small_practice_bonus;
  QualityBonuses quality_bonuses;
  std::size_t web_interface_measures = 0;  // whoever reports by it reports all of them
  bool suppressed_always_reduces = false;  // also beyond the required number
  Decimal survey_denominator_reduction;    // points; see quality/survey/
  std::size_t survey_measures_maximum = 0;
  std::size_t mvp_required_measures = 0;  // 0: no MVPs
  bool mvp_population_health_chosen = false;
  bool app_without_benchmark_excluded = false;
  int rate_decimals = 0;
  int points_decimals = 0;
  std::vector<ResolvedMeasure> measures;  // by place in year_rules->measures()

  // Percentage points, and the least percent that the year before counts as.
  Decimal quality_improvement_maximum;
  Decimal quality_improvement_prior_floor;
  std::vector<ResolvedCluster> clusters;

  ActivityPoints activity_points;
  ActivityPoints mvp_activity_points;
  std::int64_t activity_special_status_factor = 1;
  Decimal activities_full_credit;  // points
  Decimal medical_home_percent;
  std::int64_t activity_period_days = 0;  // 0: not said
  Decimal apm_activities_percent;
  bool apm_activities_condition = false;  // only with an activity, or with quality and PI data
  Decimal app_activities_percent;
  Decimal apm_standard_activities_percent;

  // By place in year_rules->interoperability_measures().
  std::vector<ResolvedInteroperability> interoperability;
  Decimal interoperability_maximum;  // points
  std::int64_t interoperability_period_days = 0;
  std::int64_t interoperability_measure_minimum = 0;  // points
  std::int64_t interoperability_registries = 0;       // of a choice

  std::vector<const rulebook::Benchmark*> cost_benchmarks;  // by place in cost_measures()
  Decimal cost_points_maximum;
  Decimal cost_points_floor;
  Decimal cost_improvement_maximum;  // percentage points

  // weights[table][reweighted categories].
  std::array<std::array<Weights, 16>, kWeightTables> weights{};
  std::array<bool, kWeightTables> has_weights{};
  // Categories that a table never weighs, and those that it knows no reweighting of.
  std::array<CategorySet, kWeightTables> never_weighed{};
  std::array<CategorySet, kWeightTables> always_weighed{};
  // Categories that no row of the table names, because every row is without them.
  std::array<CategorySet, kWeightTables> unnamed{};
  // The table whose rows these are: small practices may have the general one.
  std::array<WeightTable, kWeightTables> named_as{WeightTable::kGeneral,
                                                  WeightTable::kSmallPractice, WeightTable::kApp,
                                                  WeightTable::kApmStandard};
  bool cost_scored = false;  // false: CMS reweighted everybody's, whatever the table weighs

  const Weights& weights_of(WeightTable table, CategorySet reweighted) const {
    return weights[static_cast<std::size_t>(table)][reweighted];
  }

  std::array<bool, kClinicianKinds> reweighted_kind{};
  // A kind whose treatment the rulebook knows; for the others it is unknown.
  std::array<bool, kClinicianKinds> known_kind{};
  std::array<bool, kSpecialStatuses> reweighted_status{};

  Decimal threshold;
  int fewer_categories_minimum = 0;
  Decimal complex_patient_bonus_maximum;
  ComplexPatientRules complex_patient;
  Decimal final_small_practice_bonus;  // on the final score
  bool mvp_offered = false;
  bool facility_based_offered = false;
  bool facility_based_by_final_score = false;  // else by the sum of quality and cost
  bool facility_based_virtual_groups = false;
  bool virtual_groups_offered = false;
  bool subgroups_offered = false;
  bool apm_entity_score_alone = false;  // even where another final score is higher
  // CMS took every individual for affected by circumstances: neutral below so many categories.
  bool automatic_circumstances = false;
  int automatic_circumstances_categories_minimum = 0;
  bool incomplete_data_cancel = false;  // a reweighting
  bool third_party_failure_reweights = false;
  bool mvp_without_applicable_measure = false;
  bool subgroup_circumstances = false;  // of its own

  Decimal maximum_negative_percent;
  Decimal maximum_positive_percent;
  Decimal quarter_threshold;
  bool has_additional_threshold = false;
  Decimal additional_threshold;
  Decimal additional_minimum_factor;
  Decimal additional_maximum_factor;
  std::vector<ReleasedFactors> factors;  // the latest performance year first
};

// Factors of earlier years come along, from which a range is made before this year's are released.
ResolvedRules resolve(const rulebook::YearRules& year_rules);

// The collection type that a registry reports by.
inline constexpr std::string_view kCollectionType = "registry";

}  // namespace qcdr::scoring
