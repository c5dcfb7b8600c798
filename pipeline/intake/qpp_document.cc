#include "intake/qpp_document.h"

#include <algorithm>
#include <array>

#include "intake/text.h"

namespace qcdr::intake {
namespace {

constexpr std::size_t kCountDigitsMax = 9;

struct Category {
  std::string_view name;
  v1::RecordKind kind;
};
constexpr std::array<Category, 4> kCategories = {{
    {"quality", v1::RECORD_KIND_MEASURE_RESULT},
    {"ia", v1::RECORD_KIND_ACTIVITY_ATTESTATION},
    {"pi", v1::RECORD_KIND_PROMOTING_INTEROPERABILITY},
    {"aci", v1::RECORD_KIND_PROMOTING_INTEROPERABILITY},  // its name until 2018
}};

struct Method {
  std::string_view name;
  std::string_view collection_type;
};
constexpr std::array<Method, 3> kMethods = {{
    {"registry", "REGISTRY"},
    {"electronicHealthRecord", "EHR"},
    {"claims", "CLAIMS"},
}};
constexpr std::string_view kMethodList = "registry, electronicHealthRecord, claims";
constexpr std::string_view kEntityList = "individual, group";

std::string text_of(const JsonNode* node) {
  return node != nullptr && node->shape == JsonNode::Shape::kScalar ? node->text : std::string();
}

JsonNode named(const JsonNode& node, std::string_view key) {
  JsonNode copy = node;
  copy.key = key;
  return copy;
}

JsonNode scalar(std::string_view key, std::string_view text, const Place& place) {
  JsonNode node;
  node.key = key;
  node.type = JsonType::kString;
  node.text = text;
  node.place = place;
  return node;
}

// The parts of a document that a record is made from.
struct Parts {
  const JsonNode* outer = nullptr;                            // the document itself
  const JsonNode* submission = nullptr;                       // what says whose it is
  std::string pointer;                                        // of what has the sets
  std::vector<std::pair<const JsonNode*, std::string>> sets;  // with their pointers
};

const JsonNode* object_in(const JsonNode* node, std::string_view key) {
  const JsonNode* found = node == nullptr ? nullptr : node->member(key);
  return found != nullptr && found->shape == JsonNode::Shape::kObject ? found : nullptr;
}

Parts parts_of(const JsonNode& document, const std::string& pointer) {
  Parts parts;
  parts.outer = &document;
  if (document.member("category") != nullptr && document.member("measurements") != nullptr) {
    parts.submission = object_in(&document, "submission");
    parts.sets.emplace_back(&document, pointer);
    return parts;
  }
  parts.submission = &document;
  std::string within = pointer;
  if (const JsonNode* data = object_in(&document, "data")) {
    parts.submission = data;
    within += "/data";
  }
  if (const JsonNode* inner = object_in(parts.submission, "submission")) {
    parts.submission = inner;
    within += "/submission";
  }
  const JsonNode* sets = parts.submission->member("measurementSets");
  if (sets == nullptr) return parts;
  for (std::size_t i = 0; i < sets->children.size(); ++i) {
    parts.sets.emplace_back(&sets->children[i], within + "/measurementSets/" + std::to_string(i));
  }
  return parts;
}

// In the set, in the submission or beside it: what is nearest.
const JsonNode* nearest(const Parts& parts, const JsonNode& set, std::string_view key) {
  for (const JsonNode* from : {&set, parts.submission, parts.outer}) {
    const JsonNode* found = from == nullptr ? nullptr : from->member(key);
    if (found != nullptr) return found;
  }
  return nullptr;
}

void copy_member(const JsonNode* from, std::string_view key, JsonNode* record) {
  if (from != nullptr) record->children.push_back(named(*from, key));
}

// Who and when, which all three kinds have. CMS's dates may carry a time behind them.
NodeRecord begin_record(const Parts& parts, const JsonNode& set, const std::string& pointer,
                        const Place& place, std::array<std::string_view, 2> period) {
  constexpr std::size_t kDateBytes = 10;
  NodeRecord record;
  record.pointer = pointer;
  record.node.shape = JsonNode::Shape::kObject;
  record.node.place = place;
  copy_member(nearest(parts, set, "practiceId"), "practiceId", &record.node);
  copy_member(nearest(parts, set, "performanceYear"), "performanceYear", &record.node);
  copy_member(nearest(parts, set, "taxpayerIdentificationNumber"), "tin", &record.node);
  const std::string entity = text_of(nearest(parts, set, "entityType"));
  if (entity != "individual" && entity != "group") {
    record.complaints.push_back(
        {FindingCode::VALUE_NOT_IN_LIST, {"entityType", std::string(kEntityList)}});
  }
  const JsonNode* npi = nearest(parts, set, "nationalProviderIdentifier");
  if (entity == "individual" && text_of(npi).empty()) {
    record.complaints.push_back({FindingCode::FIELD_MISSING, {"nationalProviderIdentifier"}});
  }
  if (entity == "individual") copy_member(npi, "npi", &record.node);
  const std::array<std::string_view, 2> dates = {"performanceStart", "performanceEnd"};
  for (std::size_t i = 0; i < dates.size(); ++i) {
    const JsonNode* date = nearest(parts, set, dates[i]);
    if (date == nullptr) continue;
    JsonNode day = named(*date, period[i]);
    if (day.text.size() > kDateBytes && day.text[kDateBytes] == 'T') day.text.resize(kDateBytes);
    record.node.children.push_back(std::move(day));
  }
  return record;
}

// Exclusions leave the eligible population.
void add_counts(const JsonNode& value, JsonNode* record) {
  const auto number = [&](std::string_view key) {
    return small_number(text_of(value.member(key)), kCountDigitsMax);
  };
  for (const std::string_view key : {"eligiblePopulation", "performanceMet", "performanceNotMet",
                                     "eligiblePopulationException", "stratum"}) {
    const JsonNode* given = value.member(key);
    if (given == nullptr || given->shape != JsonNode::Shape::kScalar || given->text.empty()) {
      continue;
    }
    record->children.push_back(*given);
    const auto excluded = number("eligiblePopulationExclusion");
    const auto eligible = number("eligiblePopulation");
    if (key == "eligiblePopulation" && excluded && eligible && *excluded <= *eligible) {
      record->children.back().text = std::to_string(*eligible - *excluded);
    }
  }
}

NodeRecord measure_record(const Parts& parts, const JsonNode& set, const JsonNode& measurement,
                          const std::string& pointer) {
  NodeRecord record =
      begin_record(parts, set, pointer, measurement.place, {"serviceFrom", "serviceTo"});
  copy_member(measurement.member("measureId"), "measureId", &record.node);
  const JsonNode* method = nearest(parts, set, "submissionMethod");
  const auto known = std::find_if(kMethods.begin(), kMethods.end(),
                                  [&](const Method& each) { return each.name == text_of(method); });
  if (known == kMethods.end()) {
    record.complaints.push_back(
        {FindingCode::VALUE_NOT_IN_LIST, {"submissionMethod", std::string(kMethodList)}});
  } else {
    record.node.children.push_back(scalar("collectionType", known->collection_type, method->place));
  }
  const JsonNode* value = measurement.member("value");
  if (value == nullptr || value->shape != JsonNode::Shape::kObject) {
    record.complaints.push_back({FindingCode::VALUE_FORM, {"value", "an object with counts"}});
    return record;
  }
  const JsonNode* strata = value->member("strata");
  if (strata == nullptr) {
    add_counts(*value, &record.node);
    return record;
  }
  JsonNode list;
  list.key = "strata";
  list.shape = JsonNode::Shape::kArray;
  list.place = strata->place;
  for (const JsonNode& stratum : strata->children) {
    JsonNode counts;
    counts.shape = JsonNode::Shape::kObject;
    counts.place = stratum.place;
    add_counts(stratum, &counts);
    list.children.push_back(std::move(counts));
  }
  record.node.children.push_back(std::move(list));
  return record;
}

void add_attester(const Parts& parts, const JsonNode& set, JsonNode* record) {
  copy_member(nearest(parts, set, "attester"), "attester", record);
}

NodeRecord activity_record(const Parts& parts, const JsonNode& set, const JsonNode& measurement,
                           const std::string& pointer) {
  NodeRecord record =
      begin_record(parts, set, pointer, measurement.place, {"performedFrom", "performedTo"});
  copy_member(measurement.member("measureId"), "activityId", &record.node);
  copy_member(measurement.member("participants"), "participants", &record.node);
  if (text_of(measurement.member("value")) != "true") {
    record.complaints.push_back({FindingCode::VALUE_FORM, {"value", "true or false"}});
  }
  add_attester(parts, set, &record.node);
  return record;
}

NodeRecord interoperability_record(const Parts& parts, const JsonNode& set,
                                   const std::string& pointer) {
  NodeRecord record =
      begin_record(parts, set, pointer, set.place, {"performedFrom", "performedTo"});
  copy_member(nearest(parts, set, "cehrtId"), "cehrtId", &record.node);
  add_attester(parts, set, &record.node);
  JsonNode attested;
  attested.key = "attested";
  attested.shape = JsonNode::Shape::kArray;
  attested.place = set.place;
  JsonNode ratios = attested;
  ratios.key = "measures";
  if (const JsonNode* measurements = set.member("measurements")) {
    for (const JsonNode& measurement : measurements->children) {
      const JsonNode* value = measurement.member("value");
      const bool ratio = value != nullptr && value->shape == JsonNode::Shape::kObject;
      (ratio ? ratios : attested).children.push_back(measurement);
    }
  }
  record.node.children.push_back(std::move(attested));
  record.node.children.push_back(std::move(ratios));
  return record;
}

void add_set(const Parts& parts, const JsonNode& set, const std::string& pointer,
             v1::RecordKind kind, std::vector<NodeRecord>* records) {
  if (kind == v1::RECORD_KIND_PROMOTING_INTEROPERABILITY) {
    records->push_back(interoperability_record(parts, set, pointer));
    return;
  }
  const JsonNode* measurements = set.member("measurements");
  for (std::size_t i = 0; measurements != nullptr && i < measurements->children.size(); ++i) {
    const JsonNode& measurement = measurements->children[i];
    const std::string place = pointer + "/measurements/" + std::to_string(i);
    if (kind == v1::RECORD_KIND_MEASURE_RESULT) {
      records->push_back(measure_record(parts, set, measurement, place));
    } else if (text_of(measurement.member("value")) != "false") {
      records->push_back(activity_record(parts, set, measurement, place));
    }
  }
}

}  // namespace

v1::RecordKind kind_of_category(std::string_view category) {
  for (const Category& each : kCategories) {
    if (each.name == category) return each.kind;
  }
  return v1::RECORD_KIND_UNSPECIFIED;
}

std::string submission_categories() {
  return "quality, ia, pi";
}

bool is_qpp_document(const JsonNode& document) {
  if (document.shape != JsonNode::Shape::kObject) return false;
  if (document.member("measurementSets") != nullptr || object_in(&document, "submission")) {
    return true;
  }
  return object_in(object_in(&document, "data"), "submission") != nullptr;
}

QppHead qpp_head(const JsonNode& document) {
  const Parts parts = parts_of(document, "");
  QppHead head;
  head.place = document.place;
  head.practice = text_of(document.member("practiceId"));
  if (parts.submission != nullptr) {
    if (head.practice.empty()) head.practice = text_of(parts.submission->member("practiceId"));
    head.year = text_of(parts.submission->member("performanceYear"));
  }
  if (head.year.empty()) head.year = text_of(document.member("performanceYear"));
  for (const auto& [set, ignored] : parts.sets) {
    const v1::RecordKind kind = kind_of_category(text_of(set->member("category")));
    const auto place = std::lower_bound(head.kinds.begin(), head.kinds.end(), kind);
    if (kind == v1::RECORD_KIND_UNSPECIFIED || (place != head.kinds.end() && *place == kind)) {
      continue;
    }
    head.kinds.insert(place, kind);
  }
  return head;
}

std::vector<NodeRecord> qpp_records(const JsonNode& document, const std::string& pointer,
                                    v1::RecordKind kind) {
  const Parts parts = parts_of(document, pointer);
  std::vector<NodeRecord> records;
  for (const auto& [set, place] : parts.sets) {
    const v1::RecordKind carried = kind_of_category(text_of(set->member("category")));
    if (carried == kind) add_set(parts, *set, place, kind, &records);
    if (carried != v1::RECORD_KIND_UNSPECIFIED) continue;
    NodeRecord unknown;
    unknown.node.shape = JsonNode::Shape::kObject;
    unknown.node.place = set->place;
    unknown.pointer = place + "/category";
    unknown.complaints.push_back(
        {FindingCode::VALUE_NOT_IN_LIST, {"category", submission_categories()}});
    records.push_back(std::move(unknown));
  }
  return records;
}

}  // namespace qcdr::intake
