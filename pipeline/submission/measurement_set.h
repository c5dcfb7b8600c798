// Measurement sets as values: what CMS's submissions API takes of one entity, category and program.
//
// Source: field tables of CMSgov/qpp-submissions-docs (docs/submission.md). A set never holds a
// TIN: its payload carries kTinPlaceholder, which the CMS client fills in at send time.
// Thread-safety: values. Ownership: own what they hold. Errors: check_entity() names what is
// missing, without an identifier. Units: counts are cases or answers, rates percent 0..100.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/decimal.h"
#include "core/identifiers.h"
#include "core/status.h"
#include "core/time.h"

namespace qcdr::submission {

// In a payload where CMS has the TIN.
inline constexpr std::string_view kTinPlaceholder = "{tin}";

inline constexpr std::string_view kProgramMips = "mips";
inline constexpr std::string_view kProgramApp = "app1";  // APM performance pathway

enum class EntityKind : std::uint8_t { kIndividual, kGroup, kVirtualGroup, kApm, kSubgroup };
inline constexpr std::array<EntityKind, 5> kEntityKinds = {
    EntityKind::kIndividual, EntityKind::kGroup, EntityKind::kVirtualGroup, EntityKind::kApm,
    EntityKind::kSubgroup};
// As CMS spells it: "individual", "group", "virtualGroup", "apm", "subgroup".
std::string_view entity_kind_name(EntityKind kind);
std::optional<EntityKind> find_entity_kind(std::string_view name);
// CMS knows it by a TIN; the others by a number of its own.
bool has_tin(EntityKind kind);

struct SetEntity {
  EntityKind kind = EntityKind::kGroup;
  Npi npi;             // of an individual
  std::string number;  // CMS's, of a virtual group, an APM entity or a subgroup: "SG-00000001"
  friend bool operator==(const SetEntity&, const SetEntity&) = default;
};
Status check_entity(const SetEntity& entity);

enum class SetCategory : std::uint8_t { kQuality, kActivities, kInteroperability };
inline constexpr std::array<SetCategory, 3> kSetCategories = {
    SetCategory::kQuality, SetCategory::kActivities, SetCategory::kInteroperability};
// "quality", "ia", and "pi", which was "aci" in 2017.
std::string_view set_category_name(SetCategory category, PerformanceYear year);
// Number of the proto Category.
std::uint8_t category_number(SetCategory category);

enum class SubmissionMethod : std::uint8_t { kRegistry, kElectronicHealthRecord };
std::string_view submission_method_name(SubmissionMethod method);

// Cases of one rate. The eligible population holds all the others.
struct RateCounts {
  std::int64_t met = 0;
  std::int64_t not_met = 0;
  std::int64_t exclusion = 0;
  std::int64_t exception = 0;
  std::int64_t eligible = 0;

  std::int64_t reported() const { return met + not_met + exclusion + exception; }
  friend bool operator==(const RateCounts&, const RateCounts&) = default;
};

struct BooleanValue {
  bool attested = true;
  friend bool operator==(const BooleanValue&, const BooleanValue&) = default;
};

struct ProportionValue {
  std::int64_t numerator = 0;
  std::int64_t denominator = 0;
  friend bool operator==(const ProportionValue&, const ProportionValue&) = default;
};

// A measure with one rate, which CMS computes.
struct SingleValue {
  bool end_to_end = false;
  RateCounts counts;
  friend bool operator==(const SingleValue&, const SingleValue&) = default;
};

// A QCDR measure with one rate, which the registry says.
struct RegistrySingleValue {
  bool end_to_end = false;
  RateCounts counts;
  Decimal performance_rate;
  friend bool operator==(const RegistrySingleValue&, const RegistrySingleValue&) = default;
};

struct StratumValue {
  std::string stratum;
  RateCounts counts;
  friend bool operator==(const StratumValue&, const StratumValue&) = default;
};

struct MultiValue {
  bool end_to_end = false;
  std::vector<StratumValue> strata;  // all of the measure's, in its order
  friend bool operator==(const MultiValue&, const MultiValue&) = default;
};

struct RegistryMultiValue {
  bool end_to_end = false;
  std::vector<StratumValue> strata;
  Decimal performance_rate;
  friend bool operator==(const RegistryMultiValue&, const RegistryMultiValue&) = default;
};

// A measure whose result is an amount.
struct NonProportionValue {
  bool end_to_end = false;
  Decimal numerator;
  Decimal denominator;
  std::optional<Decimal> numerator_exclusion;
  std::optional<Decimal> denominator_exception;
  std::int64_t observation_instances = 0;
  friend bool operator==(const NonProportionValue&, const NonProportionValue&) = default;
};

using MeasurementValue =
    std::variant<BooleanValue, ProportionValue, SingleValue, RegistrySingleValue, MultiValue,
                 RegistryMultiValue, NonProportionValue>;

struct Measurement {
  std::string measure_id;
  MeasurementValue value;
  friend bool operator==(const Measurement&, const Measurement&) = default;
};

// CMS tells an entity's sets apart by category, method and program.
struct MeasurementSet {
  SetEntity entity;
  PerformanceYear year;
  SetCategory category = SetCategory::kQuality;
  SubmissionMethod method = SubmissionMethod::kRegistry;
  std::string program{kProgramMips};  // or kProgramApp, or the id of a MIPS value pathway
  LocalDate start;
  LocalDate end;
  std::string cehrt_id;                   // of promoting interoperability; empty: none
  std::vector<Measurement> measurements;  // by id, each once
  friend bool operator==(const MeasurementSet&, const MeasurementSet&) = default;
};

}  // namespace qcdr::submission
