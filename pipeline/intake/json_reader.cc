#include "intake/json_reader.h"

#include <algorithm>

#include "intake/limits.h"
#include "intake/text.h"

namespace qcdr::intake {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_word(char c) {
  return is_digit(c) || is_letter(c) || c == '-' || c == '+' || c == '.';
}
std::size_t digits(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - from;
}

}  // namespace

bool is_json_number(std::string_view text) {
  std::size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
  const std::size_t whole = digits(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return false;
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t places = digits(text, at + 1);
    if (places == 0) return false;
    at += 1 + places;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t power = digits(text, at);
    if (power == 0) return false;
    at += power;
  }
  return at == text.size();
}

Status JsonReader::refuse(FindingCode code, std::vector<std::string> parameters) {
  failure_ = make_verdict(code, here_, "", std::move(parameters));
  return to_status(*failure_);
}

Status JsonReader::broken(std::string_view what) {
  return refuse(FindingCode::JSON_NOT_WELL_FORMED, {std::string(what)});
}

void JsonReader::advance(char c) {
  ++here_.byte_offset;
  const bool second_of_pair = c == '\n' && after_carriage_return_;
  after_carriage_return_ = c == '\r';
  if (c == '\r' || (c == '\n' && !second_of_pair)) {
    ++here_.line;
    here_.column = 1;
  } else if (!second_of_pair) {
    ++here_.column;
  }
}

void JsonReader::append(std::string_view bytes) {
  if (text_.size() + bytes.size() > kMaxJsonTextBytes) {
    cut_ = true;
  } else if (!cut_) {
    text_.append(bytes);
  }
}

void JsonReader::append_code_point(std::uint32_t code_point) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  std::string bytes;
  if (code_point < 0x80) {
    bytes = {byte(code_point)};
  } else if (code_point < 0x800) {
    bytes = {byte(0xC0 | code_point >> 6), byte(0x80 | (code_point & 0x3F))};
  } else if (code_point < 0x10000) {
    bytes = {byte(0xE0 | code_point >> 12), byte(0x80 | (code_point >> 6 & 0x3F)),
             byte(0x80 | (code_point & 0x3F))};
  } else {
    bytes = {byte(0xF0 | code_point >> 18), byte(0x80 | (code_point >> 12 & 0x3F)),
             byte(0x80 | (code_point >> 6 & 0x3F)), byte(0x80 | (code_point & 0x3F))};
  }
  append(bytes);
}

void JsonReader::value_is_over() {
  expect_ = open_.empty() ? Expect::kValue : Expect::kCommaOrEnd;
}

Status JsonReader::begin(char c) {
  const bool value = expect_ == Expect::kValue || expect_ == Expect::kValueOrEnd;
  if (!value) return broken("a bracket stands where none may stand");
  if (open_.size() == kMaxJsonDepth) {
    return refuse(FindingCode::JSON_TOO_DEEP, {std::to_string(kMaxJsonDepth)});
  }
  open_.push_back(c);
  expect_ = c == '{' ? Expect::kKeyOrEnd : Expect::kValueOrEnd;
  return handler_.json_begin(c == '{', here_);
}

Status JsonReader::end(char c) {
  const char opening = c == '}' ? '{' : '[';
  const Expect empty = c == '}' ? Expect::kKeyOrEnd : Expect::kValueOrEnd;
  if (open_.empty() || open_.back() != opening ||
      (expect_ != Expect::kCommaOrEnd && expect_ != empty)) {
    return broken("a closing bracket stands where none may stand");
  }
  open_.pop_back();
  value_is_over();
  return handler_.json_end(c == '}');
}

Status JsonReader::take_structure(char c) {
  switch (c) {
    case '{':
    case '[':
      return begin(c);
    case '}':
    case ']':
      return end(c);
    case ',':
      if (expect_ != Expect::kCommaOrEnd) return broken("a comma stands where none may stand");
      expect_ = open_.back() == '{' ? Expect::kKey : Expect::kValue;
      return Status::ok();
    case ':':
      if (expect_ != Expect::kColon) return broken("a colon stands where none may stand");
      expect_ = Expect::kValue;
      return Status::ok();
    default:
      break;
  }
  is_key_ = expect_ == Expect::kKey || expect_ == Expect::kKeyOrEnd;
  const bool value = expect_ == Expect::kValue || expect_ == Expect::kValueOrEnd;
  if ((!value && !is_key_) || (is_key_ && c != '"') || (c != '"' && !is_word(c))) {
    return broken("a character stands where none may stand");
  }
  token_ = c == '"' ? Token::kString : Token::kWord;
  token_place_ = here_;
  text_.clear();
  cut_ = false;
  if (c != '"') append({&c, 1});
  return Status::ok();
}

Status JsonReader::end_string() {
  if (high_surrogate_ != 0) return broken("half of a surrogate pair");
  token_ = Token::kNone;
  if (is_key_) {
    expect_ = Expect::kColon;
    return handler_.json_key(text_, token_place_);
  }
  value_is_over();
  return handler_.json_scalar({JsonType::kString, text_, token_place_, cut_});
}

Status JsonReader::end_word() {
  token_ = Token::kNone;
  value_is_over();
  JsonScalar scalar{JsonType::kNumber, text_, token_place_, cut_};
  if (text_ == "true" || text_ == "false") {
    scalar.type = JsonType::kBoolean;
  } else if (text_ == "null") {
    scalar.type = JsonType::kNull;
    scalar.text = {};
  } else if (!is_json_number(text_)) {
    return broken("a word is neither a number nor true, false or null");
  }
  return handler_.json_scalar(scalar);
}

Status JsonReader::take_string(char c) {
  if (c == '\\') {
    token_ = Token::kEscape;
    return Status::ok();
  }
  if (high_surrogate_ != 0) return broken("half of a surrogate pair");
  if (c == '"') return end_string();
  if (static_cast<unsigned char>(c) < 0x20) return broken("a control character within a text");
  append({&c, 1});
  return Status::ok();
}

Status JsonReader::take_escape(char c) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  token_ = Token::kString;
  if (c == 'u') {
    token_ = Token::kUnicode;
    unit_ = 0;
    unit_digits_ = 0;
    return Status::ok();
  }
  const std::size_t found = kLetters.find(c);
  if (found == std::string_view::npos || high_surrogate_ != 0) {
    return broken("a backslash with a letter that means nothing");
  }
  append(kMeanings.substr(found, 1));
  return Status::ok();
}

Status JsonReader::take_unicode(char c) {
  const char letter = upper({&c, 1})[0];
  if (is_digit(c)) {
    unit_ = unit_ << 4 | static_cast<std::uint32_t>(c - '0');
  } else if (letter >= 'A' && letter <= 'F') {
    unit_ = unit_ << 4 | static_cast<std::uint32_t>(letter - 'A' + 10);
  } else {
    return broken("\\u without four hexadecimal digits");
  }
  if (++unit_digits_ < 4) return Status::ok();
  token_ = Token::kString;
  const bool high = unit_ >= 0xD800 && unit_ < 0xDC00;
  const bool low = unit_ >= 0xDC00 && unit_ < 0xE000;
  if (low != (high_surrogate_ != 0)) return broken("half of a surrogate pair");
  if (high) {
    high_surrogate_ = unit_;
  } else if (low) {
    append_code_point(0x10000 + ((high_surrogate_ - 0xD800) << 10) + (unit_ - 0xDC00));
    high_surrogate_ = 0;
  } else {
    append_code_point(unit_);
  }
  return Status::ok();
}

Status JsonReader::take(char c) {
  if (utf8_.feed({&c, 1}) != Utf8Validator::kValid) {
    return refuse(FindingCode::XML_INVALID_UTF8, {});
  }
  if (token_ == Token::kWord) {
    if (is_word(c)) {
      append({&c, 1});
      return Status::ok();
    }
    QCDR_RETURN_IF_ERROR(end_word());
  }
  switch (token_) {
    case Token::kString:
      return take_string(c);
    case Token::kEscape:
      return take_escape(c);
    case Token::kUnicode:
      return take_unicode(c);
    default:
      return is_space(c) ? Status::ok() : take_structure(c);
  }
}

Status JsonReader::feed(std::string_view bytes) {
  if (failure_.has_value()) return to_status(*failure_);
  for (const char c : bytes) {
    const bool mark = here_.byte_offset == mark_bytes_ && mark_bytes_ < kByteOrderMark.size() &&
                      c == kByteOrderMark[mark_bytes_];
    if (mark) {
      ++mark_bytes_;
      ++here_.byte_offset;
      continue;
    }
    if (mark_bytes_ > 0 && mark_bytes_ < kByteOrderMark.size()) {
      return refuse(FindingCode::XML_INVALID_UTF8, {});
    }
    QCDR_RETURN_IF_ERROR(take(c));
    advance(c);
  }
  return Status::ok();
}

Status JsonReader::finish() {
  if (failure_.has_value()) return to_status(*failure_);
  if (token_ == Token::kWord) QCDR_RETURN_IF_ERROR(end_word());
  const bool half_mark = mark_bytes_ > 0 && mark_bytes_ < kByteOrderMark.size();
  if (token_ != Token::kNone || !open_.empty() || half_mark) {
    return broken("it ends before its last bracket");
  }
  return Status::ok();
}

}  // namespace qcdr::intake
