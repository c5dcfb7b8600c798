#include "intake/json_values.h"

#include <algorithm>
#include <array>

#include "intake/limits.h"
#include "intake/text.h"

namespace qcdr::intake {
namespace {

constexpr std::size_t kMaxPathsKept = 512;
constexpr std::size_t kNotTaken = static_cast<std::size_t>(-1);
constexpr std::array<std::string_view, 4> kHeadMembers = {"kind", "recordType", "schemaVersion",
                                                          "records"};

// "signer.signedAt" as "signer_signed_at".
std::string words_of(std::string_view path) {
  std::string name;
  for (const char c : path) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital && !name.empty()) name.push_back('_');
    name.push_back(c == '.' ? '_' : capital ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return name;
}

bool contains(std::string_view list, std::string_view word) {
  const std::vector<std::string_view> entries = words(list);
  return std::find(entries.begin(), entries.end(), word) != entries.end();
}

// Scalars of an array within a part, joined as in CSV.
std::string part_text(const JsonNode& node) {
  if (node.shape == JsonNode::Shape::kScalar) return node.text;
  std::string text;
  for (const JsonNode& child : node.children) {
    if (child.shape != JsonNode::Shape::kScalar) continue;
    text.append(text.empty() ? "" : "+").append(child.text);
  }
  return text;
}

// A member by the part's name, also one level further in ("value.numerator").
const JsonNode* find_part(const JsonNode& object, const Part& part) {
  const std::string name = json_name(part.name);
  for (const JsonNode& child : object.children) {
    if (child.key == name || (!part.alias.empty() && child.key == part.alias)) return &child;
  }
  for (const JsonNode& child : object.children) {
    if (child.shape != JsonNode::Shape::kObject) continue;
    if (const JsonNode* inner = child.member(name)) return inner;
  }
  return nullptr;
}

ListItem item_of(const JsonNode& node, std::span<const Part> parts, const std::string* first) {
  ListItem item;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i == 0 && first != nullptr) {
      item.push_back(*first);
      continue;
    }
    const JsonNode* found =
        node.shape == JsonNode::Shape::kObject ? find_part(node, parts[i]) : nullptr;
    const bool bare_value = node.shape == JsonNode::Shape::kScalar &&
                            i == (first != nullptr ? std::size_t{1} : std::size_t{0});
    item.push_back(bare_value ? node.text : found != nullptr ? part_text(*found) : std::string());
  }
  return item;
}

}  // namespace

std::vector<ListItem> list_items(const JsonNode& node, std::span<const Part> parts) {
  std::vector<ListItem> items;
  const bool keyed = node.shape == JsonNode::Shape::kObject;
  for (const JsonNode& child : node.children) {
    if (parts.empty()) {
      items.push_back({part_text(child)});
    } else {
      items.push_back(item_of(child, parts, keyed ? &child.key : nullptr));
    }
  }
  return items;
}

JsonValues::JsonValues(const RecordTable& table) : table_(table), fields_(fields_of(table)) {}

JsonValues::Match JsonValues::find(const std::string& path) const {
  const std::string name = words_of(path);
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    if (fields_[field].name == name) return {Match::What::kField, field, 0};
  }
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    const std::vector<std::string_view> aliases = words(fields_[field].aliases);
    const auto found = std::find(aliases.begin(), aliases.end(), path);
    if (found == aliases.end()) continue;
    return {Match::What::kField, field, static_cast<std::size_t>(found - aliases.begin()) + 1};
  }
  const bool head = std::find(kHeadMembers.begin(), kHeadMembers.end(), path) != kHeadMembers.end();
  if (head || contains(table_.passed_over, path) || contains(members_passed_over(), path)) {
    return {Match::What::kPassedOver, 0, 0};
  }
  return {};
}

const JsonValues::Match& JsonValues::match(const std::string& path) {
  const auto found = matches_.find(path);
  if (found != matches_.end()) return found->second;
  if (matches_.size() >= kMaxPathsKept) matches_.clear();
  return matches_.emplace(path, find(path)).first->second;
}

std::vector<ListItem>* JsonValues::new_list() {
  if (lists_used_ == lists_.size()) lists_.emplace_back();
  std::vector<ListItem>* list = &lists_[lists_used_++];
  list->clear();
  return list;
}

void JsonValues::take(const JsonNode& member, const Match& match, const std::string& pointer,
                      Call* call) {
  const RecordField& field = fields_[match.field];
  FieldValue& value = call->values->fields[match.field];
  const bool null = member.shape == JsonNode::Shape::kScalar && member.text.empty();
  if (null) return;
  std::size_t& rank = call->ranks[match.field];
  if (rank == match.rank) {
    call->record_complaint({FindingCode::ELEMENT_REPEATED, {json_name(field.name)}}, member.place,
                           pointer);
    return;
  }
  if (rank < match.rank) return;
  rank = match.rank;
  value = FieldValue();
  value.place = member.place;
  value.path = pointer;
  if (member.shape == JsonNode::Shape::kScalar) {
    value.text = trimmed(member.text);
    value.quoted = member.type == JsonType::kString;
    return;
  }
  const bool list = field.type == FieldType::kItems || field.type == FieldType::kTins ||
                    field.type == FieldType::kNpis || field.type == FieldType::kTexts ||
                    field.type == FieldType::kCaseIds || field.type == FieldType::kChoices ||
                    field.type == FieldType::kBits || field.type == FieldType::kCaseValue;
  if (!list) {
    call->record_complaint(
        {FindingCode::VALUE_FORM, {json_name(field.name), "one value, not a list or an object"}},
        member.place, pointer);
    return;
  }
  std::vector<ListItem>* items = new_list();
  *items = list_items(member, field.parts);
  value.items = items;
}

void JsonValues::read_member(const JsonNode& member, const std::string& path,
                             const std::string& pointer, Call* call) {
  const Match& found = match(path);
  if (found.what == Match::What::kField) return take(member, found, pointer, call);
  if (found.what == Match::What::kPassedOver) return;
  if (member.shape == JsonNode::Shape::kObject) return read_object(member, path, pointer, call);
  const std::string shown = safe_name(member.key);
  if (told_.size() >= kMaxUnknownMembersTold || !told_.insert(shown).second) return;
  call->file_complaint({FindingCode::JSON_MEMBER_UNKNOWN, {shown}}, member.place, "");
}

void JsonValues::read_object(const JsonNode& object, const std::string& path,
                             const std::string& pointer, Call* call) {
  for (const JsonNode& member : object.children) {
    const std::string inner = path.empty() ? member.key : path + "." + member.key;
    const Match& found = match(inner);
    // Only names that we know stand in a pointer.
    const bool known = found.what != Match::What::kUnknown;
    read_member(member, inner, pointer + "/" + (known ? member.key : safe_name(member.key)), call);
  }
}

void JsonValues::read(const JsonNode& record, const std::string& pointer,
                      const Complain& record_complaint, const Complain& file_complaint,
                      RecordValues* values) {
  lists_used_ = 0;
  values->is_json = true;
  values->place = record.place;
  values->path = pointer;
  values->fields.assign(fields_.size(), FieldValue());
  for (FieldValue& value : values->fields) value.place = record.place;
  Call call{record_complaint, file_complaint, values,
            std::vector<std::size_t>(fields_.size(), kNotTaken)};
  read_object(record, "", pointer, &call);
}

}  // namespace qcdr::intake
