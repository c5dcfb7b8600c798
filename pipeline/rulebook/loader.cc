#include "rulebook/loader.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "rulebook/benchmark_table.h"
#include "rulebook/calendar_file.h"
#include "rulebook/category_tables.h"
#include "rulebook/document.h"
#include "rulebook/folding_file.h"
#include "rulebook/loaded_rulebook.h"
#include "rulebook/measure_table.h"
#include "rulebook/parameter_file.h"
#include "rulebook/specification_file.h"

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

void add_file(const SourceFile& file, Sha256* hash) {
  const std::string length = std::to_string(file.bytes.size());
  for (const std::string_view part :
       {file.path, std::string_view("\0", 1), std::string_view(length), std::string_view("\0", 1),
        file.bytes}) {
    hash->update(part);
  }
}

// Verdicts, timeliness and counts of a state rest on these; on the others only what is said of it.
bool is_folded_by(std::string_view path) {
  constexpr std::string_view kFolders[] = {
      "activities/",          "calendars/",     "measures/", "parameters/activities/",
      "parameters/registry/", "specifications/"};
  return std::any_of(std::begin(kFolders), std::end(kFolders),
                     [path](std::string_view folder) { return path.starts_with(folder); });
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
  Result<std::unique_ptr<Rulebook>> load(std::span<const SourceFile> files) {
    std::vector<SourceFile> sorted(files.begin(), files.end());
    std::sort(sorted.begin(), sorted.end(),
              [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
    Sha256 hash;
    for (const SourceFile& file : sorted) {
      add_file(file, &hash);
      if (is_folded_by(file.path)) add_file(file, &folding_hash_);
      QCDR_RETURN_IF_ERROR(read(file));
    }
    auto rulebook = std::make_unique<LoadedRulebook>();
    rulebook->digest_ = hash.finish();
    QCDR_RETURN_IF_ERROR(assemble(rulebook.get()));
    QCDR_ASSIGN_OR_RETURN(rulebook->folding_number_, check_folding());
    return std::unique_ptr<Rulebook>(std::move(rulebook));
  }

 private:
  Status read(const SourceFile& file) {
    std::string_view name;
    PerformanceYear year;
    if (match_path(file.path, "parameters/", ".yaml", &name)) return read_parameters(file, name);
    if (match_path(file.path, "calendars/", ".yaml", &name)) return read_calendar(file, name);
    if (match_path(file.path, "measures/", ".csv", &name) && parse_year(name, &year)) {
      QCDR_ASSIGN_OR_RETURN(measures_[year], parse_measure_table(file.path, file.bytes));
      return Status::ok();
    }
    if (match_path(file.path, "benchmarks/", ".csv", &name) && parse_year(name, &year)) {
      QCDR_ASSIGN_OR_RETURN(benchmarks_[year], parse_benchmark_table(file.path, file.bytes));
      return Status::ok();
    }
    if (match_path(file.path, "activities/", ".csv", &name) && parse_year(name, &year)) {
      QCDR_ASSIGN_OR_RETURN(activities_[year], parse_activity_table(file.path, file.bytes));
      return Status::ok();
    }
    if (match_path(file.path, "interoperability/", ".csv", &name) && parse_year(name, &year)) {
      QCDR_ASSIGN_OR_RETURN(interoperability_[year],
                            parse_interoperability_table(file.path, file.bytes));
      return Status::ok();
    }
    if (match_path(file.path, "cost/", ".csv", &name) && parse_year(name, &year)) {
      QCDR_ASSIGN_OR_RETURN(cost_measures_[year], parse_cost_table(file.path, file.bytes));
      return Status::ok();
    }
    if (match_path(file.path, "clusters/", ".csv", &name) && parse_year(name, &year)) {
      QCDR_ASSIGN_OR_RETURN(clusters_[year], parse_cluster_table(file.path, file.bytes));
      return Status::ok();
    }
    if (match_path(file.path, "specifications/", ".yaml", &name) && name.size() > 5 &&
        name[4] == '/' && parse_year(name.substr(0, 4), &year)) {
      return read_specification(file, year, name.substr(5));
    }
    if (file.path == "folding.yaml") {
      QCDR_ASSIGN_OR_RETURN(folding_, parse_folding_file(file.path, file.bytes));
      return Status::ok();
    }
    return error_at(file.path, 1, "no place for a file of this path in a rulebook");
  }

  // The number of what folds count by, and proof that it was raised when that changed.
  Result<std::uint32_t> check_folding() {
    if (!folding_) return std::uint32_t{0};
    const std::string actual = hex(view(folding_hash_.finish()));
    if (actual == folding_->sha256) return folding_->number;
    return error_at("folding.yaml", folding_->line,
                    fmt::format("what folds count by has changed: raise the number, and write "
                                "sha256 {}",
                                actual));
  }

  Status read_parameters(const SourceFile& file, std::string_view name) {
    QCDR_ASSIGN_OR_RETURN(std::vector<DatedParameter> parameters,
                          parse_parameter_file(file.path, name, file.bytes));
    for (DatedParameter& dated : parameters) {
      std::string key = dated.parameter.name;
      ParameterMap& of_year = (*parameters_)[dated.year];
      if (!of_year.emplace(key, std::move(dated.parameter)).second) {
        return error_at(file.path, 1, fmt::format("parameter {} exists already", key));
      }
    }
    return Status::ok();
  }

  Status read_calendar(const SourceFile& file, std::string_view name) {
    QCDR_ASSIGN_OR_RETURN(Calendar calendar, parse_calendar(file.path, file.bytes));
    if (calendar.name != name) return error_at(file.path, 1, "name and path differ");
    if (!calendars_.emplace(calendar.year, calendar).second) {
      return error_at(file.path, 1, "a second calendar of the same year");
    }
    return Status::ok();
  }

  Status read_specification(const SourceFile& file, PerformanceYear year, std::string_view name) {
    QCDR_ASSIGN_OR_RETURN(MeasureSpecification specification,
                          parse_specification(file.path, file.bytes));
    if (specification.measure_id != name) return error_at(file.path, 1, "measure and path differ");
    specifications_[year].push_back({std::string(file.path), std::move(specification)});
    return Status::ok();
  }

  Status assemble(LoadedRulebook* rulebook) {
    for (auto& entry : measures_) {
      const PerformanceYear year = entry.first;
      LoadedYear& loaded = rulebook->years_.try_emplace(year, year, parameters_).first->second;
      loaded.measures_ = std::move(entry.second);
      loaded.benchmarks_ = std::move(benchmarks_[year]);
      loaded.calendar_ = std::move(calendars_[year]);
      loaded.activities_ = std::move(activities_[year]);
      loaded.interoperability_ = std::move(interoperability_[year]);
      loaded.cost_measures_ = std::move(cost_measures_[year]);
      loaded.clusters_ = std::move(clusters_[year]);
      for (auto& read_one : specifications_[year]) {
        MeasureSpecification& specification = read_one.second;
        const Measure* measure = loaded.find_measure(specification.measure_id);
        if (measure == nullptr) {
          return error_at(read_one.first, 1,
                          fmt::format("measure {} is not in measures/{}.csv",
                                      specification.measure_id, year.value()));
        }
        specification.index =
            MeasureIndex(static_cast<std::uint16_t>(measure - loaded.measures_.data()));
        loaded.specifications_.push_back(std::move(specification));
      }
    }
    return refuse_orphans(*rulebook);
  }

  // Benchmarks, calendars and specifications of a year that has no measures would be ignored.
  Status refuse_orphans(const LoadedRulebook& rulebook) const {
    const auto refuse = [&rulebook](const auto& by_year, std::string_view what) {
      for (const auto& entry : by_year) {
        if (rulebook.find_year(entry.first) == nullptr) {
          return Status(ErrorCode::kInvalidArgument,
                        fmt::format("{} of {}, but no measures/{}.csv", what, entry.first.value(),
                                    entry.first.value()));
        }
      }
      return Status::ok();
    };
    QCDR_RETURN_IF_ERROR(refuse(benchmarks_, "benchmarks"));
    QCDR_RETURN_IF_ERROR(refuse(calendars_, "a calendar"));
    QCDR_RETURN_IF_ERROR(refuse(activities_, "activities"));
    QCDR_RETURN_IF_ERROR(refuse(interoperability_, "promoting interoperability"));
    QCDR_RETURN_IF_ERROR(refuse(cost_measures_, "cost measures"));
    QCDR_RETURN_IF_ERROR(refuse(clusters_, "clusters"));
    return refuse(specifications_, "specifications");
  }

  std::shared_ptr<ParametersByYear> parameters_ = std::make_shared<ParametersByYear>();
  std::optional<FoldingFile> folding_;
  Sha256 folding_hash_;
  std::map<PerformanceYear, std::vector<Measure>> measures_;
  std::map<PerformanceYear, std::vector<Benchmark>> benchmarks_;
  std::map<PerformanceYear, Calendar> calendars_;
  std::map<PerformanceYear, std::vector<Activity>> activities_;
  std::map<PerformanceYear, std::vector<InteroperabilityMeasure>> interoperability_;
  std::map<PerformanceYear, std::vector<CostMeasure>> cost_measures_;
  std::map<PerformanceYear, std::vector<MeasureCluster>> clusters_;
  std::map<PerformanceYear, std::vector<std::pair<std::string, MeasureSpecification>>>
      specifications_;
};

Result<std::unique_ptr<Rulebook>> load_rulebook(std::span<const SourceFile> files) {
  return Loader().load(files);
}

}  // namespace qcdr::rulebook
