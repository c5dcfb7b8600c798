#include "rulebook/import.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>
#include <vector>

#include "rulebook/benchmark_table.h"
#include "rulebook/category_tables.h"
#include "rulebook/measure_table.h"

namespace qcdr::rulebook {
namespace {

using Json = nlohmann::json;

// From this year on a list of ten begins with decile 1; before it, with decile 2.
constexpr int kTenMeansDecileOne = 2022;

constexpr std::array<std::pair<std::string_view, MeasureType>, 7> kCmsTypes = {{
    {"process", MeasureType::kProcess},
    {"outcome", MeasureType::kOutcome},
    {"intermediateOutcome", MeasureType::kIntermediateOutcome},
    {"patientReportedOutcome", MeasureType::kPatientReportedOutcome},
    {"efficiency", MeasureType::kEfficiency},
    {"patientEngagementExperience", MeasureType::kPatientEngagement},
    {"structure", MeasureType::kStructure},
}};

Status refused(std::string_view measure, std::string_view what) {
  return Status(ErrorCode::kInvalidArgument, fmt::format("measure {}: {}", measure, what));
}

Status parse_array(std::string_view text, Json* json) {
  *json = Json::parse(text, nullptr, false);
  if (json->is_discarded()) return Status(ErrorCode::kInvalidArgument, "the file is not JSON");
  if (!json->is_array()) return Status(ErrorCode::kInvalidArgument, "the file is not a JSON array");
  return Status::ok();
}

// Reads fields of one object; keeps what was wrong first.
class Row {
 public:
  explicit Row(const Json& json) : json_(json) {
    if (!json.is_object()) note("an object is expected");
    id_ = text("measureId");
  }
  const std::string& id() const { return id_; }
  bool is_ok() const { return problem_.empty(); }
  Status status() const { return refused(id_.empty() ? "?" : id_, problem_); }
  void note(std::string_view problem) {
    if (problem_.empty()) problem_ = problem;
  }

  const Json* find(const char* key) const {
    if (!json_.is_object()) return nullptr;
    const auto found = json_.find(key);
    return found == json_.end() || found->is_null() ? nullptr : &*found;
  }
  std::string text(const char* key) {
    const Json* value = find(key);
    if (value != nullptr && value->is_string()) return value->get<std::string>();
    note(fmt::format("\"{}\" is not a text", key));
    return {};
  }
  bool flag(const char* key) {
    const Json* value = find(key);
    if (value != nullptr && value->is_boolean()) return value->get<bool>();
    note(fmt::format("\"{}\" is not true or false", key));
    return false;
  }
  int year(const char* key) {
    const Json* value = find(key);
    if (value != nullptr && value->is_number_integer()) {
      const auto number = value->get<std::int64_t>();
      if (number >= 2000 && number <= 2099) return static_cast<int>(number);
    }
    note(fmt::format("\"{}\" is not a year", key));
    return 0;
  }
  std::vector<std::string> optional_texts(const char* key) {
    std::vector<std::string> texts;
    const Json* list = find(key);
    if (list == nullptr) return texts;
    if (!list->is_array()) note(fmt::format("\"{}\" is not a list", key));
    for (const Json& item : *list) {
      if (item.is_string()) texts.push_back(item.get<std::string>());
      if (!item.is_string()) note(fmt::format("\"{}\" is not a list of texts", key));
    }
    std::sort(texts.begin(), texts.end());
    return texts;
  }

 private:
  const Json& json_;
  std::string id_;
  std::string problem_;
};

MeasureType read_type(Row* row) {
  const std::string word = row->text("measureType");
  for (const auto& type : kCmsTypes) {
    if (type.first == word) return type.second;
  }
  row->note(fmt::format("\"{}\" is not a known measureType", word));
  return MeasureType::kOther;
}

// Names of strata in CMS's order; a stratum without a name is the only one and needs none.
std::vector<std::string> read_strata(Row* row) {
  std::vector<std::string> names;
  const Json* strata = row->find("strata");
  if (strata == nullptr) return names;
  if (!strata->is_array()) row->note("\"strata\" is not a list");
  for (const Json& stratum : *strata) {
    if (!stratum.is_object()) {
      row->note("a stratum is not an object");
      continue;
    }
    const auto name = stratum.find("name");
    if (name != stratum.end() && name->is_string()) names.push_back(name->get<std::string>());
  }
  return names;
}

Measure read_measure(Row* row) {
  Measure measure;
  measure.id = row->id();
  measure.title = row->text("title");
  measure.type = read_type(row);
  measure.outcome = is_outcome(measure.type);
  measure.high_priority = row->flag("isHighPriority");
  measure.inverse = row->flag("isInverse");
  measure.registry_measure = row->flag("isRegistryMeasure");
  measure.metric_type = row->text("metricType");
  measure.first_performance_year = row->year("firstPerformanceYear");
  measure.collection_types = row->optional_texts("submissionMethods");
  measure.strata = read_strata(row);
  if (row->find("overallAlgorithm") != nullptr) {
    measure.overall_algorithm = row->text("overallAlgorithm");
  }
  measure.suppressed_for = row->optional_texts("clinicalGuidelineChanged");
  measure.truncated_for = row->optional_texts("icdImpacted");
  return measure;
}

// CMS gives the medical home no weight: it is worth the whole category.
ActivityWeight read_weight(Row* row) {
  if (row->find("weight") == nullptr) return ActivityWeight::kFull;
  const std::string word = row->text("weight");
  if (word == "high") return ActivityWeight::kHigh;
  if (word != "medium") row->note(fmt::format("\"{}\" is not a known weight", word));
  return ActivityWeight::kMedium;
}

Activity read_activity(Row* row) {
  Activity activity;
  activity.id = row->id();
  activity.title = row->text("title");
  activity.weight = read_weight(row);
  if (row->find("subcategoryId") != nullptr) activity.subcategory = row->text("subcategoryId");
  return activity;
}

void read_deciles(Row* row, PerformanceYear year, Benchmark* benchmark) {
  const Json* deciles = row->find("deciles");
  if (deciles == nullptr || !deciles->is_array()) return row->note("\"deciles\" is not a list");
  const std::size_t count = deciles->size();
  if (count != 9 && (count != 10 || year.value() < kTenMeansDecileOne)) {
    return row->note(fmt::format("{} deciles in {} are not understood", count, year.value()));
  }
  benchmark->first_decile = kLastDecile + 1 - static_cast<int>(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Json& bound = (*deciles)[i];
    // dump() gives the shortest text that reads back as the same number: the digits of the file.
    const Result<Decimal> parsed = Decimal::parse(bound.is_number() ? bound.dump() : "");
    if (!parsed.is_ok()) return row->note("a bound is not a decimal number");
    benchmark->bounds[static_cast<std::size_t>(benchmark->first_decile) + i] = parsed.value();
  }
}

Benchmark read_benchmark(Row* row, PerformanceYear year) {
  Benchmark benchmark;
  benchmark.measure_id = row->id();
  benchmark.collection_type = row->text("submissionMethod");
  benchmark.benchmark_year = row->year("benchmarkYear");
  if (row->year("performanceYear") != year.value()) row->note("the row is of another year");
  benchmark.topped_out = row->flag("isToppedOut");
  benchmark.seven_point_cap = row->flag("isToppedOutByProgram");
  read_deciles(row, year, &benchmark);
  return benchmark;
}

std::string source_comment(std::string_view json, std::string_view what, std::string_view file) {
  return fmt::format(
      "# {}. Written by `qcdr rulebook import`; do not edit.\n"
      "# Source: repository CMSgov/qpp-measures-data, {}\n"
      "# SHA-256 of the imported file: {}\n",
      what, file, hex(view(sha256(json))));
}

}  // namespace

Result<std::string> import_measures(std::string_view json, PerformanceYear year) {
  Json list;
  QCDR_RETURN_IF_ERROR(parse_array(json, &list));
  std::vector<Measure> measures;
  for (const Json& item : list) {
    Row row(item);
    if (row.text("category") != "quality" && row.is_ok()) continue;
    measures.push_back(read_measure(&row));
    if (!row.is_ok()) return row.status();
  }
  std::sort(measures.begin(), measures.end(),
            [](const Measure& a, const Measure& b) { return a.id < b.id; });
  const std::string table =
      source_comment(json, fmt::format("Quality measures of {}", year.value()),
                     fmt::format("measures/{}/measures-data.json", year.value())) +
      write_measure_table(measures);
  // What the importer writes, the loader must read: repeated ids and empty fields end here.
  QCDR_RETURN_IF_ERROR(parse_measure_table("imported", table).status());
  return table;
}

Result<std::string> import_activities(std::string_view json, PerformanceYear year) {
  Json list;
  QCDR_RETURN_IF_ERROR(parse_array(json, &list));
  std::vector<Activity> activities;
  for (const Json& item : list) {
    Row row(item);
    if (row.text("category") != "ia" && row.is_ok()) continue;
    activities.push_back(read_activity(&row));
    if (!row.is_ok()) return row.status();
  }
  std::sort(activities.begin(), activities.end(),
            [](const Activity& a, const Activity& b) { return a.id < b.id; });
  const std::string table =
      source_comment(json, fmt::format("Improvement activities of {}", year.value()),
                     fmt::format("measures/{}/measures-data.json", year.value())) +
      write_activity_table(activities);
  QCDR_RETURN_IF_ERROR(parse_activity_table("imported", table).status());
  return table;
}

Result<std::string> import_benchmarks(std::string_view json, PerformanceYear year) {
  Json list;
  QCDR_RETURN_IF_ERROR(parse_array(json, &list));
  std::vector<Benchmark> benchmarks;
  for (const Json& item : list) {
    Row row(item);
    benchmarks.push_back(read_benchmark(&row, year));
    if (!row.is_ok()) return row.status();
  }
  std::sort(benchmarks.begin(), benchmarks.end(), [](const Benchmark& a, const Benchmark& b) {
    return std::tie(a.measure_id, a.collection_type) < std::tie(b.measure_id, b.collection_type);
  });
  const std::string table = source_comment(json, fmt::format("Benchmarks of {}", year.value()),
                                           fmt::format("benchmarks/{}.json", year.value())) +
                            write_benchmark_table(benchmarks);
  QCDR_RETURN_IF_ERROR(parse_benchmark_table("imported", table).status());
  return table;
}

}  // namespace qcdr::rulebook
