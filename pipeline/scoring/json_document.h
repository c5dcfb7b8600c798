// A JSON text as a tree that keeps numbers as they were written, and reads with a JSON pointer for
// every complaint.
//
// Scores are exact decimals, so a number never passes through binary floating point.
// Limits: 8 MiB, depth 32, 200,000 values; a number of more than 64 characters is none. Repeated
// keys are refused. Privacy: a fault's pointer has only keys that are words.
// Thread-safety: values. Ownership: the document owns its texts. Errors: kInvalidArgument
// "<pointer>: what", kLimitExceeded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/decimal.h"
#include "core/status.h"

namespace qcdr::scoring {

struct JsonMember;

struct JsonValue {
  enum class Kind : std::uint8_t { kNull, kBool, kNumber, kText, kList, kObject };
  Kind kind = Kind::kNull;
  bool truth = false;
  std::string text;  // of a text or number
  std::vector<JsonValue> items;
  std::vector<JsonMember> members;  // in order, keys unique

  // Null when absent or not an object.
  const JsonValue* find(std::string_view key) const;
};

struct JsonMember {
  std::string key;
  JsonValue value;
};

inline constexpr std::size_t kJsonBytesMax = 8U * 1024 * 1024;
inline constexpr std::size_t kJsonDepthMax = 32;
inline constexpr std::size_t kJsonValuesMax = 200'000;

// What makes a text unreadable.
enum class JsonFaultKind : std::uint8_t {
  kNotJson,
  kKeyRepeated,
  kTooLarge,
  kTooDeep,
  kTooManyValues,
};
struct JsonFault {
  JsonFaultKind kind = JsonFaultKind::kNotJson;
  std::size_t byte_offset = 0;  // from 0
  std::string pointer;          // the innermost value that was open
};

// `fault`, if given, is set when there is no value.
Result<JsonValue> parse_json(std::string_view text, JsonFault* fault = nullptr);

// A value and where it stands.
class JsonCursor {
 public:
  JsonCursor(const JsonValue& value, std::string pointer)
      : value_(&value), pointer_(std::move(pointer)) {}

  const JsonValue& value() const { return *value_; }
  const std::string& pointer() const { return pointer_; }  // RFC 6901, "" for the root
  // The last part of the pointer: the key by which the value was asked for, or its place in a list.
  std::string name() const { return pointer_.substr(pointer_.rfind('/') + 1); }
  // "<pointer>: what"; the root's pointer is written "/".
  Status error(std::string_view what) const;

  // Nothing when the member is absent or null.
  std::optional<JsonCursor> member(std::string_view key) const;
  JsonCursor item(std::size_t index) const;

  Result<bool> boolean() const;
  Result<std::string> word() const;
  Result<Decimal> number(Decimal low, Decimal high) const;
  Result<std::int64_t> whole(std::int64_t low, std::int64_t high) const;
  Status expect_object() const;
  Status expect_list(std::size_t most) const;

 private:
  const JsonValue* value_;
  std::string pointer_;
};

}  // namespace qcdr::scoring
