#include "rulebook/import.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "rulebook/category_tables.h"
#include "rulebook/import_row.h"
#include "rulebook/measure_table.h"
#include "rulebook/vendor_table.h"

namespace qcdr::rulebook {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kMedicalHome = "IA_PCMH";
constexpr std::string_view kTraditional = "mips";  // the program beside the pathways

constexpr std::array<std::pair<std::string_view, MeasureType>, 8> kCmsTypes = {{
    {"process", MeasureType::kProcess},
    {"outcome", MeasureType::kOutcome},
    {"intermediateOutcome", MeasureType::kIntermediateOutcome},
    // A composite of 2017 and 2018: part of it is an outcome.
    {"intermediateOutcomeAndProcess", MeasureType::kIntermediateOutcome},
    {"patientReportedOutcome", MeasureType::kPatientReportedOutcome},
    {"efficiency", MeasureType::kEfficiency},
    {"patientEngagementExperience", MeasureType::kPatientEngagement},
    {"structure", MeasureType::kStructure},
}};

MeasureType read_type(ImportRow* row) {
  const std::string word = row->text("measureType");
  for (const auto& type : kCmsTypes) {
    if (type.first == word) return type.second;
  }
  row->note(fmt::format("\"{}\" is not a known measureType", word));
  return MeasureType::kOther;
}

// Names of strata in CMS's order. Strata without names are those of a measure with a single rate:
// nothing is reported by them.
std::vector<std::string> read_strata(ImportRow* row) {
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

bool contains(const std::vector<std::string>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// The collection types that a change concerns. Years before 2020 say only whether it does.
std::vector<std::string> concerned(ImportRow* row, const char* list, const char* flag) {
  if (row->find(list) == nullptr && row->optional_flag(flag)) {
    return row->optional_texts("submissionMethods");
  }
  return row->optional_texts(list);
}

Measure read_measure(ImportRow* row) {
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
  measure.suppressed_for = concerned(row, "clinicalGuidelineChanged", "isClinicalGuidelineChanged");
  measure.truncated_for = concerned(row, "icdImpacted", "isIcdImpacted");
  measure.uncapped_for = row->optional_texts("sevenPointCapRemoved");
  const std::vector<std::string> programs = row->optional_texts("allowedPrograms");
  measure.pathways_only = !programs.empty() && !contains(programs, kTraditional);
  return measure;
}

// CMS never gives the medical home a weight: it is worth the whole category. From 2025 on no
// activity has one, and each counts the same.
ActivityWeight read_weight(ImportRow* row) {
  if (row->find("weight") == nullptr) {
    return row->id() == kMedicalHome ? ActivityWeight::kFull : ActivityWeight::kCounted;
  }
  const std::string word = row->text("weight");
  if (word == "high") return ActivityWeight::kHigh;
  if (word != "medium") row->note(fmt::format("\"{}\" is not a known weight", word));
  return ActivityWeight::kMedium;
}

// Weights of some activities and none of others would be a hole in the file.
Status check_weights(const std::vector<Activity>& activities) {
  const Activity* weighed = nullptr;
  const Activity* counted = nullptr;
  for (const Activity& activity : activities) {
    if (activity.weight == ActivityWeight::kFull) continue;
    (activity.weight == ActivityWeight::kCounted ? counted : weighed) = &activity;
  }
  if (weighed == nullptr || counted == nullptr) return Status::ok();
  return Status(ErrorCode::kInvalidArgument,
                fmt::format("activity {} has a weight and {} has none", weighed->id, counted->id));
}

Activity read_activity(ImportRow* row) {
  Activity activity;
  activity.id = row->id();
  activity.title = row->text("title");
  activity.weight = read_weight(row);
  if (row->find("subcategoryId") != nullptr) activity.subcategory = row->text("subcategoryId");
  return activity;
}

}  // namespace

Result<std::string> import_measures(std::string_view json, PerformanceYear year) {
  Json list;
  QCDR_RETURN_IF_ERROR(parse_json_array(json, &list));
  std::vector<Measure> measures;
  for (const Json& item : list) {
    ImportRow row(item);
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
  QCDR_RETURN_IF_ERROR(parse_json_array(json, &list));
  std::vector<Activity> activities;
  for (const Json& item : list) {
    ImportRow row(item);
    if (row.text("category") != "ia" && row.is_ok()) continue;
    activities.push_back(read_activity(&row));
    if (!row.is_ok()) return row.status();
  }
  QCDR_RETURN_IF_ERROR(check_weights(activities));
  std::sort(activities.begin(), activities.end(),
            [](const Activity& a, const Activity& b) { return a.id < b.id; });
  const std::string table =
      source_comment(json, fmt::format("Improvement activities of {}", year.value()),
                     fmt::format("measures/{}/measures-data.json", year.value())) +
      write_activity_table(activities);
  QCDR_RETURN_IF_ERROR(parse_activity_table("imported", table).status());
  return table;
}

Result<std::string> import_vendors(std::string_view json, PerformanceYear year) {
  Json list;
  QCDR_RETURN_IF_ERROR(parse_json_array(json, &list));
  std::vector<VendorRow> rows;
  for (const Json& item : list) {
    ImportRow row(item);
    if (row.text("category") != "quality" && row.is_ok()) continue;
    VendorRow read{row.id(), row.optional_texts("allowedVendors")};
    if (!row.is_ok()) return row.status();
    if (!read.vendors.empty()) rows.push_back(std::move(read));
  }
  std::sort(rows.begin(), rows.end(),
            [](const VendorRow& a, const VendorRow& b) { return a.measure_id < b.measure_id; });
  const std::string table =
      source_comment(json, fmt::format("Vendors that may report a measure of {}", year.value()),
                     fmt::format("measures/{}/measures-data.json", year.value())) +
      write_vendor_table(rows);
  QCDR_RETURN_IF_ERROR(parse_vendor_table("imported", table).status());
  return table;
}

Result<std::string> import_pathways(std::string_view json, std::string_view pathway,
                                    PerformanceYear year) {
  Json list;
  QCDR_RETURN_IF_ERROR(parse_json_array(json, &list));
  std::vector<Pathway> pathways;
  for (const Json& item : list) {
    ImportRow row(item, "mvpId");
    if (row.is_ok() && row.id() != pathway) continue;
    Pathway read;
    read.id = row.id();
    read.title = row.text("title");
    read.quality = row.optional_texts("qualityMeasureIds");
    read.population_health = row.optional_texts("foundationQualityMeasureIds");
    read.activities = row.optional_texts("iaMeasureIds");
    read.cost = row.optional_texts("costMeasureIds");
    if (!row.is_ok()) return row.status();
    pathways.push_back(std::move(read));
  }
  if (pathways.empty()) {
    return Status(ErrorCode::kNotFound, fmt::format("the file has no pathway {}", pathway));
  }
  const std::string table =
      source_comment(json, fmt::format("MIPS value pathways of {}", year.value()),
                     fmt::format("mvp/{}", year.value())) +
      write_pathway_table(pathways);
  QCDR_RETURN_IF_ERROR(parse_pathway_table("imported", table).status());
  return table;
}

}  // namespace qcdr::rulebook
