#include "rulebook/rulebook.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "rulebook/loader.h"

namespace qcdr::rulebook {
namespace {

constexpr std::size_t kCodeCharacters = 5;
constexpr std::size_t kModifierCharacters = 2;
constexpr std::size_t kMeasureCharacters = 8;

// `text` in `characters` bytes, first character highest, zero after its end.
std::uint64_t pack(std::string_view text, std::size_t characters) {
  std::uint64_t packed = 0;
  for (std::size_t i = 0; i < characters; ++i) {
    const char character = i < text.size() ? text[i] : '\0';
    packed = packed << 8 | static_cast<unsigned char>(character);
  }
  return packed;
}

// In a list that is in order of id; null when it is not there.
template <class T>
const T* find_by_id(const std::vector<T>& sorted, std::string_view id) {
  const auto found =
      std::lower_bound(sorted.begin(), sorted.end(), id,
                       [](const T& item, std::string_view wanted) { return item.id < wanted; });
  return found == sorted.end() || found->id != id ? nullptr : &*found;
}

std::unique_ptr<Rulebook> load_embedded() {
  Result<std::unique_ptr<Rulebook>> loaded = load_rulebook(embedded_files());
  if (!loaded.is_ok()) fmt::print(stderr, "{}\n", loaded.status().to_string());
  QCDR_ASSERT(loaded.is_ok());  // the tests load what is compiled in
  return std::move(loaded).value();
}

}  // namespace

std::uint64_t pack_quality_code(std::string_view code, std::string_view modifier) {
  if (code.empty() || code.size() > kCodeCharacters) return 0;
  if (!modifier.empty() && modifier.size() != kModifierCharacters) return 0;
  return pack(modifier, modifier.size()) << 40 | pack(code, kCodeCharacters);
}

std::uint64_t pack_measure_id(std::string_view measure_id) {
  if (measure_id.size() > kMeasureCharacters) return 0;
  return pack(measure_id, kMeasureCharacters);
}

const std::vector<Benchmark>& YearRules::benchmarks() const {
  static const std::vector<Benchmark> none;
  return benchmark_versions().empty() ? none : benchmark_versions().back().benchmarks;
}

const std::vector<BenchmarkVersion>& YearRules::benchmark_versions() const {
  static const std::vector<BenchmarkVersion> none;
  return none;
}

std::string_view YearRules::benchmark_version() const {
  return benchmark_versions().empty() ? std::string_view() : benchmark_versions().back().name;
}

std::vector<std::string> YearRules::parameter_names() const {
  return {};
}

const std::vector<Activity>& YearRules::activities() const {
  static const std::vector<Activity> none;
  return none;
}

const std::vector<InteroperabilityMeasure>& YearRules::interoperability_measures() const {
  static const std::vector<InteroperabilityMeasure> none;
  return none;
}

const std::vector<CostMeasure>& YearRules::cost_measures() const {
  static const std::vector<CostMeasure> none;
  return none;
}

const std::vector<MeasureCluster>& YearRules::clusters() const {
  static const std::vector<MeasureCluster> none;
  return none;
}

const std::vector<Pathway>& YearRules::pathways() const {
  static const std::vector<Pathway> none;
  return none;
}

const Activity* YearRules::find_activity(std::string_view activity_id) const {
  return find_by_id(activities(), activity_id);
}

const InteroperabilityMeasure* YearRules::find_interoperability_measure(
    std::string_view measure_id) const {
  return find_by_id(interoperability_measures(), measure_id);
}

const CostMeasure* YearRules::find_cost_measure(std::string_view measure_id) const {
  return find_by_id(cost_measures(), measure_id);
}

const Rulebook& Rulebook::built_in() {
  static const std::unique_ptr<Rulebook> rulebook = load_embedded();
  return *rulebook;
}

}  // namespace qcdr::rulebook
