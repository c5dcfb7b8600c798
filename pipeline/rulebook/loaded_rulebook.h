// A rulebook in memory, as the loader makes it. Internal to the library.
//
// Invariants: vectors sorted as rulebook.h says; immutable once the loader is done.
// Thread-safety: const access from any thread. Ownership: parameters of all years are shared by the
// years.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rulebook/calendar_file.h"
#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

using ParameterMap = std::map<std::string, Parameter, std::less<>>;
using ParametersByYear = std::map<PerformanceYear, ParameterMap>;

class LoadedYear : public YearRules {
 public:
  LoadedYear(PerformanceYear year, std::shared_ptr<const ParametersByYear> parameters)
      : year_(year), parameters_(std::move(parameters)) {}

  PerformanceYear year() const override { return year_; }
  const Parameter& parameter(std::string_view name) const override;
  const Parameter* find_parameter(std::string_view name) const override;
  const Parameter* find_parameter_in(PerformanceYear other_year,
                                     std::string_view name) const override;
  std::vector<std::string> parameter_names() const override;
  const std::vector<Measure>& measures() const override { return measures_; }
  const Measure* find_measure(std::string_view measure_id) const override;
  const std::vector<BenchmarkVersion>& benchmark_versions() const override {
    return benchmark_versions_;
  }
  const Benchmark* find_benchmark(std::string_view measure_id,
                                  std::string_view collection_type) const override;
  const std::vector<Activity>& activities() const override { return activities_; }
  const std::vector<InteroperabilityMeasure>& interoperability_measures() const override {
    return interoperability_;
  }
  const std::vector<CostMeasure>& cost_measures() const override { return cost_measures_; }
  const std::vector<MeasureCluster>& clusters() const override { return clusters_; }
  const std::vector<Pathway>& pathways() const override { return pathways_; }
  const std::vector<MeasureSpecification>& specifications() const override {
    return specifications_;
  }
  const std::vector<MeasureAlias>& measure_aliases() const override { return aliases_; }
  const std::vector<CalendarRule>& calendar() const override { return calendar_.rules; }
  const std::vector<Deadline>& deadlines() const override { return calendar_.deadlines; }
  const std::vector<CalendarWindow>& windows() const override { return calendar_.windows; }
  const Registry& registry() const override { return registry_; }

 private:
  friend class Loader;
  PerformanceYear year_;
  std::shared_ptr<const ParametersByYear> parameters_;
  std::vector<Measure> measures_;
  std::vector<BenchmarkVersion> benchmark_versions_;
  std::vector<Activity> activities_;
  std::vector<InteroperabilityMeasure> interoperability_;
  std::vector<CostMeasure> cost_measures_;
  std::vector<MeasureCluster> clusters_;
  std::vector<Pathway> pathways_;
  std::vector<MeasureSpecification> specifications_;  // by measure id
  std::vector<MeasureAlias> aliases_;
  Calendar calendar_;
  Registry registry_;
};

class LoadedRulebook : public Rulebook {
 public:
  const Hash256& digest() const override { return digest_; }
  std::uint32_t folding_number() const override { return folding_number_; }
  const std::vector<Registry>& registries() const override { return registries_; }
  const Registry& registry() const override { return registry_; }
  std::vector<PerformanceYear> years() const override;
  const YearRules* find_year(PerformanceYear year) const override;

 private:
  friend class Loader;
  Hash256 digest_{};
  std::uint32_t folding_number_ = 0;
  std::vector<Registry> registries_;
  Registry registry_;
  std::map<PerformanceYear, LoadedYear> years_;
};

}  // namespace qcdr::rulebook
