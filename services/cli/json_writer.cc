#include "cli/json_writer.h"

#include <fmt/core.h>

#include "core/assert.h"

namespace qcdr {

void JsonWriter::place() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_members_.empty()) return;
  if (has_members_.back()) text_ += ",";
  has_members_.back() = true;
  text_ += "\n";
  text_.append(2 * has_members_.size(), ' ');
}

void JsonWriter::open(char bracket) {
  place();
  text_ += bracket;
  has_members_.push_back(false);
}

void JsonWriter::close(char bracket) {
  QCDR_ASSERT(!has_members_.empty());
  const bool members = has_members_.back();
  has_members_.pop_back();
  if (members) {
    text_ += "\n";
    text_.append(2 * has_members_.size(), ' ');
  }
  text_ += bracket;
}

void JsonWriter::begin_object() {
  open('{');
}
void JsonWriter::end_object() {
  close('}');
}
void JsonWriter::begin_array() {
  open('[');
}
void JsonWriter::end_array() {
  close(']');
}

void JsonWriter::key(std::string_view name) {
  text(name);
  text_ += ": ";
  after_key_ = true;
}

void JsonWriter::text(std::string_view value) {
  place();
  text_ += '"';
  for (char c : value) {
    if (c == '"' || c == '\\') text_ += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      text_ += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      text_ += c;
    }
  }
  text_ += '"';
}

void JsonWriter::number(std::int64_t value) {
  place();
  text_ += std::to_string(value);
}

void JsonWriter::boolean(bool value) {
  place();
  text_ += value ? "true" : "false";
}

void JsonWriter::null() {
  place();
  text_ += "null";
}

void JsonWriter::raw(std::string_view json) {
  place();
  text_ += json;
}

std::string JsonWriter::take() {
  QCDR_ASSERT(has_members_.empty() && !after_key_);
  return std::move(text_) + "\n";
}

}  // namespace qcdr
