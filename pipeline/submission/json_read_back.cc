#include "submission/json_read_back.h"

#include <algorithm>
#include <array>
#include <map>

#include "scoring/json_document.h"

namespace qcdr::submission {
namespace {

using scoring::JsonMember;
using scoring::JsonValue;
using Kind = JsonValue::Kind;

constexpr std::array<std::string_view, 6> kSetMembers = {
    "category", "submissionMethod", "programName", "performanceStart", "performanceEnd", "cehrtId"};

bool is_nothing(const JsonValue* value) {
  if (value == nullptr || value->kind == Kind::kNull) return true;
  if (value->kind == Kind::kText) return value->text.empty();
  const auto number = Decimal::parse(value->text);
  return value->kind == Kind::kNumber && number.is_ok() && number.value() == Decimal();
}

bool same(const JsonValue& sent, const JsonValue* shown);

bool same_number(const std::string& a, const std::string& b) {
  const auto left = Decimal::parse(a);
  const auto right = Decimal::parse(b);
  return left.is_ok() && right.is_ok() ? left.value() == right.value() : a == b;
}

// By the member `key` of each, in any order.
const JsonValue* item_named(const JsonValue& list, std::string_view key, const std::string& name) {
  for (const JsonValue& item : list.items) {
    const JsonValue* found = item.find(key);
    if (found != nullptr && found->kind == Kind::kText && found->text == name) return &item;
  }
  return nullptr;
}

bool same_list(const JsonValue& sent, const JsonValue& shown) {
  if (sent.items.size() != shown.items.size()) return false;
  for (std::size_t i = 0; i < sent.items.size(); ++i) {
    const JsonValue* stratum = sent.items[i].find("stratum");
    const JsonValue* other =
        stratum == nullptr ? &shown.items[i] : item_named(shown, "stratum", stratum->text);
    if (!same(sent.items[i], other)) return false;
  }
  return true;
}

// As deep as was read, which has a limit.
bool same(const JsonValue& sent, const JsonValue* shown) {
  if (is_nothing(&sent)) return is_nothing(shown);
  if (shown == nullptr || shown->kind != sent.kind) return false;
  switch (sent.kind) {
    case Kind::kNull:
      return true;
    case Kind::kBool:
      return sent.truth == shown->truth;
    case Kind::kNumber:
      return same_number(sent.text, shown->text);
    case Kind::kText:
      return sent.text == shown->text;
    case Kind::kList:
      return same_list(sent, *shown);
    case Kind::kObject:
      return std::all_of(sent.members.begin(), sent.members.end(), [shown](const JsonMember& each) {
        return same(each.value, shown->find(each.key));
      });
  }
  return false;
}

void write_canonical(const JsonValue& value, std::string* out) {
  switch (value.kind) {
    case Kind::kNull:
      *out += 'z';
      return;
    case Kind::kBool:
      *out += value.truth ? 't' : 'f';
      return;
    case Kind::kNumber: {
      const auto number = Decimal::parse(value.text);
      *out += 'n' + (number.is_ok() ? number.value().to_string() : value.text) + ';';
      return;
    }
    case Kind::kText:
      *out += std::to_string(value.text.size()) + ':' + value.text;
      return;
    case Kind::kList:
      *out += '[';
      for (const JsonValue& item : value.items) write_canonical(item, out);
      *out += ']';
      return;
    case Kind::kObject: {
      std::map<std::string_view, const JsonValue*> members;
      for (const JsonMember& each : value.members) members[each.key] = &each.value;
      *out += '{';
      for (const auto& each : members) {
        *out += std::to_string(each.first.size()) + ':' + std::string(each.first);
        write_canonical(*each.second, out);
      }
      *out += '}';
      return;
    }
  }
}

const JsonValue* measurements_of(const JsonValue& set) {
  const JsonValue* list = set.find("measurements");
  return list != nullptr && list->kind == Kind::kList ? list : nullptr;
}

Hash256 canonical_hash(const JsonValue& set) {
  static const JsonValue kNothing;
  std::string text;
  for (const std::string_view key : kSetMembers) {
    const JsonValue* found = set.find(key);
    write_canonical(is_nothing(found) ? kNothing : *found, &text);
  }
  std::map<std::string_view, const JsonValue*> values;
  if (const JsonValue* list = measurements_of(set)) {
    for (const JsonValue& each : list->items) {
      const JsonValue* id = each.find("measureId");
      const JsonValue* value = each.find("value");
      if (id != nullptr && value != nullptr) values[id->text] = value;
    }
  }
  for (const auto& each : values) {
    text += std::to_string(each.first.size()) + ':' + std::string(each.first);
    write_canonical(*each.second, &text);
  }
  return sha256(text);
}

ReadBackKind compare_measurements(const JsonValue& sent, const JsonValue& shown) {
  bool lacks = false;
  for (const JsonValue& each : sent.items) {
    const JsonValue* id = each.find("measureId");
    if (id == nullptr) return ReadBackKind::kDiffers;
    const JsonValue* other = item_named(shown, "measureId", id->text);
    if (other == nullptr) {
      lacks = true;
    } else if (!same(each, other)) {
      return ReadBackKind::kDiffers;
    }
  }
  for (const JsonValue& each : shown.items) {
    const JsonValue* id = each.find("measureId");
    if (id == nullptr || item_named(sent, "measureId", id->text) == nullptr) {
      return ReadBackKind::kDiffers;
    }
  }
  if (!lacks && sent.items.size() != shown.items.size()) return ReadBackKind::kDiffers;
  return lacks ? ReadBackKind::kLacks : ReadBackKind::kEqual;
}

}  // namespace

ReadBackVerdict JsonReadBack::compare(std::string_view payload, std::string_view set) const {
  ReadBackVerdict verdict;
  const auto sent = scoring::parse_json(payload);
  const auto shown = scoring::parse_json(set);
  if (!sent.is_ok() || !shown.is_ok()) return verdict;
  verdict.sha256 = canonical_hash(shown.value());
  for (const std::string_view key : kSetMembers) {
    const JsonValue* wanted = sent.value().find(key);
    if (wanted != nullptr && !same(*wanted, shown.value().find(key))) return verdict;
  }
  const JsonValue* sent_list = measurements_of(sent.value());
  const JsonValue* shown_list = measurements_of(shown.value());
  if (sent_list == nullptr || shown_list == nullptr) return verdict;
  verdict.kind = compare_measurements(*sent_list, *shown_list);
  return verdict;
}

}  // namespace qcdr::submission
