// Writes JSON as text, for what commands print: two spaces a level, keys in the order given.
// Thread-safety: value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qcdr {

class JsonWriter {
 public:
  void begin_object();
  void end_object();
  void begin_array();
  void end_array();
  void key(std::string_view name);
  void text(std::string_view value);
  void number(std::int64_t value);
  void boolean(bool value);
  void null();
  // JSON as it stands.
  void raw(std::string_view json);

  void field(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void field(std::string_view name, const char* value) { field(name, std::string_view(value)); }
  void field(std::string_view name, std::int64_t value) {
    key(name);
    number(value);
  }
  void flag(std::string_view name, bool value) {
    key(name);
    boolean(value);
  }
  // The document with a line feed at its end.
  std::string take();

 private:
  void place();
  void open(char bracket);
  void close(char bracket);

  std::string text_;
  std::vector<bool> has_members_;  // by level
  bool after_key_ = false;
};

}  // namespace qcdr
