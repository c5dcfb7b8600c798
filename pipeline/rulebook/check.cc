#include "rulebook/check.h"

#include <fmt/core.h>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string_view>
#include <utility>

#include "rulebook/benchmark_table.h"
#include "rulebook/calendar_file.h"
#include "rulebook/calendar_kinds.h"
#include "rulebook/deadline_names.h"
#include "rulebook/parameter_names.h"

namespace qcdr::rulebook {
namespace {

constexpr std::string_view kAdministrativeClaims = "administrativeClaims";
constexpr std::int64_t kWholeWeight = 100;  // weights are percents of one score

// A limit that never comes has no place in the order.
bool out_of_order(std::initializer_list<Instant> limits) {
  Instant latest = Instant::from_milliseconds(INT64_MIN);
  for (const Instant limit : limits) {
    if (limit == kNever) continue;
    if (limit <= latest) return true;
    latest = limit;
  }
  return false;
}

class YearCheck {
 public:
  explicit YearCheck(const YearRules& rules) : rules_(rules) {}

  std::vector<CheckFinding> run() {
    check_parameters();
    check_measures();
    check_pathways();
    check_tables();
    check_benchmarks();
    for (const MeasureSpecification& specification : rules_.specifications()) {
      check_specification(specification);
    }
    check_slots();
    check_aliases();
    check_calendar();
    std::stable_sort(
        findings_.begin(), findings_.end(),
        [](const CheckFinding& a, const CheckFinding& b) { return a.severity < b.severity; });
    return std::move(findings_);
  }

  std::vector<CheckFinding> run_calendar() {
    check_calendar();
    check_slots();
    return std::move(findings_);
  }

 private:
  // Whether a score can be made of what was reported, not only of category percents.
  bool scores_reports() const { return !rules_.measures().empty(); }
  bool takes_records() const { return !rules_.specifications().empty(); }

  void error(std::string subject, std::string message) {
    findings_.push_back(
        {CheckFinding::Severity::kError, rules_.year(), std::move(subject), std::move(message)});
  }

  void notice(std::string subject, std::string message) {
    findings_.push_back(
        {CheckFinding::Severity::kNotice, rules_.year(), std::move(subject), std::move(message)});
  }

  void check_citation(const std::string& subject, const Citation& citation) {
    if (citation.title.empty()) {
      error(subject, "no citation");
    } else if (!citation.verified()) {
      notice(subject,
             fmt::format("{} citation: {}", confidence_name(citation.confidence), citation.title));
    }
  }

  // Null when the year has no value.
  const Parameter* name_parameter(const std::string& name) {
    named_.insert(name);
    const Parameter* parameter = rules_.find_parameter(name);
    if (parameter == nullptr) return nullptr;
    const std::string subject = fmt::format("parameter {}", name);
    if (parameter->unit.empty()) error(subject, "no unit");
    check_citation(subject, parameter->citation);
    return parameter;
  }

  void require_parameter(const std::string& name) {
    if (name_parameter(name) == nullptr) {
      error(fmt::format("parameter {}", name), "no value in this year");
    }
  }

  template <class Names>
  void name_all(const Names& all, bool required) {
    for (const std::string_view name : all) {
      if (required) {
        require_parameter(std::string(name));
      } else {
        name_parameter(std::string(name));
      }
    }
  }

  bool has_value(std::string_view name) const {
    const Parameter* parameter = rules_.find_parameter(name);
    return parameter != nullptr && parameter->value != Decimal();
  }

  void check_parameters() {
    name_all(names::kParametersOfEveryYear, true);
    name_all(names::kParametersOfScoredYears, scores_reports());
    name_all(names::kParametersOfRegistryYears, takes_records());
    name_all(names::kParametersOfSomeYears, false);
    if (has_value(names::kAdditionalThreshold)) {
      require_parameter(std::string(names::kAdditionalMinimumFactor));
      require_parameter(std::string(names::kAdditionalMaximumFactor));
    }
    check_weights();
    require_administrative_claims();
    for (const std::string& name : rules_.parameter_names()) {
      // Rows of measures that only a year with measures can name.
      if (!scores_reports() && name.starts_with(names::kAdministrativeClaims)) continue;
      if (named_.count(name) == 0) {
        error(fmt::format("parameter {}", name), "no code names it in parameter_names.h");
      }
    }
  }

  // The general table is every year's; the others are those of the years that have them.
  void check_weights() {
    for (const std::string_view table : names::kWeightTables) {
      const bool general = table == names::kWeightTables.front();
      if (!general && !weighs(table, "none", "quality")) continue;
      if (has_value(weight_name(table, "none", "cost"))) {
        require_rows(table, names::kWeightRows);
      } else {
        require_rows(table, names::kWeightRowsWithoutCost);
      }
    }
    for (const std::string_view table : {names::kAppWeightTable, names::kApmStandardWeightTable}) {
      if (weighs(table, "none", "quality")) require_rows(table, names::kAppWeightRows);
    }
  }

  static std::string weight_name(std::string_view table, std::string_view row,
                                 std::string_view category) {
    return fmt::format("weights/{}/{}/{}", table, row, category);
  }

  bool weighs(std::string_view table, std::string_view row, std::string_view category) const {
    return rules_.find_parameter(weight_name(table, row, category)) != nullptr;
  }

  template <class Rows>
  void require_rows(std::string_view table, const Rows& rows) {
    for (const std::string_view row : rows) require_weights(table, row);
  }

  void require_weights(std::string_view table, std::string_view row) {
    Decimal sum;
    for (const std::string_view category : names::kWeightCategories) {
      const std::string name = weight_name(table, row, category);
      require_parameter(name);
      const Parameter* weight = rules_.find_parameter(name);
      if (weight != nullptr) sum = sum + weight->value;
    }
    if (sum != Decimal::from_integer(kWholeWeight)) {
      error(fmt::format("weights/{}/{}", table, row),
            fmt::format("the weights sum to {}", sum.to_string()));
    }
  }

  // What CMS computes from claims needs a benchmark of the year, and from how many cases on.
  void require_administrative_claims() {
    for (const Measure& measure : rules_.measures()) {
      const auto has = [](const std::vector<std::string>& methods) {
        return std::find(methods.begin(), methods.end(), kAdministrativeClaims) != methods.end();
      };
      if (!has(measure.collection_types)) continue;
      for (const std::string_view column :
           {names::kAdministrativeClaimsCases, names::kAdministrativeClaimsClinicians}) {
        // Of a suppressed measure the limits have nothing to decide.
        name_all(
            std::array{fmt::format("{}/{}/{}", names::kAdministrativeClaims, measure.id, column)},
            !has(measure.suppressed_for));
      }
    }
  }

  // A measure that a case can count for must be one that scoring can place, and every benchmark of
  // a measure must be of a way in which that measure is collected.
  void check_measures() {
    for (const MeasureSpecification& specification : rules_.specifications()) {
      if (rules_.find_benchmark(specification.measure_id, "registry") == nullptr) {
        notice(fmt::format("measure {}", specification.measure_id),
               "no registry benchmark: scored without one");
      }
    }
    for (const MeasureCluster& cluster : rules_.clusters()) {
      for (const std::string& id : cluster.measures) {
        const Measure* measure = rules_.find_measure(id);
        if (measure == nullptr || measure->registry_measure) {
          error(fmt::format("cluster {}", cluster.name),
                fmt::format("{} is no MIPS measure of the year", id));
        }
      }
    }
    for (const CostMeasure& measure : rules_.cost_measures()) {
      if (has_value(names::kCostScored) &&
          rules_.find_benchmark(measure.id, kAdministrativeClaims) == nullptr) {
        notice(fmt::format("cost measure {}", measure.id), "no benchmark: never scored");
      }
    }
  }

  // A pathway offers what the year has, and all of it can be found.
  void check_pathways() {
    for (const Pathway& pathway : rules_.pathways()) {
      const auto require = [&](const std::vector<std::string>& ids, const auto& exists) {
        for (const std::string& id : ids) {
          if (exists(id)) continue;
          error(fmt::format("pathway {}", pathway.id), fmt::format("{} is in no table", id));
        }
      };
      const auto measure = [this](const std::string& id) {
        return rules_.find_measure(id) != nullptr;
      };
      require(pathway.quality, measure);
      require(pathway.population_health, measure);
      require(pathway.activities,
              [this](const std::string& id) { return rules_.find_activity(id) != nullptr; });
      require(pathway.cost,
              [this](const std::string& id) { return rules_.find_cost_measure(id) != nullptr; });
    }
    if (scores_reports() && has_value(names::kMvpOffered) && rules_.pathways().empty()) {
      error("pathways", "the year has no table");
    }
  }

  void check_tables() {
    const std::vector<InteroperabilityMeasure>& rows = rules_.interoperability_measures();
    if (scores_reports()) {
      if (rules_.activities().empty()) error("activities", "the year has no table");
      if (rules_.cost_measures().empty() && has_value(names::kCostScored)) {
        error("cost measures", "the year has no table");
      }
      if (rows.empty() && has_value(names::kInteroperabilityMeasureMinimum)) {
        error("promoting interoperability", "the year has no table");
      }
    }
    for (const InteroperabilityMeasure& row : rows) {
      const bool excluded =
          std::any_of(rows.begin(), rows.end(), [&](const InteroperabilityMeasure& other) {
            return std::find(other.excludes.begin(), other.excludes.end(), row.id) !=
                   other.excludes.end();
          });
      // Points of what can be excluded must be able to go somewhere.
      if (excluded == row.redistribution.empty()) {
        error(fmt::format("promoting interoperability {}", row.id),
              "a row has a place for its points exactly when it can be excluded");
      }
    }
  }

  void check_benchmarks() {
    for (const Benchmark& benchmark : rules_.benchmarks()) {
      const std::string subject =
          fmt::format("benchmark {} {}", benchmark.measure_id, benchmark.collection_type);
      const Measure* measure = rules_.find_measure(benchmark.measure_id);
      const bool cost = rules_.find_cost_measure(benchmark.measure_id) != nullptr;
      if (measure == nullptr && !(cost && benchmark.collection_type == kAdministrativeClaims)) {
        error(subject, "the measure is in no table of the year");
        continue;
      }
      if (benchmark.seven_point_cap && measure != nullptr &&
          std::find(measure->uncapped_for.begin(), measure->uncapped_for.end(),
                    benchmark.collection_type) != measure->uncapped_for.end()) {
        error(subject, "capped, but the table of measures lifts the cap");
      }
      const bool descending = measure == nullptr || measure->inverse;
      for (int decile = benchmark.first_decile; decile < kLastDecile; ++decile) {
        const Decimal lower = benchmark.bounds[static_cast<std::size_t>(decile)];
        const Decimal upper = benchmark.bounds[static_cast<std::size_t>(decile) + 1];
        if (descending ? lower >= upper : lower <= upper) continue;
        std::string message = fmt::format("the bounds turn round after decile {}", decile);
        if (benchmark.irregular) {
          notice(subject, std::move(message));
        } else {
          error(subject, std::move(message));
        }
      }
    }
  }

  void check_specification(const MeasureSpecification& specification) {
    const std::string subject = fmt::format("specification {}", specification.slot_name());
    check_citation(subject, specification.citation);
    const Measure* measure = rules_.find_measure(specification.measure_id);
    if (measure == nullptr || &rules_.measures()[specification.index.value()] != measure) {
      error(subject, "its measure is not in the year's table");
    }
    std::set<std::uint64_t> packed;
    bool met = false;
    bool not_met = false;
    for (const SpecificationCode& code : specification.codes) {
      met = met || code.bucket == CodeBucket::kMet;
      not_met = not_met || code.bucket == CodeBucket::kNotMet;
      if (!packed.insert(code.packed).second) {
        error(subject, fmt::format("code {} {} stands twice", code.code, code.modifier));
      }
    }
    if (!met || !not_met) error(subject, "a code for met or for not met is missing");
  }

  void check_calendar() {
    const bool asked = takes_records();
    const std::string& registry = rules_.registry().name;
    if (asked && rules_.calendar().empty()) {
      // A registry need not serve every year; the one that is served by default does.
      const std::string message = fmt::format("{} has none: it takes no records", registry);
      if (rules_.registry().generations_from == 0) {
        error("calendar", message);
      } else {
        notice("calendar", message);
      }
    } else if (asked) {
      require_every_kind();
      require_window();
    }
    check_rules();
  }

  // What blocks a set can be cured until CMS's window closes.
  void require_window() {
    const std::vector<Deadline>& deadlines = rules_.deadlines();
    const bool found = std::any_of(deadlines.begin(), deadlines.end(), [](const Deadline& each) {
      return each.name == kWindowDeadline;
    });
    if (!found) error(fmt::format("deadline {}", kWindowDeadline), "is missing");
  }

  // Slots are kept in five bits of a case's outcomes, and one value is left out.
  void check_slots() {
    constexpr std::size_t kSlotsMax = 31;
    if (rules_.specifications().size() > kSlotsMax) {
      error("specifications", fmt::format("more than {} rates in one year", kSlotsMax));
    }
  }

  void check_aliases() {
    for (const MeasureAlias& alias : rules_.measure_aliases()) {
      const std::string subject = fmt::format("measure alias {}", alias.from);
      check_citation(subject, alias.citation);
      if (rules_.find_measure(alias.to) == nullptr) {
        error(subject, fmt::format("{} is not in the year's table", alias.to));
      }
      if (rules_.find_measure(alias.from) != nullptr) {
        error(subject, "it is a measure of the year itself");
      }
    }
  }

  void require_every_kind() {
    for (const std::string_view kind : kinds::kAllKinds) {
      const auto of_kind = [kind](const CalendarRule& rule) { return rule.kind == kind; };
      const std::vector<CalendarRule>& rules = rules_.calendar();
      const std::string subject = fmt::format("calendar kind {}", kind);
      // The last rule of a kind applies to whatever the others leave.
      const auto last = std::find_if(rules.rbegin(), rules.rend(), of_kind);
      if (last == rules.rend()) {
        error(subject, "no rule");
      } else if (last->corrections_only || last->service_month_first != 0) {
        error(subject, "its last rule has a condition");
      }
    }
  }

  void check_rules() {
    for (const CalendarRule& rule : rules_.calendar()) {
      const std::string subject = fmt::format("calendar rule {}", rule.name);
      check_citation(subject, rule.citation);
      if (out_of_order({rule.milestone_missed_from, rule.late_held_from, rule.rejected_from})) {
        error(subject, "its limits are out of order");
      }
      if (rule.kind == kinds::kRoster && rule.rejected_from != kNever) {
        error(subject, "a roster that comes too late is held, never refused");
      }
      if (rule.service_month_first > rule.service_month_last) {
        error(subject, "its service months are out of order");
      }
      if (std::find(kinds::kAllKinds.begin(), kinds::kAllKinds.end(), rule.kind) ==
          kinds::kAllKinds.end()) {
        error(subject, fmt::format("\"{}\" is not a kind", rule.kind));
      }
    }
    for (const Deadline& deadline : rules_.deadlines()) {
      check_citation(fmt::format("deadline {}", deadline.name), deadline.citation);
    }
    for (const CalendarWindow& window : rules_.windows()) {
      check_citation(fmt::format("window {}", window.name), window.citation);
    }
  }

  const YearRules& rules_;
  std::set<std::string> named_;
  std::vector<CheckFinding> findings_;
};

}  // namespace

std::vector<CheckFinding> check_year(const YearRules& rules) {
  return YearCheck(rules).run();
}

std::vector<CheckFinding> check_calendars(const Rulebook& rulebook) {
  std::vector<CheckFinding> findings;
  for (const PerformanceYear year : rulebook.years()) {
    for (CheckFinding& finding : YearCheck(*rulebook.find_year(year)).run_calendar()) {
      finding.subject = fmt::format("{}: {}", rulebook.registry().name, finding.subject);
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

namespace {

// CMS publishes benchmarks of what it computes from claims before the year is over: then they are
// those of the year before, and stand in for it.
void note_stand_ins(const YearRules& before, const YearRules& rules,
                    std::vector<CheckFinding>* findings) {
  std::size_t same = 0;
  std::size_t all = 0;
  for (const Benchmark& benchmark : rules.benchmarks()) {
    if (benchmark.collection_type != kAdministrativeClaims) continue;
    if (benchmark.benchmark_year != rules.year().value()) continue;
    ++all;
    const Benchmark* earlier =
        before.find_benchmark(benchmark.measure_id, benchmark.collection_type);
    if (earlier != nullptr && earlier->bounds == benchmark.bounds) ++same;
  }
  if (same == 0) return;
  findings->push_back({CheckFinding::Severity::kNotice, rules.year(), "benchmarks from claims",
                       fmt::format("{} of {} are those of {}: they stand in until CMS has the "
                                   "year's own",
                                   same, all, before.year().value())});
}

// What no year has is misspelt, or its file is gone.
void check_some_year_has(const Rulebook& rulebook, std::vector<CheckFinding>* findings) {
  for (const std::string_view name : names::kParametersOfSomeYears) {
    const std::vector<PerformanceYear> years = rulebook.years();
    const bool found = std::any_of(years.begin(), years.end(), [&](PerformanceYear year) {
      return rulebook.find_year(year)->find_parameter(name) != nullptr;
    });
    if (found || years.empty()) continue;
    findings->push_back({CheckFinding::Severity::kError, years.back(),
                         fmt::format("parameter {}", name), "no year has a value"});
  }
}

}  // namespace

std::vector<CheckFinding> check(const Rulebook& rulebook) {
  std::vector<CheckFinding> findings;
  check_some_year_has(rulebook, &findings);
  for (const PerformanceYear year : rulebook.years()) {
    for (CheckFinding& finding : check_year(*rulebook.find_year(year))) {
      findings.push_back(std::move(finding));
    }
    const YearRules* before = rulebook.find_year(PerformanceYear(year.value() - 1));
    if (before != nullptr) note_stand_ins(*before, *rulebook.find_year(year), &findings);
  }
  return findings;
}

bool has_errors(const std::vector<CheckFinding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const CheckFinding& finding) {
    return finding.severity == CheckFinding::Severity::kError;
  });
}

}  // namespace qcdr::rulebook
