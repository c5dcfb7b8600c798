// Streaming JSON after RFC 8259, with the exact place of every value.
//
// Hand-written because it is fed in pieces, must not hold the file, and a finding needs line and
// column of each value; a test and a fuzz target hold its verdict against that of a library.
// Read are one value or several, one behind the other, as in files with one record a line. A byte
// order mark is passed over. Strings and numbers are cut at kMaxJsonTextBytes and say so.
// Errors: the first one is kept as a fatal finding; nothing is read behind it.
// Thread-safety: none. The handler outlives the reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"
#include "intake/findings.h"
#include "intake/utf8.h"

namespace qcdr::intake {

enum class JsonType : std::uint8_t { kNull, kBoolean, kNumber, kString };

struct JsonScalar {
  JsonType type = JsonType::kNull;
  std::string_view text;  // decoded; "true", "false" or "" for null; valid during the call
  Place place;            // of its first byte
  bool cut = false;       // longer than the limit
};

// A bad status ends the parse and is passed on.
class JsonHandler {
 public:
  virtual ~JsonHandler() = default;
  virtual Status json_begin(bool object, const Place& place) = 0;
  virtual Status json_end(bool object) = 0;
  virtual Status json_key(std::string_view key, const Place& place) = 0;
  virtual Status json_scalar(const JsonScalar& scalar) = 0;
};

class JsonReader {
 public:
  explicit JsonReader(JsonHandler& handler) : handler_(handler) {}

  Status feed(std::string_view bytes);
  Status finish();
  const std::optional<v1::Verdict>& failure() const { return failure_; }
  Place here() const { return here_; }
  std::size_t depth() const { return open_.size(); }

 private:
  enum class Expect : std::uint8_t {
    kValue,       // at the top: or the end of the file
    kValueOrEnd,  // behind '['
    kKeyOrEnd,    // behind '{'
    kKey,         // behind ',' in an object
    kColon,       // behind a key
    kCommaOrEnd,  // behind a value within something
  };
  enum class Token : std::uint8_t { kNone, kString, kEscape, kUnicode, kWord };

  Status take(char c);
  Status take_structure(char c);
  Status begin(char c);
  Status end(char c);
  Status take_string(char c);
  Status take_escape(char c);
  Status take_unicode(char c);
  Status end_string();
  Status end_word();
  void append(std::string_view bytes);
  void append_code_point(std::uint32_t code_point);
  void value_is_over();
  Status refuse(FindingCode code, std::vector<std::string> parameters);
  Status broken(std::string_view what);
  void advance(char c);

  JsonHandler& handler_;
  std::vector<char> open_;  // '{' and '['
  Expect expect_ = Expect::kValue;
  Token token_ = Token::kNone;
  bool is_key_ = false;
  std::string text_;
  bool cut_ = false;
  Place token_place_;
  std::uint32_t unit_ = 0;  // of \uXXXX, as far as read
  int unit_digits_ = 0;
  std::uint32_t high_surrogate_ = 0;  // waits for the low one
  Place here_;
  Utf8Validator utf8_;
  std::size_t mark_bytes_ = 0;
  bool after_carriage_return_ = false;
  std::optional<v1::Verdict> failure_;
};

// A number as RFC 8259 writes it.
bool is_json_number(std::string_view text);

}  // namespace qcdr::intake
