#include "rulebook/import_row.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "core/crypto.h"

namespace qcdr::rulebook {

using Json = nlohmann::json;

ImportRow::ImportRow(const Json& json, const char* id_key) : json_(json) {
  if (!json.is_object()) note("an object is expected");
  id_ = text(id_key);
}

Status ImportRow::status() const {
  return Status(ErrorCode::kInvalidArgument,
                fmt::format("measure {}: {}", id_.empty() ? "?" : id_, problem_));
}

void ImportRow::note(std::string_view problem) {
  if (problem_.empty()) problem_ = problem;
}

const Json* ImportRow::find(const char* key) const {
  if (!json_.is_object()) return nullptr;
  const auto found = json_.find(key);
  return found == json_.end() || found->is_null() ? nullptr : &*found;
}

std::string ImportRow::text(const char* key) {
  const Json* value = find(key);
  if (value != nullptr && value->is_string()) return value->get<std::string>();
  note(fmt::format("\"{}\" is not a text", key));
  return {};
}

bool ImportRow::flag(const char* key) {
  const Json* value = find(key);
  if (value != nullptr && value->is_boolean()) return value->get<bool>();
  note(fmt::format("\"{}\" is not true or false", key));
  return false;
}

bool ImportRow::optional_flag(const char* key) {
  return find(key) != nullptr && flag(key);
}

int ImportRow::year(const char* key) {
  const Json* value = find(key);
  if (value != nullptr && value->is_number_integer()) {
    const auto number = value->get<std::int64_t>();
    if (number >= 2000 && number <= 2099) return static_cast<int>(number);
  }
  note(fmt::format("\"{}\" is not a year", key));
  return 0;
}

std::vector<std::string> ImportRow::optional_texts(const char* key) {
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

Status parse_json_array(std::string_view text, Json* json) {
  *json = Json::parse(text, nullptr, false);
  if (json->is_discarded()) return Status(ErrorCode::kInvalidArgument, "the file is not JSON");
  if (!json->is_array()) return Status(ErrorCode::kInvalidArgument, "the file is not a JSON array");
  return Status::ok();
}

std::string source_comment(std::string_view json, std::string_view what, std::string_view file) {
  return fmt::format(
      "# {}. Written by `qcdr rulebook import`; do not edit.\n"
      "# Source: repository CMSgov/qpp-measures-data, {}\n"
      "# SHA-256 of the imported file: {}\n",
      what, file, hex(view(sha256(json))));
}

}  // namespace qcdr::rulebook
