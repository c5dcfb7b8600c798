#include "telemetry/identifier_scrubber.h"

#include <array>

#include "core/identifiers.h"

namespace qcdr {
namespace {

constexpr std::string_view kRemoved = "[removed]";
constexpr std::size_t kTinDigits = 9;
constexpr std::size_t kNpiDigits = 10;

bool is_digit(char character) {
  return character >= '0' && character <= '9';
}

std::size_t digits_at(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return count;
}

// Length of a TIN with its hyphens at the beginning of the text, or 0. The digits before and after
// it are not its own.
std::size_t hyphenated_tin(std::string_view text) {
  static constexpr std::array<std::string_view, 2> kForms = {"dd-ddddddd", "ddd-dd-dddd"};
  for (const std::string_view form : kForms) {
    if (text.size() < form.size()) continue;
    bool matches = text.size() == form.size() || !is_digit(text[form.size()]);
    for (std::size_t i = 0; matches && i < form.size(); ++i) {
      matches = form[i] == 'd' ? is_digit(text[i]) : text[i] == form[i];
    }
    if (matches) return form.size();
  }
  return 0;
}

bool may_identify(std::string_view digits) {
  if (digits.size() < kTinDigits) return false;
  Npi npi;
  return digits.size() != kNpiDigits || check_npi(digits, &npi) == NpiVerdict::kValid;
}

}  // namespace

std::string scrub_identifiers(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const std::size_t digits = digits_at(text);
    std::size_t taken = hyphenated_tin(text);
    const bool removed = taken > 0 || may_identify(text.substr(0, digits));
    if (taken == 0) taken = digits > 0 ? digits : 1;
    clean.append(removed ? kRemoved : text.substr(0, taken));
    text.remove_prefix(taken);
  }
  return clean;
}

}  // namespace qcdr
