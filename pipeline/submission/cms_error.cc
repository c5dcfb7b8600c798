#include "submission/cms_error.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "scoring/json_document.h"

namespace qcdr::submission {
namespace {

using scoring::JsonValue;

constexpr std::size_t kPathBytesMax = 120;
constexpr std::size_t kNameBytesMax = 40;
constexpr std::size_t kDigitsInARowMax = 5;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

CmsErrorKind kind_of_status(int status) {
  switch (status) {
    case 401:
      return CmsErrorKind::kUnauthorized;
    case 403:
      return CmsErrorKind::kForbidden;
    case 404:
      return CmsErrorKind::kNotFound;
    case 429:
      return CmsErrorKind::kTooManyCalls;
    case 408:
    case 500:
    case 502:
    case 503:
    case 504:
      return CmsErrorKind::kTemporary;
    default:
      return CmsErrorKind::kOther;
  }
}

std::string text_of(const JsonValue& object, std::string_view key) {
  const JsonValue* found = object.find(key);
  return found != nullptr && found->kind == JsonValue::Kind::kText ? found->text : std::string();
}

// By where the fault is: the type and the message say it in words that CMS changes.
FindingCode code_of(std::string_view path) {
  const auto ends = [path](std::string_view name) {
    return path == name || (path.size() > name.size() && path.ends_with(name) &&
                            path[path.size() - name.size() - 1] == '.');
  };
  for (const std::string_view name : {"taxpayerIdentificationNumber", "nationalProviderIdentifier",
                                      "entityType", "entityId", "performanceYear"}) {
    if (ends(name)) return FindingCode::CMS_ENTITY_REFUSED;
  }
  if (ends("performanceStart") || ends("performanceEnd")) return FindingCode::CMS_PERIOD_REFUSED;
  if (ends("measureId")) return FindingCode::CMS_MEASURE_REFUSED;
  if (ends("value") || path.find(".value.") != std::string_view::npos ||
      path.find(".value[") != std::string_view::npos) {
    return FindingCode::CMS_VALUE_REFUSED;
  }
  return FindingCode::CMS_SET_REFUSED;
}

// {"location":{"path":"..."}} today, {"path":"$..."} in older answers.
std::string path_of(const JsonValue& detail) {
  const JsonValue* location = detail.find("location");
  std::string path = location != nullptr ? text_of(*location, "path") : std::string();
  if (path.empty()) path = text_of(detail, "path");
  return scrubbed_path(path);
}

void take_details(const JsonValue& error, CmsError* parsed) {
  const JsonValue* details = error.find("details");
  if (details == nullptr || details->kind != JsonValue::Kind::kList) return;
  for (const JsonValue& each : details->items) {
    if (parsed->details.size() >= kCmsErrorDetailsMax) break;
    const std::string path = path_of(each);
    const CmsErrorDetail detail{code_of(path), path};
    // CMS names one fault several times.
    if (std::find(parsed->details.begin(), parsed->details.end(), detail) ==
        parsed->details.end()) {
      parsed->details.push_back(detail);
    }
  }
}

void take_duplicate(const JsonValue& error, CmsError* parsed) {
  const JsonValue* details = error.find("details");
  if (details == nullptr) return;
  const std::string id = text_of(*details, "submissionId");
  if (is_uuid(id)) parsed->submission_id = id;
}

}  // namespace

bool is_uuid(std::string_view text) {
  constexpr std::size_t kUuidBytes = 36;
  if (text.size() != kUuidBytes) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
      return false;
    }
  }
  return true;
}

std::string scrubbed_path(std::string_view path) {
  if (path.starts_with("$.")) path.remove_prefix(2);
  if (path.empty() || path.size() > kPathBytesMax) return {};
  std::size_t name = 0;
  std::size_t digits = 0;
  bool in_index = false;
  for (const char c : path) {
    digits = is_digit(c) ? digits + 1 : 0;
    if (digits > kDigitsInARowMax) return {};
    if (c == '[' || c == ']') {
      if (in_index == (c == '[')) return {};
      in_index = c == '[';
      name = 0;
    } else if (c == '.') {
      if (in_index) return {};
      name = 0;
    } else if (in_index ? !is_digit(c) : (!is_name_char(c) || ++name > kNameBytesMax)) {
      return {};
    }
  }
  return in_index ? std::string() : std::string(path);
}

CmsError parse_cms_error(int http_status, std::string_view body) {
  constexpr int kFirstError = 300;
  CmsError parsed;
  if (http_status < kFirstError) return parsed;
  parsed.kind = kind_of_status(http_status);
  if (parsed.kind != CmsErrorKind::kOther) return parsed;
  const auto document = scoring::parse_json(body);
  if (!document.is_ok()) return parsed;
  const JsonValue* error = document.value().find("error");
  if (error == nullptr) return parsed;
  const std::string type = text_of(*error, "type");
  if (type == "DuplicateEntryError") {
    parsed.kind = CmsErrorKind::kDuplicateEntry;
    take_duplicate(*error, &parsed);
  } else if (type == "ValidationError") {
    parsed.kind = CmsErrorKind::kValidation;
    take_details(*error, &parsed);
    if (parsed.details.empty()) parsed.details.push_back({FindingCode::CMS_SET_REFUSED, ""});
  }
  return parsed;
}

CmsHandling handling_of(CmsErrorKind kind) {
  switch (kind) {
    case CmsErrorKind::kNone:
      return CmsHandling::kNothing;
    case CmsErrorKind::kValidation:
    case CmsErrorKind::kOther:
      return CmsHandling::kRefused;
    case CmsErrorKind::kDuplicateEntry:
      return CmsHandling::kFindThenPut;
    case CmsErrorKind::kUnauthorized:
      return CmsHandling::kStop;
    case CmsErrorKind::kForbidden:
      return CmsHandling::kWaitLong;
    case CmsErrorKind::kNotFound:
      return CmsHandling::kFindAgain;
    case CmsErrorKind::kTooManyCalls:
      return CmsHandling::kWait;
    case CmsErrorKind::kTemporary:
      return CmsHandling::kWaitAndFind;
  }
  return CmsHandling::kRefused;
}

std::string_view error_word(CmsErrorKind kind) {
  constexpr std::array<std::string_view, 9> kWords = {"none",           "validation", "duplicate",
                                                      "unauthorized",   "forbidden",  "not_found",
                                                      "too_many_calls", "temporary",  "other"};
  return kWords.at(static_cast<std::size_t>(kind));
}

}  // namespace qcdr::submission
