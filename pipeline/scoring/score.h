// Counts + profile + rulebook -> projected MIPS final score and payment adjustment.
//
// compute() is the hot path of the pipeline: no allocation, no look-up by name, no string. Its
// rules: 42 CFR 414.1380 (measure points (b)(1), small-practice bonus (b)(1)(v)(C), weights and
// reweighting (c)(2), complex patient bonus (c)(3)) and 414.1405 (adjustment).
//
// What is not known never silently counts as nothing. Promoting interoperability of somebody whose
// special status is unknown stands in the score at its weight with nothing submitted, the low end;
// unknown cost is reweighted; low and high run over everything that is unknown together: cost
// at 0 and at 100 or reweighted, special statuses, small practice, the complex patient bonus, later
// benchmarks. What others may send stands beside it (range_by_cause).
//
// Thread-safety: pure functions. Ownership: all pointers must outlive the call; the summary points
// to the caller's measures. Errors: counts that cannot be (negative, more outcomes than cases),
// percents outside 0..100 or a measure of another year are bugs of the caller and assert.
// Units: points and percent as Decimal.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>

#include "core/assert.h"
#include "core/decimal.h"
#include "core/time.h"
#include "rulebook/rulebook.h"
#include "scoring/resolved_rules.h"

namespace qcdr::scoring {

enum class Known : std::uint8_t { kNo, kYes, kUnknown };

// The way of participation; decides the table of weights.
enum class Participation : std::uint8_t {
  kTraditional,
  kApp,                 // APM performance pathway: cost is never scored
  kMvp,                 // MIPS value pathway: weights as in traditional MIPS
  kApmScoringStandard,  // MIPS APMs, to 2020: cost is never scored
};

// Why a category is reweighted; the values of the wire contract (ReweightingApproval.Reason).
enum class ReweightReason : std::uint8_t {
  kNone = 0,
  kExtremeAndUncontrollable = 1,           // by application
  kAutomaticExtremeAndUncontrollable = 2,  // CMS's own policy: cost stays out, whatever is known
  kHardship = 3,
  kNoApplicableMeasure = 4,
  kNotScorable = 5,
  // Beyond the wire contract: what a submission's profile may name.
  kThirdPartyFailure = 6,  // who should submit did not
};

struct Profile {
  // Of a group: the type only when every MIPS eligible clinician of it is of one that is treated
  // alike; else kUnspecified, which then reweights nothing.
  ClinicianKind kind = ClinicianKind::kUnspecified;
  bool group = false;  // a group, a subgroup, a virtual group or an APM entity
  bool virtual_group = false;
  bool subgroup = false;  // of a group, in a MIPS value pathway
  bool apm_entity = false;
  Participation participation = Participation::kTraditional;
  Known small_practice = Known::kUnknown;
  Known non_patient_facing = Known::kUnknown;
  Known hospital_based = Known::kUnknown;
  Known asc_based = Known::kUnknown;
  // Rural and shortage area double what an activity earns, as small and non-patient facing do.
  Known rural = Known::kUnknown;
  Known hpsa = Known::kUnknown;
  Known facility_based = Known::kUnknown;
  // What the hospital's value-based purchasing comes to as quality and cost, CMS's own figures.
  std::optional<Decimal> facility_quality_percent;
  std::optional<Decimal> facility_cost_percent;
  // Clinicians in the TIN; 0: not known.
  std::int32_t group_size = 0;
  // A patient-centered medical home or comparable specialty practice, as attested.
  bool medical_home = false;
  bool apm_participant = false;
  // Other registries, an EHR or claims may send data for the same clinician or group. False: what
  // is given is all there is.
  bool others_may_report = false;
  // Whether CMS takes a whole cluster of related measures for all that apply. Never with a QCDR
  // measure or an eCQM among those submitted. kUnknown counts as no.
  Known measure_applicability = Known::kYes;
  // Of a MIPS value pathway: the population health measure that was chosen at registration, in the
  // years in which one was. Null: the one that scores best counts.
  const rulebook::Measure* population_health = nullptr;
  // Registered for the CAHPS survey, and too few of its patients could be asked.
  bool survey_minimum_missed = false;
  // MIPS applies at this TIN, as CMS's list says.
  Known eligible = Known::kUnknown;
  // Percents taken as they are, after bonuses. They count as submitted, so they cancel a
  // reweighting; a cost percent that automatic circumstances displace must not be given.
  std::optional<Decimal> quality_percent;
  std::optional<Decimal> activities_percent;
  std::optional<Decimal> promoting_interoperability_percent;
  std::optional<Decimal> cost_percent;
  std::optional<Decimal> complex_patient_bonus;
  // Percent of the year before, achievement alone, without bonus and improvement.
  std::optional<Decimal> prior_quality_percent;
  std::optional<Decimal> prior_cost_percent;
  // Categories that CMS reweighted by approval. A reason of kNone means by application.
  CategorySet reweighted_by_approval = 0;
  std::array<ReweightReason, kCategories> reweight_reasons{};  // by Category

  void reweight(Category category, ReweightReason reason) {
    reweighted_by_approval =
        static_cast<CategorySet>(reweighted_by_approval | category_bit(category));
    reweight_reasons[static_cast<std::size_t>(category)] = reason;
  }
  friend bool operator==(const Profile&, const Profile&) = default;
};

struct MeasureInput {
  const rulebook::Measure* measure = nullptr;  // an element of YearRules::measures()
  std::int64_t eligible_population = 0;
  std::int64_t performance_met = 0;
  std::int64_t performance_not_met = 0;
  std::int64_t exception = 0;
  // Exclusions inside the eligible population: reported, but no case of the measure.
  std::int64_t exclusion = 0;
  CollectionType collection = CollectionType::kRegistry;
  // The rate of a QCDR measure, of one without proportion or of administrative claims, in the
  // measure's own unit: taken as it is. For administrative claims `eligible_population` is the
  // case count and no other count is given.
  std::optional<Decimal> supplied_rate = std::nullopt;
  // Percent of the eligible population that is reported, where it comes without counts.
  std::optional<Decimal> supplied_reporting_rate = std::nullopt;
  bool end_to_end = false;  // reported electronically from the record to CMS
};

// Counts of one stratum of a measure with several rates. Such a measure stands in `measures` too,
// where its counts are left zero; scoring puts them together as the measure's definition says. A
// supplied rate of the measure wins.
struct StratumInput {
  const rulebook::Measure* measure = nullptr;
  std::uint8_t stratum = 0;  // place in measure->strata
  std::int64_t eligible_population = 0;
  std::int64_t performance_met = 0;
  std::int64_t performance_not_met = 0;
  std::int64_t exception = 0;
  std::int64_t exclusion = 0;
};

// One row of a promoting-interoperability report: a ratio's numbers, or an answer.
struct InteroperabilityInput {
  const rulebook::InteroperabilityMeasure* measure = nullptr;  // of the year's table
  bool attested = false;
  std::int64_t numerator = 0;
  std::int64_t denominator = 0;
};

struct CostInput {
  const rulebook::CostMeasure* measure = nullptr;  // of the year's table
  Decimal value;                                   // in the measure's own unit
  std::int64_t case_count = 0;
};

// A fixed-capacity vector. What it does not hold is neither set nor copied: an input of scoring has
// room for ten kilobytes, is made for every entity that a batch touches, and holds a few hundred
// bytes.
template <class T, std::size_t kCapacity>
class BoundedList {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  BoundedList() {}
  BoundedList(const BoundedList& other) { *this = other; }
  BoundedList& operator=(const BoundedList& other) {
    if (this == &other) return *this;
    std::uninitialized_copy(other.begin(), other.end(), begin());
    size_ = other.size_;
    return *this;
  }

  void push_back(const T& value) {
    QCDR_ASSERT(size_ < kCapacity);
    std::construct_at(begin() + size_, value);
    ++size_;
  }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  static constexpr std::size_t capacity() { return kCapacity; }
  T& operator[](std::size_t index) {
    QCDR_ASSERT(index < size_);
    return begin()[index];
  }
  const T& operator[](std::size_t index) const {
    QCDR_ASSERT(index < size_);
    return begin()[index];
  }
  T* begin() { return values_.data(); }
  T* end() { return begin() + size_; }
  const T* begin() const { return values_.data(); }
  const T* end() const { return begin() + size_; }

 private:
  union {
    std::array<T, kCapacity> values_;  // the first size_ of them
  };
  std::size_t size_ = 0;
};

// Measures of one entity: a registry supports some two dozen for a specialty.
inline constexpr std::size_t kMeasuresMax = 32;
inline constexpr std::size_t kStrataMax = 32;
inline constexpr std::size_t kActivitiesMax = 32;  // four fill the category
inline constexpr std::size_t kInteroperabilityRowsMax = 40;
inline constexpr std::size_t kCostMeasuresMax = 40;

// What was reported of promoting interoperability. `reported`: any row, a date or an identifier
// was: that cancels a reweighting.
struct InteroperabilityReport {
  bool reported = false;
  bool has_cehrt_id = false;
  std::int32_t period_days = 0;  // first to last day, both counted; 0 when not said
  BoundedList<InteroperabilityInput, kInteroperabilityRowsMax> rows;  // each row once
};

// An instant by which everything is released: for who asks without a date.
inline constexpr Instant kEverReleased = Instant::from_milliseconds(253'402'214'400'000);  // 9999

struct ScoreInput {
  const ResolvedRules* rules = nullptr;
  Profile profile;
  BoundedList<MeasureInput, kMeasuresMax> measures;  // each once per collection type
  BoundedList<StratumInput, kStrataMax> strata;
  BoundedList<const rulebook::Activity*, kActivitiesMax> activities;  // attested, each once
  InteroperabilityReport interoperability;
  BoundedList<CostInput, kCostMeasuresMax> cost_measures;  // each once
  // What was released later than this is not used.
  Instant as_of;
};

// What decided a measure's points, in order of decision.
enum class PointsBasis : std::uint8_t {
  kNotSubmitted,  // no outcome reported: not part of the score
  kSuppressed,    // CMS does not score it this year: not part of the score
  kIncomplete,    // data completeness missed
  kNoBenchmark,
  kBelowCaseMinimum,
  kNewMeasure,  // no benchmark or too few cases, but new in MIPS
  kNoRate,      // exceptions only: there is nothing to compare
  kBenchmark,
  kClaimsNotScored,  // administrative claims without benchmark or cases: not part of the score
  kPathwaysOnly,     // reported in traditional MIPS, which does not have it: not part of the score
  // Submitted, but without what it would be compared with, in a way of reporting where such a
  // measure is not part of the score: CMS Web Interface, APM performance pathway.
  kLeftOut,
};

// Decile of a rate below the first one that earns points of its own.
inline constexpr std::int8_t kBelowDeciles = -1;

struct MeasureScore {
  const rulebook::Measure* measure = nullptr;
  Decimal points;  // after floor and cap, also when not picked
  Decimal performance_rate;
  Decimal reporting_rate;
  std::int64_t case_count = 0;
  CollectionType collection = CollectionType::kRegistry;
  PointsBasis basis = PointsBasis::kNotSubmitted;
  std::int8_t decile = 0;  // 0: not placed; kBelowDeciles
  bool has_performance_rate = false;
  bool complete = false;
  bool case_minimum_met = false;
  bool end_to_end = false;
  bool picked = false;
  bool picked_as_required = false;  // as the outcome, or else high-priority, measure
};

struct CategoryScore {
  Decimal percent;      // 0..100
  Decimal points;       // percent x weight, towards the final score
  Decimal improvement;  // percentage points in `percent`, of quality
  std::int32_t weight = 0;
  bool submitted = false;
  bool reweighted = false;
  bool unknown = false;  // percent or weight rests on something that is not known
};

enum class AdjustmentBasis : std::uint8_t {
  kPublished,  // the regulation alone: zero or below
  kFitted,     // scaling factors fitted to adjustments that were published for the year
  kRange,      // factors of earlier years; percent is the low end
};

struct PaymentAdjustment {
  Decimal percent;  // at final_score, unrounded
  Decimal low;      // at the low end of the score
  Decimal high;
  AdjustmentBasis basis = AdjustmentBasis::kPublished;
  Known applies = Known::kUnknown;
};

struct ScoreSummary {
  Decimal final_score;  // unrounded
  Decimal low;
  Decimal high;
  std::array<CategoryScore, kCategories> categories;  // by Category
  BoundedList<MeasureScore, kMeasuresMax> measures;   // in the input's order
  // Measures in the denominator of quality; 0 where its percent is given or nothing can be scored.
  std::int64_t quality_places = 0;
  Decimal complex_patient_bonus;
  bool fewer_categories = false;  // final_score is the performance threshold
  bool small_practice = false;    // as scored; unknown counts as no
  bool facility_based = false;    // quality and cost are those of the hospital
  PaymentAdjustment adjustment;

  const CategoryScore& category(Category category) const {
    return categories[static_cast<std::size_t>(category)];
  }
};

ScoreSummary compute(const ScoreInput& input);

// Something that a registry cannot know and that moves the score.
enum class Unknown : std::uint8_t {
  kCost,
  kSpecialStatus,
  kSmallPractice,
  kComplexPatientBonus,
  kBenchmarks,  // a benchmark that CMS may still make from the year's own data
  // What others send for the same clinician or group. It fills what is missing here: places of
  // quality without a measure, activities, promoting interoperability that nobody reported here and
  // that is not reweighted. CMS takes the best of what it has, so it never takes anything away.
  kDataOfOthers,
};
inline constexpr std::size_t kUnknowns = 6;
// "cost", "specialStatus", "smallPractice", "complexPatientBonus", "laterBenchmarks",
// "dataOfOthers".
std::string_view unknown_name(Unknown unknown);

// How far one unknown alone moves the score and the adjustment, everything else as in the score.
struct CauseRange {
  Unknown cause = Unknown::kCost;
  Decimal low;
  Decimal high;
  Decimal adjustment_low;
  Decimal adjustment_high;
};
using CauseRanges = BoundedList<CauseRange, kUnknowns>;
// Each unknown that is one for this entity, in the order of the enum. No allocation.
CauseRanges range_by_cause(const ScoreInput& input);
// compute() and range_by_cause() at once; the input is evaluated once for both.
ScoreSummary compute_with_causes(const ScoreInput& input, CauseRanges* causes);
// All of them together. The range of a summary is over all but the data of others, which would end
// it near 100 points wherever something is missing here.
CauseRange range_with_data_of_others(const ScoreInput& input);

// The adjustment at an exact score.
PaymentAdjustment payment_adjustment(const ResolvedRules& rules, Decimal final_score,
                                     Instant as_of);

}  // namespace qcdr::scoring
