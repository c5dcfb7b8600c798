#include "cli/json_text.h"

#include <fmt/core.h>

namespace qcdr {

std::string json_text(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    if (static_cast<unsigned char>(c) < 0x20) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      continue;
    }
    quoted.push_back(c);
  }
  return quoted + "\"";
}

std::string text_or_null(std::string_view text) {
  return text.empty() ? "null" : json_text(text);
}

std::string json_instant(Instant instant) {
  if (instant.milliseconds() == INT64_MAX) return "null";
  return "\"" + instant.to_string() + "\"";
}

}  // namespace qcdr
