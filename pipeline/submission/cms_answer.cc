#include "submission/cms_answer.h"

#include "core/identifiers.h"
#include "scoring/json_document.h"
#include "submission/cms_error.h"

namespace qcdr::submission {
namespace {

using scoring::JsonMember;
using scoring::JsonValue;

Status refuse(const char* what) {
  return Status(ErrorCode::kInvalidArgument, std::string("CMS's answer: ") + what);
}

void write_text(std::string_view text, std::string* out) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  constexpr unsigned char kFirstPlain = 0x20;
  out->push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (static_cast<unsigned char>(c) < kFirstPlain) {
      *out += "\\u00";
      out->push_back(kHexDigits[static_cast<unsigned char>(c) >> 4]);
      out->push_back(kHexDigits[static_cast<unsigned char>(c) & 0xf]);
    } else {
      out->push_back(c);
    }
  }
  out->push_back('"');
}

// As deep as it was read, which has a limit.
void write_value(const JsonValue& value, std::string* out) {
  switch (value.kind) {
    case JsonValue::Kind::kNull:
      *out += "null";
      return;
    case JsonValue::Kind::kBool:
      *out += value.truth ? "true" : "false";
      return;
    case JsonValue::Kind::kNumber:
      *out += value.text;
      return;
    case JsonValue::Kind::kText:
      write_text(value.text, out);
      return;
    case JsonValue::Kind::kList:
      out->push_back('[');
      for (const JsonValue& item : value.items) {
        if (&item != &value.items.front()) out->push_back(',');
        write_value(item, out);
      }
      out->push_back(']');
      return;
    case JsonValue::Kind::kObject:
      out->push_back('{');
      for (const JsonMember& member : value.members) {
        if (&member != &value.members.front()) out->push_back(',');
        write_text(member.key, out);
        out->push_back(':');
        write_value(member.value, out);
      }
      out->push_back('}');
      return;
  }
}

// Text, or a number as it was written; empty for anything else.
std::string plain(const JsonValue& object, std::string_view key) {
  const JsonValue* found = object.find(key);
  if (found == nullptr) return {};
  const bool is_plain =
      found->kind == JsonValue::Kind::kText || found->kind == JsonValue::Kind::kNumber;
  return is_plain ? found->text : std::string();
}

Result<CmsSet> set_of(const JsonValue& value) {
  CmsSet set;
  set.id = plain(value, "id");
  set.submission_id = plain(value, "submissionId");
  if (!is_uuid(set.id)) return refuse("a set has no id");
  if (!is_uuid(set.submission_id)) set.submission_id.clear();
  write_value(value, &set.json);
  return set;
}

bool is_of(const JsonValue& submission, const CmsTarget& target, std::string_view tin) {
  const std::string its_tin = plain(submission, "taxpayerIdentificationNumber");
  return plain(submission, "entityType") == target.entity_type &&
         plain(submission, "performanceYear") == std::to_string(target.performance_year) &&
         plain(submission, "nationalProviderIdentifier") == target.npi &&
         plain(submission, "entityId") == target.entity_id &&
         (check_tin(its_tin) != TinVerdict::kValid || its_tin == tin);
}

bool is_set_of(const JsonValue& set, const CmsTarget& target) {
  std::string program = plain(set, "programName");
  if (program.empty()) program = "mips";
  return plain(set, "category") == target.category &&
         plain(set, "submissionMethod") == target.submission_method &&
         program == target.program_name;
}

// "data" of an answer, and in it `key`.
Result<JsonValue> data_of(std::string_view body, std::string_view key) {
  auto document = scoring::parse_json(body);
  if (!document.is_ok()) return refuse("it is not JSON");
  const JsonValue* data = document.value().find("data");
  const JsonValue* value = data != nullptr ? data->find(key) : nullptr;
  if (value == nullptr) return refuse("it lacks what was asked for");
  return JsonValue(*value);
}

}  // namespace

Result<CmsPage> read_page(std::string_view body, const CmsTarget& target, std::string_view tin) {
  QCDR_ASSIGN_OR_RETURN(const JsonValue submissions, data_of(body, "submissions"));
  if (submissions.kind != JsonValue::Kind::kList) return refuse("submissions is not a list");
  CmsPage page;
  page.submissions = submissions.items.size();
  for (const JsonValue& submission : submissions.items) {
    if (!is_of(submission, target, tin)) continue;
    const JsonValue* sets = submission.find("measurementSets");
    if (sets == nullptr) continue;
    for (const JsonValue& each : sets->items) {
      if (!is_set_of(each, target)) continue;
      QCDR_ASSIGN_OR_RETURN(CmsSet set, set_of(each));
      if (set.submission_id.empty()) {
        const std::string id = plain(submission, "id");
        if (is_uuid(id)) set.submission_id = id;
      }
      page.sets.push_back(std::move(set));
    }
  }
  return page;
}

Result<CmsSet> read_set(std::string_view body) {
  QCDR_ASSIGN_OR_RETURN(const JsonValue set, data_of(body, "measurementSet"));
  return set_of(set);
}

Result<std::optional<Decimal>> read_score(std::string_view body) {
  QCDR_ASSIGN_OR_RETURN(const JsonValue score, data_of(body, "score"));
  const JsonValue* value = score.find("value");
  if (value == nullptr || value->kind != JsonValue::Kind::kNumber) {
    return std::optional<Decimal>();
  }
  const auto number = Decimal::parse(value->text);
  if (!number.is_ok()) return refuse("a score is not a number that can be kept");
  return std::optional<Decimal>(number.value());
}

}  // namespace qcdr::submission
