#include "core/identifiers.h"

#include <algorithm>

namespace qcdr {
namespace {

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Luhn sum of the constant prefix 80840 that the NPI standard puts before the number.
constexpr int kPrefixSum = 24;

}  // namespace

int npi_check_digit(std::uint64_t first_nine_digits) {
  int sum = kPrefixSum;
  bool doubled = true;
  for (int i = 0; i < 9; ++i) {
    int digit = static_cast<int>(first_nine_digits % 10);
    first_nine_digits /= 10;
    if (doubled) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
    doubled = !doubled;
  }
  return (10 - sum % 10) % 10;
}

NpiVerdict check_npi(std::string_view text, Npi* npi) {
  if (text.size() != 10 || !all_digits(text)) return NpiVerdict::kNotTenDigits;
  if (text[0] != '1' && text[0] != '2') return NpiVerdict::kLeadingDigit;
  std::uint64_t value = 0;
  for (char c : text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  if (npi_check_digit(value / 10) != static_cast<int>(value % 10)) return NpiVerdict::kCheckDigit;
  if (npi != nullptr) *npi = Npi::from_trusted(value);
  return NpiVerdict::kValid;
}

TinVerdict check_tin(std::string_view text) {
  if (text.size() != 9 || !all_digits(text)) return TinVerdict::kNotNineDigits;
  if (std::all_of(text.begin(), text.end(), [&](char c) { return c == text[0]; })) {
    return TinVerdict::kAllDigitsEqual;
  }
  return TinVerdict::kValid;
}

std::string mask_tin(std::string_view tin) {
  std::string masked(tin.size(), '*');
  const std::size_t shown = std::min<std::size_t>(4, tin.size());
  masked.replace(tin.size() - shown, shown, tin.substr(tin.size() - shown));
  return masked;
}

std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

}  // namespace qcdr
