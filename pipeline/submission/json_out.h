// Canonical JSON: keys in the order in which they are written, no white space, numbers exact.
// Thread-safety: none; one per text. Errors: none; a key outside an object is a bug.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/decimal.h"

namespace qcdr::submission {

class JsonOut {
 public:
  JsonOut& begin_object() { return open('{'); }
  JsonOut& end_object() { return close('}'); }
  JsonOut& begin_list() { return open('['); }
  JsonOut& end_list() { return close(']'); }
  JsonOut& key(std::string_view name);

  void text(std::string_view value);
  void whole(std::int64_t value) { plain(std::to_string(value)); }
  void number(Decimal value) { plain(value.to_string()); }
  void truth(bool value) { plain(value ? "true" : "false"); }
  void null() { plain("null"); }

  std::string take() { return std::move(text_); }

 private:
  JsonOut& open(char bracket);
  JsonOut& close(char bracket);
  void plain(std::string_view value);
  void separate();

  std::string text_;
  bool first_ = true;  // nothing stands in the innermost object or list
  bool after_key_ = false;
};

}  // namespace qcdr::submission
