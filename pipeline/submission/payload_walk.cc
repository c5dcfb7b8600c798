#include "submission/payload_walk.h"

#include <fmt/core.h>

#include <algorithm>

namespace qcdr::submission {
namespace {

constexpr std::int64_t kCountMax = 900'000'000;
constexpr Decimal kAmountMax = Decimal::from_raw(900'000'000 * Decimal::kOne);
constexpr Decimal kHundred = Decimal::from_raw(100 * Decimal::kOne);

// A field that is named for people; a key from outside may hold anything.
std::string shown(std::string_view key) {
  constexpr std::size_t kLettersMax = 40;
  const bool plain =
      !key.empty() && key.size() <= kLettersMax && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      });
  return plain ? std::string(key) : std::string("?");
}

bool is_date(std::string_view text) {
  return LocalDate::parse(text).is_ok();
}

std::string_view type_words(FieldType type) {
  switch (type) {
    case FieldType::kWord:
      return "a text is expected";
    case FieldType::kDate:
      return "a date like 2022-01-31 is expected";
    case FieldType::kWhole:
      return "a whole number from zero is expected";
    case FieldType::kRate:
    case FieldType::kAmount:
      return "a number is expected";
    case FieldType::kTruth:
      return "true or false is expected";
    case FieldType::kList:
      return "a list is expected";
    case FieldType::kObject:
      return "an object is expected";
    case FieldType::kAny:
      return "a value is expected";
  }
  return "";
}

}  // namespace

std::optional<PayloadNode> PayloadNode::member(std::string_view key) const {
  const JsonValue* found = value->find(key);
  if (found == nullptr || found->kind == JsonValue::Kind::kNull) return std::nullopt;
  return PayloadNode{found, within(key)};
}

PayloadNode PayloadNode::item(std::size_t index) const {
  return {&value->items[index], fmt::format("{}[{}]", path, index)};
}

std::string PayloadNode::within(std::string_view key) const {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

std::string_view PayloadNode::word() const {
  return is(JsonValue::Kind::kText) ? std::string_view(value->text) : std::string_view();
}

bool PayloadWalk::choose_year(PerformanceYear year) {
  const rulebook::YearRules* rules = schema_.rulebook->find_year(year);
  if (rules == nullptr || payload_words(year, WordList::kCategory).empty()) return false;
  year_ = year;
  rules_ = rules;
  return true;
}

void PayloadWalk::add(std::string path, ProblemKind kind, std::string message) {
  if (problems_.size() > kPayloadProblemsMax) return;
  if (problems_.size() == kPayloadProblemsMax) {
    problems_.push_back({"", ProblemKind::kTooMany, "there are more problems"});
    return;
  }
  problems_.push_back({std::move(path), kind, std::move(message)});
}

std::optional<Decimal> PayloadWalk::number(const PayloadNode& node) {
  const Result<Decimal> read = scoring::JsonCursor(*node.value, "").number(-kAmountMax, kAmountMax);
  if (!read.is_ok()) return std::nullopt;
  return read.value();
}

std::int64_t PayloadWalk::whole(const PayloadNode& node, std::string_view key) {
  const auto member = node.member(key);
  if (!member) return 0;
  const Result<std::int64_t> read = scoring::JsonCursor(*member->value, "").whole(0, kCountMax);
  return read.is_ok() ? read.value() : 0;
}

bool PayloadWalk::check_rate(const PayloadNode& node) {
  const std::optional<Decimal> rate = number(node);
  if (!rate) return false;
  if (holds(PayloadRule::kRateIsPercent) && (*rate < Decimal() || *rate > kHundred)) {
    add(node.path, ProblemKind::kInvalidValue, "a rate is from 0 to 100");
  }
  return true;
}

bool PayloadWalk::check_type(const PayloadNode& node, const PayloadField& field) {
  using Kind = JsonValue::Kind;
  const auto good = [&] {
    switch (field.type) {
      case FieldType::kWord:
        return node.is(Kind::kText) && !node.value->text.empty();
      case FieldType::kDate:
        return node.is(Kind::kText) && is_date(node.value->text);
      case FieldType::kWhole:
        return scoring::JsonCursor(*node.value, "").whole(0, kCountMax).is_ok();
      case FieldType::kRate:
        return check_rate(node);
      case FieldType::kAmount:
        return number(node).has_value();
      case FieldType::kTruth:
        return node.is(Kind::kBool);
      case FieldType::kList:
        return node.is(Kind::kList);
      case FieldType::kObject:
        return node.is(Kind::kObject);
      case FieldType::kAny:
        return true;
    }
    return false;
  };
  // CMS's own answers have an empty text where there is none.
  const bool empty_answer = field.type == FieldType::kWord && node.is(Kind::kText) &&
                            field.need != FieldNeed::kRequired && !as_we_send();
  if (empty_answer || good()) return true;
  add(node.path, ProblemKind::kWrongType, std::string(type_words(field.type)));
  return false;
}

bool PayloadWalk::check_fields(const PayloadNode& node, PayloadObject object, bool partial) {
  if (!node.is(JsonValue::Kind::kObject)) {
    add(node.path, ProblemKind::kWrongType, "an object is expected");
    return false;
  }
  const std::vector<PayloadField> fields = payload_fields(year_, object);
  bool good = true;
  for (const scoring::JsonMember& member : node.value->members) {
    const auto known = std::find_if(fields.begin(), fields.end(), [&](const PayloadField& field) {
      return field.name == member.key;
    });
    const bool allowed =
        known != fields.end() && !(as_we_send() && known->need == FieldNeed::kReadOnly);
    if (!allowed) {
      add(node.within(shown(member.key)), ProblemKind::kUnknownField, "no such field in the year");
    }
  }
  for (const PayloadField& field : fields) {
    const auto member = node.member(field.name);
    if (member) {
      good = check_type(*member, field) && good;
    } else if (field.need == FieldNeed::kRequired && !partial) {
      add(node.within(field.name), ProblemKind::kMissing, "the field is needed");
      good = false;
    }
  }
  return good;
}

}  // namespace qcdr::submission
