#include "rulebook/rulebook.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "rulebook/loader.h"
#include "rulebook/registry_file.h"

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

// Commands run on the main thread before any other reads the rulebook.
bool g_loaded = false;

Result<std::vector<Registry>> embedded_registries() {
  for (const SourceFile& file : embedded_files()) {
    if (file.path == kRegistriesPath) return parse_registry_file(file.path, file.bytes);
  }
  return std::vector<Registry>();
}

std::string& chosen_registry() {
  static std::string name;
  return name;
}

std::unique_ptr<Rulebook> load_embedded() {
  Result<std::unique_ptr<Rulebook>> loaded = load_rulebook(embedded_files(), chosen_registry());
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

bool Measure::may_be_sent_by(const Registry& registry) const {
  return allowed_vendors.empty() || std::find(allowed_vendors.begin(), allowed_vendors.end(),
                                              registry.vendor) != allowed_vendors.end();
}

const std::vector<MeasureAlias>& YearRules::measure_aliases() const {
  static const std::vector<MeasureAlias> none;
  return none;
}

const MeasureAlias* YearRules::find_measure_alias(std::string_view id) const {
  const std::vector<MeasureAlias>& all = measure_aliases();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [id](const MeasureAlias& alias) { return alias.from == id; });
  return found == all.end() ? nullptr : &*found;
}

const std::vector<CalendarWindow>& YearRules::windows() const {
  static const std::vector<CalendarWindow> none;
  return none;
}

const Registry& YearRules::registry() const {
  static const Registry unnamed;
  return unnamed;
}

const std::vector<Registry>& Rulebook::registries() const {
  static const std::vector<Registry> none;
  return none;
}

const Registry& Rulebook::registry() const {
  static const Registry unnamed;
  return unnamed;
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
  g_loaded = true;
  return *rulebook;
}

Status Rulebook::choose_registry(std::string_view name) {
  if (g_loaded) {
    if (built_in().registry().name == name) return Status::ok();
    return Status(ErrorCode::kFailedPrecondition,
                  fmt::format("this process serves the registry {}", built_in().registry().name));
  }
  QCDR_ASSIGN_OR_RETURN(const std::vector<Registry> known, embedded_registries());
  std::string names;
  for (const Registry& registry : known) {
    if (registry.name == name) {
      chosen_registry() = name;
      return Status::ok();
    }
    names.append(names.empty() ? "" : ", ").append(registry.name);
  }
  return Status(ErrorCode::kNotFound,
                fmt::format("there is no registry \"{}\"; there are {}", name, names));
}

}  // namespace qcdr::rulebook
