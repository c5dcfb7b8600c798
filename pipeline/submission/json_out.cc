#include "submission/json_out.h"

#include "core/identifiers.h"

namespace qcdr::submission {
namespace {

constexpr unsigned char kFirstPrintable = 0x20;

void append_quoted(std::string_view text, std::string* out) {
  *out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      *out += '\\';
      *out += c;
    } else if (static_cast<unsigned char>(c) < kFirstPrintable) {
      *out += "\\u00" + hex(std::string_view(&c, 1));
    } else {
      *out += c;
    }
  }
  *out += '"';
}

}  // namespace

void JsonOut::separate() {
  if (!first_ && !after_key_) text_ += ',';
  first_ = false;
  after_key_ = false;
}

JsonOut& JsonOut::key(std::string_view name) {
  separate();
  append_quoted(name, &text_);
  text_ += ':';
  after_key_ = true;
  return *this;
}

void JsonOut::text(std::string_view value) {
  separate();
  append_quoted(value, &text_);
}

void JsonOut::plain(std::string_view value) {
  separate();
  text_ += value;
}

JsonOut& JsonOut::open(char bracket) {
  separate();
  text_ += bracket;
  first_ = true;
  return *this;
}

JsonOut& JsonOut::close(char bracket) {
  text_ += bracket;
  first_ = false;
  return *this;
}

}  // namespace qcdr::submission
