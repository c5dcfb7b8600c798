#include "scoring/json_document.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace qcdr::scoring {
namespace {

constexpr std::size_t kNumberCharactersMax = 64;
constexpr std::size_t kShownKeyMax = 40;

std::string escaped(std::string_view key);

// A place in the text that tells how far reading came.
class Reading {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Reading(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
  reference operator*() const { return *at_; }
  Reading& operator++() {
    *furthest_ = at_++;
    return *this;
  }
  Reading operator++(int) {
    const Reading before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const Reading& a, const Reading& b) { return a.at_ == b.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

// Takes nlohmann's events; its numbers come with their text.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Result<JsonValue> finish() {
    if (!status_.is_ok()) return status_;
    return std::move(root_);
  }

  bool null() override { return add({}); }
  bool boolean(bool truth) override {
    JsonValue value;
    value.kind = JsonValue::Kind::kBool;
    value.truth = truth;
    return add(std::move(value));
  }
  bool number_integer(number_integer_t number) override {
    return add_number(fmt::format("{}", number));
  }
  bool number_unsigned(number_unsigned_t number) override {
    return add_number(fmt::format("{}", number));
  }
  bool number_float(number_float_t /*number*/, const string_t& text) override {
    return add_number(text);
  }
  bool string(string_t& text) override {
    JsonValue value;
    value.kind = JsonValue::Kind::kText;
    value.text = std::move(text);
    return add(std::move(value));
  }
  bool binary(binary_t& /*bytes*/) override { return fail(JsonFaultKind::kNotJson, "binary data"); }
  bool start_object(std::size_t /*size*/) override { return open(JsonValue::Kind::kObject); }
  bool start_array(std::size_t /*size*/) override { return open(JsonValue::Kind::kList); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& text) override {
    key_ = std::move(text);
    if (open_.back()->find(key_) != nullptr) {
      return fail(JsonFaultKind::kKeyRepeated, "a key stands twice in one object");
    }
    return true;
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    position_ = position;
    return fail(JsonFaultKind::kNotJson, fmt::format("not JSON from byte {} on", position));
  }
  // Bytes read when the text turned out to be no JSON; 0 when something else is wrong.
  std::size_t position() const { return position_; }
  JsonFaultKind fault() const { return fault_; }
  // The innermost value that is open, as far as its keys are words.
  std::string pointer() const {
    std::string pointer;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
      const JsonValue& parent = *open_[i];
      if (parent.kind == JsonValue::Kind::kList) {
        pointer += fmt::format("/{}", parent.items.size() - 1);
        continue;
      }
      const std::string& key = parent.members.back().key;
      const bool word =
          key.size() <= kShownKeyMax && std::all_of(key.begin(), key.end(), is_letter);
      if (!word) break;
      pointer += "/" + escaped(key);
    }
    return pointer;
  }

 private:
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
  bool fail(JsonFaultKind kind, std::string what) {
    const bool form = kind == JsonFaultKind::kNotJson || kind == JsonFaultKind::kKeyRepeated;
    if (!status_.is_ok()) return false;
    fault_ = kind;
    status_ = Status(form ? ErrorCode::kInvalidArgument : ErrorCode::kLimitExceeded, "/: " + what);
    return false;
  }
  bool add_number(std::string text) {
    JsonValue value;
    value.kind = JsonValue::Kind::kNumber;
    value.text = std::move(text);
    return add(std::move(value));
  }
  // Where the next value belongs. Open containers do not move: a parent only grows while none of
  // its children is open.
  JsonValue* place(JsonValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    JsonValue& parent = *open_.back();
    if (parent.kind == JsonValue::Kind::kObject) {
      parent.members.push_back({std::move(key_), std::move(value)});
      return &parent.members.back().value;
    }
    parent.items.push_back(std::move(value));
    return &parent.items.back();
  }
  bool add(JsonValue value) {
    if (++values_ > kJsonValuesMax) return fail(JsonFaultKind::kTooManyValues, "too many values");
    place(std::move(value));
    return true;
  }
  bool open(JsonValue::Kind kind) {
    if (++values_ > kJsonValuesMax) return fail(JsonFaultKind::kTooManyValues, "too many values");
    if (open_.size() >= kJsonDepthMax) return fail(JsonFaultKind::kTooDeep, "nested too deeply");
    JsonValue value;
    value.kind = kind;
    open_.push_back(place(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  JsonValue root_;
  std::vector<JsonValue*> open_;
  std::string key_;
  std::size_t values_ = 0;
  std::size_t position_ = 0;
  JsonFaultKind fault_ = JsonFaultKind::kNotJson;
  Status status_;
};

// A JSON number as a decimal, half up at the tenth fractional digit; more digits than that come
// from other programs' floating point.
Result<Decimal> decimal_of(std::string_view text) {
  constexpr int kExponentMax = 30;
  const Status malformed(ErrorCode::kInvalidArgument, "no number");
  if (text.size() > kNumberCharactersMax) return malformed;
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  int exponent = 0;
  if (e < text.size()) {
    std::string_view tail = text.substr(e + 1);
    const bool negative = !tail.empty() && tail.front() == '-';
    if (!tail.empty() && (tail.front() == '-' || tail.front() == '+')) tail.remove_prefix(1);
    for (const char c : tail) exponent = std::min(exponent * 10 + (c - '0'), kExponentMax + 1);
    if (exponent > kExponentMax) return malformed;
    if (negative) exponent = -exponent;
  }
  std::string_view mantissa = text.substr(0, e);
  const bool negative = !mantissa.empty() && mantissa.front() == '-';
  if (negative) mantissa.remove_prefix(1);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  std::string digits(mantissa.substr(0, point));
  if (point < mantissa.size()) digits += mantissa.substr(point + 1);
  // Digits before the point after the exponent moved it.
  const int whole = static_cast<int>(point) + exponent;
  if (whole < 0) digits.insert(0, static_cast<std::size_t>(-whole), '0');
  const auto before = static_cast<std::size_t>(std::max(whole, 0));
  if (digits.size() < before) digits.append(before - digits.size(), '0');
  constexpr std::size_t kKept = Decimal::kFractionDigits;
  const bool round_up = digits.size() > before + kKept && digits[before + kKept] >= '5';
  const std::string kept = (before == 0 ? "0" : digits.substr(0, before)) + "." +
                           (digits.size() > before ? digits.substr(before, kKept) : "0");
  const Result<Decimal> parsed = Decimal::parse(kept);
  if (!parsed.is_ok()) return malformed;
  const Decimal value = round_up && parsed.value().raw() < INT64_MAX
                            ? Decimal::from_raw(parsed.value().raw() + 1)
                            : parsed.value();
  return negative ? -value : value;
}

// Keys are written as RFC 6901 has them.
std::string escaped(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view key) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const JsonMember& m) { return m.key == key; });
  return found == members.end() ? nullptr : &found->value;
}

Result<JsonValue> parse_json(std::string_view text, JsonFault* fault) {
  JsonFault ignored;
  JsonFault& found = fault == nullptr ? ignored : *fault;
  if (text.size() > kJsonBytesMax) {
    found = {JsonFaultKind::kTooLarge, kJsonBytesMax, ""};
    return Status(ErrorCode::kLimitExceeded, "/: more than 8 MiB");
  }
  Builder builder;
  const char* furthest = text.data();
  const char* end = text.data() + text.size();
  try {
    nlohmann::json::sax_parse(Reading(text.data(), &furthest), Reading(end, &furthest), &builder);
  } catch (const std::exception&) {
    found = {JsonFaultKind::kNotJson, static_cast<std::size_t>(furthest - text.data()), ""};
    return Status(ErrorCode::kInvalidArgument, "/: not JSON");
  }
  found.kind = builder.fault();
  found.byte_offset = builder.position() > 0 ? std::min(builder.position() - 1, text.size())
                                             : static_cast<std::size_t>(furthest - text.data());
  found.pointer = builder.pointer();
  return builder.finish();
}

Status JsonCursor::error(std::string_view what) const {
  return Status(ErrorCode::kInvalidArgument,
                fmt::format("{}: {}", pointer_.empty() ? "/" : pointer_, what));
}

std::optional<JsonCursor> JsonCursor::member(std::string_view key) const {
  const JsonValue* found = value_->find(key);
  if (found == nullptr || found->kind == JsonValue::Kind::kNull) return std::nullopt;
  return JsonCursor(*found, pointer_ + "/" + escaped(key));
}

JsonCursor JsonCursor::item(std::size_t index) const {
  return JsonCursor(value_->items[index], fmt::format("{}/{}", pointer_, index));
}

Result<bool> JsonCursor::boolean() const {
  if (value_->kind != JsonValue::Kind::kBool) return error("true or false is expected");
  return value_->truth;
}

Result<std::string> JsonCursor::word() const {
  if (value_->kind != JsonValue::Kind::kText) return error("a text is expected");
  return value_->text;
}

Result<Decimal> JsonCursor::number(Decimal low, Decimal high) const {
  const Result<Decimal> parsed = value_->kind == JsonValue::Kind::kNumber
                                     ? decimal_of(value_->text)
                                     : Result<Decimal>(error("no number"));
  if (!parsed.is_ok() || parsed.value() < low || parsed.value() > high) {
    return error(
        fmt::format("a number from {} to {} is expected", low.to_string(), high.to_string()));
  }
  return parsed.value();
}

Result<std::int64_t> JsonCursor::whole(std::int64_t low, std::int64_t high) const {
  const Result<Decimal> parsed = value_->kind == JsonValue::Kind::kNumber
                                     ? decimal_of(value_->text)
                                     : Result<Decimal>(error("no number"));
  if (!parsed.is_ok() || parsed.value().raw() % Decimal::kOne != 0 ||
      parsed.value().raw() / Decimal::kOne < low || parsed.value().raw() / Decimal::kOne > high) {
    return error(fmt::format("a whole number from {} to {} is expected", low, high));
  }
  return parsed.value().raw() / Decimal::kOne;
}

Status JsonCursor::expect_object() const {
  return value_->kind == JsonValue::Kind::kObject ? Status::ok() : error("an object is expected");
}

Status JsonCursor::expect_list(std::size_t most) const {
  if (value_->kind != JsonValue::Kind::kList) return error("a list is expected");
  if (value_->items.size() > most) return error(fmt::format("at most {} items", most));
  return Status::ok();
}

}  // namespace qcdr::scoring
