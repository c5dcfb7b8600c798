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
    check_weights();
    check_benchmarks();
    for (const MeasureSpecification& specification : rules_.specifications()) {
      check_specification(specification);
    }
    check_calendar();
    std::stable_sort(
        findings_.begin(), findings_.end(),
        [](const CheckFinding& a, const CheckFinding& b) { return a.severity < b.severity; });
    return std::move(findings_);
  }

 private:
  void error(std::string subject, std::string message) {
    findings_.push_back(
        {CheckFinding::Severity::kError, rules_.year(), std::move(subject), std::move(message)});
  }

  void check_citation(const std::string& subject, const Citation& citation) {
    if (citation.title.empty()) {
      error(subject, "no citation");
    } else if (!citation.verified) {
      findings_.push_back({CheckFinding::Severity::kNotice, rules_.year(), subject,
                           fmt::format("unverified citation: {}", citation.title)});
    }
  }

  void require_parameter(const std::string& name) {
    named_.insert(name);
    const std::string subject = fmt::format("parameter {}", name);
    const Parameter* parameter = rules_.find_parameter(name);
    if (parameter == nullptr) return error(subject, "no value in this year");
    if (parameter->unit.empty()) error(subject, "no unit");
    check_citation(subject, parameter->citation);
  }

  void check_parameters() {
    for (const std::string_view name : names::kParameterNames) require_parameter(std::string(name));
    for (const std::string_view table : names::kWeightTables) {
      for (const std::string_view row : names::kWeightRows) {
        for (const std::string_view category : names::kWeightCategories) {
          require_parameter(fmt::format("weights/{}/{}/{}", table, row, category));
        }
      }
    }
    for (const std::string& name : rules_.parameter_names()) {
      if (named_.count(name) == 0) {
        error(fmt::format("parameter {}", name), "no code names it in parameter_names.h");
      }
    }
  }

  void check_weights() {
    for (const std::string_view table : names::kWeightTables) {
      for (const std::string_view row : names::kWeightRows) {
        Decimal sum;
        for (const std::string_view category : names::kWeightCategories) {
          const Parameter* weight =
              rules_.find_parameter(fmt::format("weights/{}/{}/{}", table, row, category));
          if (weight != nullptr) sum = sum + weight->value;
        }
        if (sum != Decimal::from_integer(kWholeWeight)) {
          error(fmt::format("weights/{}/{}", table, row),
                fmt::format("the weights sum to {}", sum.to_string()));
        }
      }
    }
  }

  void check_benchmarks() {
    for (const Benchmark& benchmark : rules_.benchmarks()) {
      const std::string subject =
          fmt::format("benchmark {} {}", benchmark.measure_id, benchmark.collection_type);
      const Measure* measure = rules_.find_measure(benchmark.measure_id);
      // Cost measures are scored on administrative claims and stand in no quality table.
      if (measure == nullptr && benchmark.collection_type != kAdministrativeClaims) {
        error(subject, "the measure is not in the year's table");
        continue;
      }
      const bool descending = measure == nullptr || measure->inverse;
      for (int decile = benchmark.first_decile; decile < kLastDecile; ++decile) {
        const Decimal lower = benchmark.bounds[static_cast<std::size_t>(decile)];
        const Decimal upper = benchmark.bounds[static_cast<std::size_t>(decile) + 1];
        if (descending ? lower < upper : lower > upper) {
          error(subject, fmt::format("the bounds turn round after decile {}", decile));
        }
      }
    }
  }

  void check_specification(const MeasureSpecification& specification) {
    const std::string subject = fmt::format("specification {}", specification.measure_id);
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
    for (const CalendarRule& rule : rules_.calendar()) {
      const std::string subject = fmt::format("calendar rule {}", rule.name);
      check_citation(subject, rule.citation);
      if (out_of_order({rule.milestone_missed_from, rule.late_held_from, rule.rejected_from})) {
        error(subject, "its limits are out of order");
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
  }

  const YearRules& rules_;
  std::set<std::string> named_;
  std::vector<CheckFinding> findings_;
};

}  // namespace

std::vector<CheckFinding> check_year(const YearRules& rules) {
  return YearCheck(rules).run();
}

std::vector<CheckFinding> check(const Rulebook& rulebook) {
  std::vector<CheckFinding> findings;
  for (const PerformanceYear year : rulebook.years()) {
    for (CheckFinding& finding : check_year(*rulebook.find_year(year))) {
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

bool has_errors(const std::vector<CheckFinding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const CheckFinding& finding) {
    return finding.severity == CheckFinding::Severity::kError;
  });
}

}  // namespace qcdr::rulebook
