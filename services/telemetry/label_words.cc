#include "telemetry/label_words.h"

#include <cctype>

namespace qcdr {
namespace {

std::string words_of(std::string_view name) {
  std::string words;
  for (const char character : name) {
    const auto byte = static_cast<unsigned char>(character);
    words += std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '_';
  }
  return words;
}

}  // namespace

std::string label_word(ErrorCode code) {
  return words_of(error_code_name(code));
}

std::string label_word(v1::RecordKind kind) {
  constexpr std::string_view kPrefix = "RECORD_KIND_";
  const std::string& name = v1::RecordKind_Name(kind);
  if (name.size() <= kPrefix.size()) return "unknown";
  return words_of(std::string_view(name).substr(kPrefix.size()));
}

}  // namespace qcdr
