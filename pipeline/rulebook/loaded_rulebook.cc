#include "rulebook/loaded_rulebook.h"

#include <algorithm>

#include "core/assert.h"

namespace qcdr::rulebook {

const Parameter& LoadedYear::parameter(std::string_view name) const {
  const Parameter* found = find_parameter(name);
  QCDR_ASSERT(found != nullptr);
  return *found;
}

const Parameter* LoadedYear::find_parameter(std::string_view name) const {
  return find_parameter_in(year_, name);
}

const Parameter* LoadedYear::find_parameter_in(PerformanceYear other_year,
                                               std::string_view name) const {
  const auto year = parameters_->find(other_year);
  if (year == parameters_->end()) return nullptr;
  const auto found = year->second.find(name);
  return found == year->second.end() ? nullptr : &found->second;
}

std::vector<std::string> LoadedYear::parameter_names() const {
  std::vector<std::string> names;
  const auto year = parameters_->find(year_);
  if (year == parameters_->end()) return names;
  for (const auto& entry : year->second) names.push_back(entry.first);
  return names;
}

const Measure* LoadedYear::find_measure(std::string_view measure_id) const {
  const auto found =
      std::lower_bound(measures_.begin(), measures_.end(), measure_id,
                       [](const Measure& measure, std::string_view id) { return measure.id < id; });
  return found == measures_.end() || found->id != measure_id ? nullptr : &*found;
}

const Benchmark* LoadedYear::find_benchmark(std::string_view measure_id,
                                            std::string_view collection_type) const {
  const auto key = std::make_pair(measure_id, collection_type);
  const auto key_of = [](const Benchmark& benchmark) {
    return std::make_pair(std::string_view(benchmark.measure_id),
                          std::string_view(benchmark.collection_type));
  };
  const std::vector<Benchmark>& newest = benchmarks();
  const auto found = std::lower_bound(
      newest.begin(), newest.end(), key,
      [&](const Benchmark& benchmark, const auto& wanted) { return key_of(benchmark) < wanted; });
  return found == newest.end() || key_of(*found) != key ? nullptr : &*found;
}

std::vector<PerformanceYear> LoadedRulebook::years() const {
  std::vector<PerformanceYear> years;
  for (const auto& entry : years_) years.push_back(entry.first);
  return years;
}

const YearRules* LoadedRulebook::find_year(PerformanceYear year) const {
  const auto found = years_.find(year);
  return found == years_.end() ? nullptr : &found->second;
}

}  // namespace qcdr::rulebook
