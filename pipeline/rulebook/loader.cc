#include "rulebook/loader.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "rulebook/benchmark_table.h"
#include "rulebook/calendar_file.h"
#include "rulebook/category_tables.h"
#include "rulebook/document.h"
#include "rulebook/folding_digest.h"
#include "rulebook/folding_file.h"
#include "rulebook/loaded_rulebook.h"
#include "rulebook/measure_aliases.h"
#include "rulebook/measure_table.h"
#include "rulebook/parameter_file.h"
#include "rulebook/parameter_names.h"
#include "rulebook/registry_file.h"
#include "rulebook/specification_file.h"
#include "rulebook/vendor_table.h"

namespace qcdr::rulebook {
namespace {

// "parameters/a/b.yaml" with prefix "parameters/" and suffix ".yaml" is "a/b".
bool match_path(std::string_view path, std::string_view prefix, std::string_view suffix,
                std::string_view* middle) {
  if (!path.starts_with(prefix) || !path.ends_with(suffix)) return false;
  if (path.size() <= prefix.size() + suffix.size()) return false;
  *middle = path.substr(prefix.size(), path.size() - prefix.size() - suffix.size());
  return true;
}

bool parse_year(std::string_view text, PerformanceYear* year) {
  int value = 0;
  const char* end = text.data() + text.size();
  const std::from_chars_result parsed = std::from_chars(text.data(), end, value);
  *year = PerformanceYear(value);
  return text.size() == 4 && parsed.ec == std::errc() && parsed.ptr == end;
}

}  // namespace

// One pass over the files; collects what they say and puts it together at the end.
class Loader {
 public:
  explicit Loader(std::string_view registry) : wanted_registry_(registry) {}

  Result<std::unique_ptr<Rulebook>> load(std::span<const SourceFile> files) {
    std::vector<SourceFile> sorted(files.begin(), files.end());
    std::sort(sorted.begin(), sorted.end(),
              [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
    Sha256 hash;
    for (const SourceFile& file : sorted) {
      update_with_file(file, &hash);
      QCDR_RETURN_IF_ERROR(read(file));
    }
    auto rulebook = std::make_unique<LoadedRulebook>();
    QCDR_RETURN_IF_ERROR(choose_registry());
    hash.update(registry_.name);
    rulebook->digest_ = hash.finish();
    QCDR_RETURN_IF_ERROR(choose_calendars());
    QCDR_RETURN_IF_ERROR(assemble(rulebook.get()));
    QCDR_ASSIGN_OR_RETURN(rulebook->folding_number_, check_folding(*rulebook));
    return std::unique_ptr<Rulebook>(std::move(rulebook));
  }

 private:
  template <class Row>
  using ByYear = std::map<PerformanceYear, std::vector<Row>>;

  Status read(const SourceFile& file) {
    std::string_view name;
    if (match_path(file.path, "parameters/", ".yaml", &name)) return read_parameters(file, name);
    if (match_path(file.path, "calendars/", ".yaml", &name)) return read_calendar(file, name);
    if (match_path(file.path, "benchmarks/", ".csv", &name)) return read_benchmarks(file, name);
    if (match_path(file.path, "specifications/", ".yaml", &name)) {
      return read_specification(file, name);
    }
    if (file.path == kMeasureAliasesPath) {
      folded_.add_always(file);
      QCDR_ASSIGN_OR_RETURN(aliases_, parse_measure_aliases(file.path, file.bytes));
      return Status::ok();
    }
    if (file.path == kRegistriesPath) {
      folded_.add_always(file);
      QCDR_ASSIGN_OR_RETURN(registries_, parse_registry_file(file.path, file.bytes));
      return Status::ok();
    }
    if (file.path == "folding.yaml") {
      QCDR_ASSIGN_OR_RETURN(folding_, parse_folding_file(file.path, file.bytes));
      return Status::ok();
    }
    bool known = false;
    QCDR_RETURN_IF_ERROR(read_table(file, &known));
    return known ? Status::ok() : no_place(file);
  }

  // The tables that are one file of a year; *known: the path is that of one.
  Status read_table(const SourceFile& file, bool* known) {
    std::string_view name;
    PerformanceYear year;
    const auto is = [&](std::string_view folder) {
      *known = match_path(file.path, folder, ".csv", &name) && parse_year(name, &year);
      return *known;
    };
    if (is("measures/")) {
      folded_.add(file, year);
      QCDR_ASSIGN_OR_RETURN(measures_[year], parse_measure_table(file.path, file.bytes));
    } else if (is("vendors/")) {
      folded_.add(file, year);
      QCDR_ASSIGN_OR_RETURN(vendors_[year], parse_vendor_table(file.path, file.bytes));
    } else if (is("activities/")) {
      folded_.add(file, year);
      QCDR_ASSIGN_OR_RETURN(activities_[year], parse_activity_table(file.path, file.bytes));
    } else if (is("interoperability/")) {
      QCDR_ASSIGN_OR_RETURN(interoperability_[year],
                            parse_interoperability_table(file.path, file.bytes));
    } else if (is("cost/")) {
      QCDR_ASSIGN_OR_RETURN(cost_measures_[year], parse_cost_table(file.path, file.bytes));
    } else if (is("clusters/")) {
      QCDR_ASSIGN_OR_RETURN(clusters_[year], parse_cluster_table(file.path, file.bytes));
    } else if (is("pathways/")) {
      QCDR_ASSIGN_OR_RETURN(pathways_[year], parse_pathway_table(file.path, file.bytes));
    }
    return Status::ok();
  }

  static Status no_place(const SourceFile& file) {
    return error_at(file.path, 1, "no place for a file of this path in a rulebook");
  }

  // The number of what folds count by, and proof that it was raised when that changed.
  Result<std::uint32_t> check_folding(const LoadedRulebook& rulebook) {
    if (!folding_) return std::uint32_t{0};
    std::set<PerformanceYear> years;
    for (const auto& entry : rulebook.years_) {
      if (!entry.second.specifications().empty()) years.insert(entry.first);
    }
    const std::string actual = hex(view(folded_.finish(years, *parameters_)));
    if (actual == folding_->sha256) return registry_.generations_from + folding_->number;
    return error_at("folding.yaml", folding_->line,
                    fmt::format("what folds count by has changed: raise the number, and write "
                                "sha256 {}",
                                actual));
  }

  Status read_parameters(const SourceFile& file, std::string_view name) {
    QCDR_ASSIGN_OR_RETURN(std::vector<DatedParameter> parameters,
                          parse_parameter_file(file.path, name, file.bytes));
    for (DatedParameter& dated : parameters) {
      const std::string key = dated.parameter.name;
      const auto origin = origins_.emplace(key, Origin{std::string(file.path), dated.line}).first;
      ParameterMap& of_year = (*parameters_)[dated.year];
      if (origin->second.path != file.path ||
          !of_year.emplace(key, std::move(dated.parameter)).second) {
        return error_at(file.path, dated.line,
                        fmt::format("parameter {} exists already, in {}:{}", key,
                                    origin->second.path, origin->second.line));
      }
    }
    return Status::ok();
  }

  Status read_calendar(const SourceFile& file, std::string_view name) {
    QCDR_ASSIGN_OR_RETURN(Calendar calendar, parse_calendar(file.path, file.bytes));
    if (calendar.name != name) {
      return error_at(file.path, calendar.name_line, "name and path differ");
    }
    folded_.add(file, calendar.year);
    all_calendars_.emplace(calendar.name, std::move(calendar));
    return Status::ok();
  }

  // The one that is named, or the first; without registries.yaml one without a name.
  Status choose_registry() {
    if (registries_.empty() && wanted_registry_.empty()) return Status::ok();
    for (const Registry& registry : registries_) {
      if (!wanted_registry_.empty() && registry.name != wanted_registry_) continue;
      registry_ = registry;
      return Status::ok();
    }
    return Status(ErrorCode::kNotFound,
                  fmt::format("{} has no registry \"{}\"", kRegistriesPath, wanted_registry_));
  }

  // Rules that a calendar takes of another, of every registry; and those of the one that is served.
  Status choose_calendars() {
    for (auto& [name, calendar] : all_calendars_) {
      const std::string registry = calendar.registry();
      const bool known =
          std::any_of(registries_.begin(), registries_.end(),
                      [&registry](const Registry& each) { return each.name == registry; });
      if (!known) {
        return error_at(calendar.path, calendar.name_line,
                        fmt::format("a calendar is named \"<registry>-{}\", and the registry is "
                                    "in {}",
                                    calendar.year.value(), kRegistriesPath));
      }
      if (!calendar.rules_of.empty()) {
        const auto base = all_calendars_.find(calendar.rules_of);
        if (base == all_calendars_.end()) {
          return error_at(calendar.path, calendar.rules_of_line,
                          fmt::format("there is no calendar \"{}\"", calendar.rules_of));
        }
        QCDR_RETURN_IF_ERROR(take_rules(base->second, &calendar));
      }
    }
    for (const auto& [name, calendar] : all_calendars_) {
      if (calendar.registry() == registry_.name) calendars_.emplace(calendar.year, calendar);
    }
    return Status::ok();
  }

  // "2022" is what CMS published first, "2022/2023-08-10" what it published on that day.
  Status read_benchmarks(const SourceFile& file, std::string_view name) {
    PerformanceYear year;
    const std::string_view published = name.size() > 5 ? name.substr(5) : std::string_view();
    const bool dated = !published.empty() && name[4] == '/';
    if (!parse_year(name.substr(0, 4), &year) || (name.size() != 4 && !dated)) {
      return no_place(file);
    }
    if (dated && !LocalDate::parse(published).is_ok()) {
      return error_at(file.path, 1,
                      fmt::format("\"{}\" is not the date of a publication", published));
    }
    BenchmarkVersion version;
    version.name = name;
    version.published = published;
    QCDR_ASSIGN_OR_RETURN(version.benchmarks, parse_benchmark_table(file.path, file.bytes));
    benchmarks_[year].push_back(std::move(version));
    return Status::ok();
  }

  Status read_specification(const SourceFile& file, std::string_view name) {
    QCDR_ASSIGN_OR_RETURN(std::vector<DatedSpecification> dated,
                          parse_specification(file.path, file.bytes));
    folded_.add_always(file);
    for (DatedSpecification& each : dated) {
      if (each.specification.measure_id != name) {
        return error_at(file.path, 1, "measure and path differ");
      }
      specifications_[each.year].push_back({std::string(file.path), std::move(each.specification)});
    }
    return Status::ok();
  }

  // A year can be scored when a score can be compared with its threshold. Whatever else there is of
  // a year makes it one, too: `rulebook check` says what it lacks.
  std::set<PerformanceYear> all_years() const {
    std::set<PerformanceYear> years;
    for (const auto& entry : *parameters_) {
      if (entry.second.count(std::string(names::kThreshold)) != 0) years.insert(entry.first);
    }
    const auto add = [&years](const auto& by_year) {
      for (const auto& entry : by_year) years.insert(entry.first);
    };
    add(measures_);
    add(calendars_);
    add(activities_);
    add(interoperability_);
    add(cost_measures_);
    return years;
  }

  Status assemble(LoadedRulebook* rulebook) {
    QCDR_RETURN_IF_ERROR(refuse_orphans());
    rulebook->registries_ = registries_;
    rulebook->registry_ = registry_;
    for (const PerformanceYear year : all_years()) {
      LoadedYear& loaded = rulebook->years_.try_emplace(year, year, parameters_).first->second;
      loaded.measures_ = std::move(measures_[year]);
      loaded.benchmark_versions_ = std::move(benchmarks_[year]);
      loaded.calendar_ = std::move(calendars_[year]);
      loaded.registry_ = registry_;
      loaded.activities_ = std::move(activities_[year]);
      loaded.interoperability_ = std::move(interoperability_[year]);
      loaded.cost_measures_ = std::move(cost_measures_[year]);
      loaded.clusters_ = std::move(clusters_[year]);
      loaded.pathways_ = std::move(pathways_[year]);
      QCDR_RETURN_IF_ERROR(add_vendors(year, &loaded));
      QCDR_RETURN_IF_ERROR(add_specifications(year, &loaded));
      for (const DatedAlias& each : aliases_) {
        if (each.years.contains(year.value())) loaded.aliases_.push_back(each.alias);
      }
    }
    return Status::ok();
  }

  Status add_vendors(PerformanceYear year, LoadedYear* loaded) {
    for (VendorRow& row : vendors_[year]) {
      const Measure* measure = loaded->find_measure(row.measure_id);
      if (measure == nullptr) {
        return Status(ErrorCode::kInvalidArgument,
                      fmt::format("vendors/{}.csv: measure {} is not in measures/{}.csv",
                                  year.value(), row.measure_id, year.value()));
      }
      const auto place = static_cast<std::size_t>(measure - loaded->measures_.data());
      loaded->measures_[place].allowed_vendors = std::move(row.vendors);
    }
    return Status::ok();
  }

  // Of a measure that the registry may not send nothing is counted.
  Status add_specifications(PerformanceYear year, LoadedYear* loaded) {
    for (auto& [path, specification] : specifications_[year]) {
      const Measure* measure = loaded->find_measure(specification.measure_id);
      if (measure == nullptr) {
        return error_at(path, 1,
                        fmt::format("measure {} is not in measures/{}.csv",
                                    specification.measure_id, year.value()));
      }
      const std::vector<std::string>& strata = measure->strata;
      if (!specification.stratum.empty() &&
          std::find(strata.begin(), strata.end(), specification.stratum) == strata.end()) {
        return error_at(path, 1,
                        fmt::format("measure {} has no stratum {} in {}", specification.measure_id,
                                    specification.stratum, year.value()));
      }
      if (!measure->may_be_sent_by(registry_)) continue;
      specification.index =
          MeasureIndex(static_cast<std::uint16_t>(measure - loaded->measures_.data()));
      loaded->specifications_.push_back(std::move(specification));
    }
    return Status::ok();
  }

  // Benchmarks, clusters, pathways and specifications of a year that has no measures would be
  // ignored.
  Status refuse_orphans() const {
    const auto refuse = [this](const auto& by_year, std::string_view what) {
      for (const auto& entry : by_year) {
        if (measures_.count(entry.first) == 0) {
          return Status(ErrorCode::kInvalidArgument,
                        fmt::format("{} of {}, but no measures/{}.csv", what, entry.first.value(),
                                    entry.first.value()));
        }
      }
      return Status::ok();
    };
    QCDR_RETURN_IF_ERROR(refuse(benchmarks_, "benchmarks"));
    QCDR_RETURN_IF_ERROR(refuse(clusters_, "clusters"));
    QCDR_RETURN_IF_ERROR(refuse(pathways_, "pathways"));
    QCDR_RETURN_IF_ERROR(refuse(vendors_, "vendors"));
    return refuse(specifications_, "specifications");
  }

  // Where a parameter was read first.
  struct Origin {
    std::string path;
    int line = 0;
  };

  std::shared_ptr<ParametersByYear> parameters_ = std::make_shared<ParametersByYear>();
  std::map<std::string, Origin> origins_;
  std::optional<FoldingFile> folding_;
  FoldingDigest folded_;
  ByYear<Measure> measures_;
  ByYear<BenchmarkVersion> benchmarks_;  // in order of publication, as of paths
  std::map<std::string, Calendar, std::less<>> all_calendars_;  // of every registry
  std::map<PerformanceYear, Calendar> calendars_;               // of the one that is served
  std::vector<Registry> registries_;
  const std::string wanted_registry_;
  Registry registry_;
  ByYear<Activity> activities_;
  ByYear<InteroperabilityMeasure> interoperability_;
  ByYear<CostMeasure> cost_measures_;
  ByYear<MeasureCluster> clusters_;
  ByYear<Pathway> pathways_;
  ByYear<VendorRow> vendors_;
  std::vector<DatedAlias> aliases_;
  ByYear<std::pair<std::string, MeasureSpecification>> specifications_;
};

Result<std::unique_ptr<Rulebook>> load_rulebook(std::span<const SourceFile> files,
                                                std::string_view registry) {
  return Loader(registry).load(files);
}

}  // namespace qcdr::rulebook
