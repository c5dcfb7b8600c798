// A performance year for tests: the parameters of a built-in year, with measures and benchmarks of
// the test's own beside those of the year.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "rulebook/rulebook.h"
#include "scoring/score.h"

namespace qcdr::scoring {

inline Decimal decimal(std::string_view text) {
  return Decimal::parse(text).value();
}

inline const rulebook::YearRules& built_in_2022() {
  const rulebook::YearRules* year = rulebook::Rulebook::built_in().find_year(PerformanceYear(2022));
  QCDR_ASSERT(year != nullptr);
  return *year;
}

class TestYear : public rulebook::YearRules {
 public:
  explicit TestYear(const rulebook::YearRules& base) : base_(base) {}

  // Before any measure is looked at: pointers to measures move when one is added.
  void add_measure(rulebook::Measure measure) { measures_.push_back(std::move(measure)); }
  void add_benchmark(std::string_view measure_id, const std::vector<std::string>& bounds,
                     bool seven_point_cap = false) {
    rulebook::Benchmark benchmark;
    benchmark.measure_id = std::string(measure_id);
    benchmark.collection_type = std::string(kCollectionType);
    benchmark.benchmark_year = base_.year().value() - 2;
    benchmark.seven_point_cap = seven_point_cap;
    benchmark.first_decile = 11 - static_cast<int>(bounds.size());
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      benchmark.bounds[static_cast<std::size_t>(benchmark.first_decile) + i] = decimal(bounds[i]);
    }
    benchmarks_[benchmark.measure_id] = benchmark;
  }
  // As in a year to which it does not apply.
  void remove_parameter(std::string_view name) { removed_.emplace(name); }
  void remove_table(std::string_view table) {
    for (const std::string& name : base_.parameter_names()) {
      if (name.starts_with("weights/" + std::string(table) + "/")) removed_.insert(name);
    }
  }
  // Also one that the built-in year does not have.
  void set_parameter(std::string_view name, std::string_view value) {
    const rulebook::Parameter* base = base_.find_parameter(name);
    rulebook::Parameter parameter = base == nullptr ? rulebook::Parameter() : *base;
    parameter.name = std::string(name);
    parameter.value = decimal(value);
    parameters_[parameter.name] = parameter;
  }
  void add_cluster(std::string_view name, const std::vector<std::string>& measures) {
    clusters_.push_back({std::string(name), std::string(kCollectionType), measures});
  }

  PerformanceYear year() const override { return base_.year(); }
  const rulebook::Parameter& parameter(std::string_view name) const override {
    const auto found = parameters_.find(std::string(name));
    return found == parameters_.end() ? base_.parameter(name) : found->second;
  }
  const rulebook::Parameter* find_parameter(std::string_view name) const override {
    if (removed_.count(std::string(name)) != 0) return nullptr;
    const auto found = parameters_.find(std::string(name));
    return found == parameters_.end() ? base_.find_parameter(name) : &found->second;
  }
  const rulebook::Parameter* find_parameter_in(PerformanceYear other,
                                               std::string_view name) const override {
    return base_.find_parameter_in(other, name);
  }
  const std::vector<rulebook::Measure>& measures() const override { return measures_; }
  const rulebook::Measure* find_measure(std::string_view id) const override {
    for (const rulebook::Measure& measure : measures_) {
      if (measure.id == id) return &measure;
    }
    return nullptr;
  }
  const rulebook::Benchmark* find_benchmark(std::string_view measure_id,
                                            std::string_view collection_type) const override {
    const auto found = benchmarks_.find(std::string(measure_id));
    return found == benchmarks_.end() || collection_type != kCollectionType ? nullptr
                                                                            : &found->second;
  }
  const std::vector<rulebook::Activity>& activities() const override { return base_.activities(); }
  const std::vector<rulebook::InteroperabilityMeasure>& interoperability_measures() const override {
    return base_.interoperability_measures();
  }
  const std::vector<rulebook::CostMeasure>& cost_measures() const override {
    return base_.cost_measures();
  }
  const std::vector<rulebook::MeasureCluster>& clusters() const override { return clusters_; }
  const std::vector<rulebook::MeasureSpecification>& specifications() const override {
    return base_.specifications();
  }
  const std::vector<rulebook::CalendarRule>& calendar() const override { return base_.calendar(); }
  const std::vector<rulebook::Deadline>& deadlines() const override { return base_.deadlines(); }

 private:
  const rulebook::YearRules& base_;
  std::vector<rulebook::Measure> measures_;
  std::vector<rulebook::MeasureCluster> clusters_ = base_.clusters();
  std::map<std::string, rulebook::Benchmark> benchmarks_;
  std::map<std::string, rulebook::Parameter> parameters_;
  std::set<std::string> removed_;
};

inline rulebook::Measure test_measure(std::string id, bool outcome = false,
                                      bool high_priority = false) {
  rulebook::Measure measure;
  measure.id = std::move(id);
  measure.outcome = outcome;
  measure.high_priority = outcome || high_priority;
  measure.first_performance_year = 2017;
  return measure;
}

inline Profile profile_without_status(ClinicianKind kind = ClinicianKind::kPhysician) {
  Profile profile;
  profile.kind = kind;
  profile.small_practice = Known::kNo;
  profile.non_patient_facing = Known::kNo;
  profile.hospital_based = Known::kNo;
  profile.asc_based = Known::kNo;
  profile.rural = Known::kNo;
  profile.hpsa = Known::kNo;
  return profile;
}

inline MeasureInput counts(const rulebook::YearRules& year, std::string_view measure_id,
                           std::int64_t met, std::int64_t not_met, std::int64_t unreported = 0,
                           std::int64_t exceptions = 0) {
  const rulebook::Measure* measure = year.find_measure(measure_id);
  QCDR_ASSERT(measure != nullptr);
  return {measure, met + not_met + unreported + exceptions, met, not_met, exceptions};
}

// Every year's factors are released by then.
inline Instant after_release() {
  return Instant::parse("2026-01-01T00:00:00Z").value();
}

inline ScoreInput score_input(const ResolvedRules& rules, const Profile& profile,
                              const std::vector<MeasureInput>& measures = {},
                              Instant as_of = after_release()) {
  ScoreInput input;
  input.rules = &rules;
  input.profile = profile;
  input.as_of = as_of;
  for (const MeasureInput& measure : measures) input.measures.push_back(measure);
  return input;
}

}  // namespace qcdr::scoring
