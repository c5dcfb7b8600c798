#include "cli/score_differences.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

namespace qcdr {
namespace {

using Json = nlohmann::json;
using Fields = std::map<std::string, std::string>;

constexpr std::size_t kDepthMax = 8;

// What people call the fields; others are shown by their path.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kWords = {{
    {"asThingsStand.value", "as things stand"},
    {"asThingsStand.paymentAdjustment.percent", "payment adjustment, percent"},
    {"ifAllOpenItemsDone.value", "if all is done"},
    {"willBeSent", "will be sent"},
    {"reportsAs", "reports as"},
    {"cases.counted", "cases counted"},
    {"cases.held", "cases held"},
    {"doNext.text", "do next"},
    {"doNext.by", "do next, by"},
}};

FieldChange change_of(const std::string& path, const std::string& from, const std::string& to) {
  for (const auto& [name, words] : kWords) {
    if (path == name) return {std::string(words), from, to, false};
  }
  const bool detail = path.starts_with("asThingsStand.") || path.starts_with("ifAllOpenItemsDone.");
  return {path, from, to, detail};
}

std::string scalar(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string text_of(const Json& row, const char* field) {
  const auto found = row.find(field);
  return found == row.end() || found->is_null() ? std::string() : scalar(*found);
}

// The members by which an entry of a list is known.
constexpr std::array<std::string_view, 4> kNames = {"reason", "cause", "code", "measureId"};

std::string name_in_list(const Json& entry) {
  if (!entry.is_object()) return scalar(entry);
  std::string name;
  for (const std::string_view member : kNames) {
    const std::string text = text_of(entry, std::string(member).c_str());
    if (!text.empty()) name += (name.empty() ? "" : " ") + text;
  }
  return name.empty() ? entry.dump() : name;
}

// What else it says.
std::string rest_in_list(const Json& entry) {
  std::string rest;
  if (entry.is_object()) {
    for (const auto& [name, member] : entry.items()) {
      if (member.is_null() || std::find(kNames.begin(), kNames.end(), name) != kNames.end())
        continue;
      rest += (rest.empty() ? "" : ", ") + name + " " + scalar(member);
    }
  }
  return rest.empty() ? "yes" : rest;
}

void flatten(const Json& value, const std::string& path, std::size_t depth, Fields* fields) {
  const std::string prefix = path.empty() ? "" : path + ".";
  if (depth == kDepthMax || value.is_primitive()) {
    if (!value.is_null()) (*fields)[path] = scalar(value);
  } else if (value.is_object()) {
    for (const auto& [name, member] : value.items()) {
      flatten(member, prefix + name, depth + 1, fields);
    }
  } else {
    for (const Json& entry : value) {
      (*fields)[prefix + name_in_list(entry)] = rest_in_list(entry);
    }
  }
}

struct Rows {
  std::vector<std::string> order;
  std::map<std::string, const Json*> by_key;
};

// A virtual group has a number instead of a TIN.
std::string place_of(const Json& row) {
  const std::string tin = text_of(row, "tin");
  return tin.empty() ? text_of(row, "virtualGroup") : tin;
}

std::string who_of(const Json& row) {
  const std::string clinician = text_of(row, "clinician");
  if (!clinician.empty()) return clinician;
  return text_of(row, "tin").empty() ? "(virtual group)" : "(group)";
}

Result<Rows> index_rows(const Json& document) {
  const Json* list = &document;
  if (document.is_object()) {
    const auto found = document.find("rows");
    if (found != document.end()) list = &*found;
  }
  if (!list->is_array()) {
    return Status(ErrorCode::kInvalidArgument, "this is no list of scores");
  }
  Rows rows;
  for (const Json& row : *list) {
    if (!row.is_object()) return Status(ErrorCode::kInvalidArgument, "this is no row of scores");
    const std::string key = text_of(row, "practice") + "\x1f" + text_of(row, "performanceYear") +
                            "\x1f" + place_of(row) + "\x1f" + who_of(row);
    if (rows.by_key.emplace(key, &row).second) rows.order.push_back(key);
  }
  return rows;
}

RowDifference difference_of(const Json& row, RowDifference::Kind kind) {
  RowDifference difference;
  difference.kind = kind;
  difference.practice = row.value("practice", std::int64_t{0});
  difference.year = row.value("performanceYear", std::int64_t{0});
  difference.tin = place_of(row);
  difference.who = who_of(row);
  return difference;
}

std::vector<FieldChange> changes_between(const Json& before, const Json& after) {
  Fields old_fields;
  Fields new_fields;
  flatten(before, "", 0, &old_fields);
  flatten(after, "", 0, &new_fields);
  std::vector<FieldChange> changes;
  for (const auto& [path, value] : new_fields) {
    const auto found = old_fields.find(path);
    if (found == old_fields.end()) {
      changes.push_back(change_of(path, "", value));
    } else if (found->second != value) {
      changes.push_back(change_of(path, found->second, value));
    }
  }
  for (const auto& [path, value] : old_fields) {
    if (new_fields.count(path) == 0) changes.push_back(change_of(path, value, ""));
  }
  return changes;
}

}  // namespace

Result<std::vector<RowDifference>> compare_scores(const std::string& before,
                                                  const std::string& after) {
  const Json old_document = Json::parse(before, nullptr, false);
  const Json new_document = Json::parse(after, nullptr, false);
  QCDR_ASSIGN_OR_RETURN(const Rows old_rows, index_rows(old_document));
  QCDR_ASSIGN_OR_RETURN(const Rows new_rows, index_rows(new_document));
  std::vector<RowDifference> differences;
  for (const std::string& key : new_rows.order) {
    const Json& row = *new_rows.by_key.at(key);
    const auto found = old_rows.by_key.find(key);
    const bool fresh = found == old_rows.by_key.end();
    RowDifference difference =
        difference_of(row, fresh ? RowDifference::Kind::kAppeared : RowDifference::Kind::kChanged);
    difference.changes = changes_between(fresh ? Json::object() : *found->second, row);
    if (!difference.changes.empty()) differences.push_back(std::move(difference));
  }
  for (const std::string& key : old_rows.order) {
    if (new_rows.by_key.count(key) != 0) continue;
    differences.push_back(difference_of(*old_rows.by_key.at(key), RowDifference::Kind::kVanished));
  }
  return differences;
}

}  // namespace qcdr
