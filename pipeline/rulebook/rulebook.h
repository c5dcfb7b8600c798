// Rules as data: dated parameters, benchmarks, measures, measure specifications and calendars.
//
// A rulebook is immutable after loading and named by a SHA-256 over its sources. Every number of a
// regulation lives in data/, with unit and citation; code names it. Every citation says how sure it
// is (Confidence); users see what is less than the regulation or a file of CMS marked.
// Thread-safety: const access from any thread. Ownership: references and pointers live as long as
// the rulebook; built_in() lives for the whole process.
// A year may know less than another: one without measures can still compose a final score from
// category percents, one without specifications takes no cases. What a year has no value of does
// not apply in it.
// Errors: loading names file and line; a missing parameter is found by `qcdr rulebook check`, and
// asserts when code asks for it with parameter().
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto.h"
#include "core/decimal.h"
#include "core/status.h"
#include "core/strong.h"
#include "core/time.h"
#include "core/zone.h"

namespace qcdr::rulebook {

// How sure it is that a value is the rule's.
enum class Confidence : std::uint8_t {
  kRegulation,  // the paragraph was read
  kCmsData,     // a data file or an answer of CMS shows it
  kSecondary,   // read as somebody else reports it
  kUnverified,  // no text was found
};
// As files and answers spell it, in the order of the enum.
inline constexpr std::array<std::string_view, 4> kConfidenceNames = {"regulation", "cms-data",
                                                                     "secondary", "unverified"};
constexpr std::string_view confidence_name(Confidence confidence) {
  return kConfidenceNames[static_cast<std::size_t>(confidence)];
}

struct Citation {
  std::string title;  // "42 CFR 414.1380(b)(1)(i)"
  std::string href;   // public address, may be empty
  Confidence confidence = Confidence::kUnverified;

  // Found in the regulation or in CMS's own files.
  bool verified() const {
    return confidence == Confidence::kRegulation || confidence == Confidence::kCmsData;
  }
};

// Where a figure comes from that CMS sets anew each year.
enum class Provenance : std::uint8_t {
  kPublished,  // CMS's own figure
  kFitted,     // made to fit published pairs of score and adjustment
  kAssumed,
};
inline constexpr std::array<std::string_view, 3> kProvenanceNames = {"published", "fitted",
                                                                     "assumed"};
constexpr std::string_view provenance_name(Provenance provenance) {
  return kProvenanceNames[static_cast<std::size_t>(provenance)];
}

// One quantity of one performance year.
struct Parameter {
  std::string name;  // "quality/points/floor"
  std::string description;
  std::string unit;  // "points", "percent", "cases", "clinicians", "factor"
  Decimal value;
  Citation citation;
  Provenance provenance = Provenance::kPublished;
  // First instant at which the value may be used: a factor that is fitted to published adjustments
  // does not exist before they are published. The epoch: usable always.
  Instant usable_from;
};

// A registry whose calendars the rulebook holds. A process serves one of them.
struct Registry {
  std::string name;  // "nacor"
  std::string title;
  Zone zone = Zone::kCentral;  // of the days that its records name
  // As CMS's lists of who may report a registry's measure name it; empty: in none of them.
  std::string vendor;
  // Added to the number of what folds count by: states that different calendars made differ.
  std::uint32_t generations_from = 0;
  Citation citation;
};

enum class MeasureType : std::uint8_t {
  kProcess,
  kOutcome,
  kIntermediateOutcome,
  kPatientReportedOutcome,
  kEfficiency,
  kPatientEngagement,
  kStructure,
  kOther,
};

// Dense number of a measure within its year's list, in order of measure id. Never stored: state
// and log name measures by id.
using MeasureIndex = Strong<struct MeasureIndexTag, std::uint16_t>;

struct Measure {
  std::string id;  // "424"
  std::string title;
  MeasureType type = MeasureType::kProcess;
  bool outcome = false;  // outcome, intermediate outcome or patient-reported outcome
  bool high_priority = false;
  bool inverse = false;
  bool registry_measure = false;  // QCDR measure: the rate is supplied
  // Scored in MIPS value pathways or the APM performance pathway alone, not in traditional MIPS.
  bool pathways_only = false;
  std::string metric_type;  // "singlePerformanceRate"
  std::int32_t first_performance_year = 0;
  std::vector<std::string> strata;
  std::string overall_algorithm;              // "overallStratumOnly", empty for a single rate
  std::vector<std::string> collection_types;  // "registry", "claims", ...
  std::vector<std::string> suppressed_for;    // collection types that CMS does not score this year
  std::vector<std::string> truncated_for;     // scored on the first nine months only
  std::vector<std::string> uncapped_for;      // topped out, but without the cap for that
  // Vendors that CMS lets report it; empty where its list of the year has none: then everybody.
  std::vector<std::string> allowed_vendors;
  bool may_be_sent_by(const Registry& registry) const;
};

// What an improvement activity weighs.
enum class ActivityWeight : std::uint8_t {
  kMedium,
  kHigh,
  kFull,     // alone the whole category: a patient-centered medical home
  kCounted,  // no weight: every activity of the year counts the same
};

struct Activity {
  std::string id;  // "IA_PSPA_7"
  std::string title;
  std::string subcategory;
  ActivityWeight weight = ActivityWeight::kMedium;
};

// What a row of promoting interoperability is for.
enum class InteroperabilityRole : std::uint8_t {
  kAttestation,  // must be answered, earns nothing
  kRequired,     // earns points; must be reported or excluded
  kChoice,       // earns points; so many of its objective must be reported or excluded
  kBonus,
  kExclusion,   // says that the measures in `excludes` do not apply
  kEngagement,  // how far engaged the registry of `engages` is; said with it, earns nothing
  kOptional,    // may be answered, changes nothing
};

struct InteroperabilityMeasure {
  std::string id;  // "PI_EP_1"
  std::string title;
  InteroperabilityRole role = InteroperabilityRole::kRequired;
  bool ratio = false;        // numerator over denominator; else yes or no
  bool no_accepted = false;  // "no" satisfies too
  // Suppressed by CMS: an exclusion has the credit of a yes.
  bool exclusion_accepted = false;
  std::string objective;  // bonus rows of one objective count once
  // Required rows of one objective with different words here are different ways to meet it, of
  // which one is taken. Empty for a row that is needed in any case.
  std::string alternative;
  Decimal points;               // at most
  std::int32_t registries = 1;  // how many it stands for, of a choice
  std::vector<std::string> excludes;
  std::string engages;
  std::vector<std::string> substitutes;  // rows that cannot be said beside this one
  // Where the points go when this is excluded: the first group with a reported row, split evenly
  // among its reported rows.
  std::vector<std::vector<std::string>> redistribution;
};

// A cost measure; its benchmark is that of collection type "administrativeClaims".
struct CostMeasure {
  std::string id;  // "TPCC_1"
  std::string title;
  std::int32_t case_minimum = 0;
};

// Measures that CMS takes for clinically related: who submits only some of them is asked for these
// and no others (eligible measure applicability).
struct MeasureCluster {
  std::string name;  // "anesthesiology"
  std::string collection_type;
  std::vector<std::string> measures;  // in order
};

// A MIPS value pathway: what who reports through it may choose from.
struct Pathway {
  std::string id;  // "G0059"
  std::string title;
  std::vector<std::string> quality;
  std::vector<std::string> population_health;  // administrative claims
  std::vector<std::string> activities;
  std::vector<std::string> cost;
};

struct Benchmark {
  std::string measure_id;
  std::string collection_type;      // "registry"
  std::int32_t benchmark_year = 0;  // == performance year: a performance-period benchmark
  bool topped_out = false;
  bool seven_point_cap = false;  // topped out for the second year: the cap applies
  bool percentiles = false;      // published as percentiles, from 2023 on; else as deciles
  // Published with bounds that turn round: used as it is, and told by `rulebook check`.
  bool irregular = false;
  // Lower bounds (direct) or upper bounds (inverse) of decile k at bounds[k]; first_decile..10.
  int first_decile = 2;
  std::array<Decimal, 11> bounds{};
};

// A year's benchmarks as CMS published them at one time. A table that CMS publishes again is a new
// version beside the first.
struct BenchmarkVersion {
  std::string name;                   // "2022", of the first; else "2022/2023-08-10"
  std::string published;              // "2023-08-10"; empty when the date of the first is not known
  std::vector<Benchmark> benchmarks;  // by measure id and collection type
};

// Buckets of a code within a measure's specification.
enum class CodeBucket : std::uint8_t {
  kDenominator,
  kDenominatorExclusion,
  kMet,
  kException,
  kNotMet,
};

// How the rate of the stratum "overall" is made of the others, where cases do not decide it.
enum class OverallRate : std::uint8_t {
  kNone,     // there is none, or cases decide it
  kAverage,  // the mean of the rates; every part must have an eligible case
  kPooled,   // met over met and not met, all parts together
};

// A quality code as the log carries it: see AnesthesiaCase.quality_codes. 0, which no specification
// holds, for an empty code or one that does not fit.
std::uint64_t pack_quality_code(std::string_view code, std::string_view modifier);
// Up to eight characters, first one highest.
std::uint64_t pack_measure_id(std::string_view measure_id);

struct SpecificationCode {
  std::uint64_t packed = 0;
  std::string code;
  std::string modifier;
  CodeBucket bucket = CodeBucket::kDenominator;
  std::string meaning;
};

// When does a case count for a measure, and as what. Data-driven: measures/ interprets it.
// A measure with several rates has one for each of them, next to each other.
struct MeasureSpecification {
  std::string measure_id;
  std::string stratum;  // as CMS names it; empty: the measure has one rate
  OverallRate overall = OverallRate::kNone;
  MeasureIndex index;
  std::uint64_t packed_measure_id = 0;
  std::uint64_t packed_source_id = 0;  // as files name it: "PQRS424"
  std::string source_id;
  int age_years_min = 0;
  int age_years_max = 0;  // 0: no limit
  int anesthesia_minutes_min = 0;
  std::uint32_t anesthesia_categories = 0;  // 0: any; else bits of AnesthesiaCase
  std::vector<SpecificationCode> codes;     // all denominator codes must be there
  std::string unmodelled;                   // what the specification needs and the rulebook lacks
  Citation citation;

  // What state calls it: "424", "AQI48/surveyed".
  std::string slot_name() const {
    return stratum.empty() ? measure_id : measure_id + '/' + stratum;
  }
};

// Another name of a measure, under which files of the year still have it.
struct MeasureAlias {
  std::string from;  // "AQI59"
  std::string to;    // "477"
  Citation citation;
};

enum class CalendarOutcome : std::uint8_t {
  kOnTime,
  kMilestoneMissed,
  kLateHeld,
  kRejectedLate,
};

// One rule of a registry's calendar: for facts of `kind`, received at or after each limit the next
// outcome applies. Limits are exclusive instants: the first moment that is too late.
struct CalendarRule {
  std::string name;             // "consent"
  std::string kind;             // "individual-consent", "anesthesia-case", ...
  int service_month_first = 0;  // 0: no condition; else months 1..12 of service
  int service_month_last = 0;
  bool corrections_only = false;  // applies to facts that replace a fact received in time
  Instant milestone_missed_from;  // max when never
  Instant late_held_from;
  Instant rejected_from;
  // The deadlines that these limits come from; empty when never.
  std::string milestone_missed_after;
  std::string late_held_after;
  std::string rejected_after;
  Citation citation;
};

struct Deadline {
  std::string name;
  std::string title;
  Instant passes_at;       // first moment that is too late
  std::string local_time;  // "2023-01-31T23:59:59-06:00 America/Chicago", for people
  Citation citation;
};

// A time in which something is open, closed or held. Nothing is judged by it: people plan by it.
struct CalendarWindow {
  std::string name;  // "cms-submission", "roster-lock"
  std::string title;
  Instant opens_at;
  Instant closes_at;       // first moment after it
  std::string announced;   // the day on which this end was announced, where there were several
  std::string local_time;  // "2023-01-03T10:00:00-05:00 to 2023-03-31T20:00:00-04:00 America/..."
  Citation citation;
};

// Everything of one performance year, resolved.
class YearRules {
 public:
  virtual ~YearRules() = default;
  virtual PerformanceYear year() const = 0;
  // Asserts that the parameter exists: `rulebook check` proves that all named ones do.
  virtual const Parameter& parameter(std::string_view name) const = 0;
  virtual const Parameter* find_parameter(std::string_view name) const = 0;
  // The same parameter in another year, supported or not: for the range that past years span.
  virtual const Parameter* find_parameter_in(PerformanceYear /*other_year*/,
                                             std::string_view /*name*/) const {
    return nullptr;
  }
  virtual const std::vector<Measure>& measures() const = 0;
  virtual const Measure* find_measure(std::string_view measure_id) const = 0;
  virtual const Benchmark* find_benchmark(std::string_view measure_id,
                                          std::string_view collection_type) const = 0;
  // All benchmarks of the year, by measure id and collection type: those of the newest version, as
  // find_benchmark() has them.
  virtual const std::vector<Benchmark>& benchmarks() const;
  // Every version that CMS published, the newest last; empty when the year has no benchmarks.
  virtual const std::vector<BenchmarkVersion>& benchmark_versions() const;
  // The name of the version that scores are made with; empty when there is none.
  std::string_view benchmark_version() const;
  // The tables below are in order of id; empty where the year has none.
  virtual const std::vector<Activity>& activities() const;
  const Activity* find_activity(std::string_view activity_id) const;
  virtual const std::vector<InteroperabilityMeasure>& interoperability_measures() const;
  const InteroperabilityMeasure* find_interoperability_measure(std::string_view measure_id) const;
  virtual const std::vector<CostMeasure>& cost_measures() const;
  const CostMeasure* find_cost_measure(std::string_view measure_id) const;
  virtual const std::vector<MeasureCluster>& clusters() const;
  virtual const std::vector<Pathway>& pathways() const;
  // Names of all parameters that have a value in this year, in order.
  virtual std::vector<std::string> parameter_names() const;
  // By measure id; rates of one measure stand together.
  virtual const std::vector<MeasureSpecification>& specifications() const = 0;
  virtual const std::vector<MeasureAlias>& measure_aliases() const;
  // Null: it is no other name of anything.
  const MeasureAlias* find_measure_alias(std::string_view id) const;
  virtual const std::vector<CalendarRule>& calendar() const = 0;
  virtual const std::vector<Deadline>& deadlines() const = 0;
  virtual const std::vector<CalendarWindow>& windows() const;
  // Whose calendar it is.
  virtual const Registry& registry() const;
};

class Rulebook {
 public:
  virtual ~Rulebook() = default;
  // The data compiled into this binary, with the calendars of the registry that was chosen, else of
  // the first.
  static const Rulebook& built_in();
  // Before the first use of built_in(). kNotFound names those there are; kFailedPrecondition when
  // the process already serves another.
  static Status choose_registry(std::string_view name);
  virtual const Hash256& digest() const = 0;
  // Part of the generation of every fold (docs/rolling-forward.md): raised with each change of what
  // folds count by. Other changes only make other outputs of the same counts. 0: not said.
  virtual std::uint32_t folding_number() const { return 0; }
  // All whose calendars it holds, the first one first, and the one that it serves.
  virtual const std::vector<Registry>& registries() const;
  virtual const Registry& registry() const;
  virtual std::vector<PerformanceYear> years() const = 0;
  // Null when the rulebook cannot compose a score of that year.
  virtual const YearRules* find_year(PerformanceYear year) const = 0;
};

}  // namespace qcdr::rulebook
