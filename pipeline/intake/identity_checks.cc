#include "intake/identity_checks.h"

#include <algorithm>
#include <array>

#include "intake/text.h"

namespace qcdr::intake {
namespace {

constexpr std::string_view kTestTinPrefix = "000";
constexpr std::uint64_t kTestNpi = 9876543210;
constexpr std::size_t kTinDigits = 9;
constexpr std::size_t kNpiDigits = 10;
// Prefixes that the Internal Revenue Service has not assigned to employers.
constexpr std::array<std::string_view, 17> kUnassignedPrefixes = {
    "00", "07", "08", "09", "17", "18", "19", "28", "29",
    "49", "69", "70", "78", "79", "89", "96", "97"};

// CMS's preview accepts clinicians that do not exist.
std::optional<Npi> test_npi(std::string_view text) {
  if (text.size() != kNpiDigits || !all_digits(text)) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  const bool is_test = (text[0] == '0' && value != 0) || value == kTestNpi;
  return is_test ? std::optional<Npi>(Npi::from_trusted(value)) : std::nullopt;
}

}  // namespace

bool is_test_tin(std::string_view tin) {
  return tin.substr(0, 3) == kTestTinPrefix;
}

std::optional<FindingCode> check_tin_text(std::string_view text, bool test_mode) {
  if (check_tin(text) != TinVerdict::kValid) return FindingCode::TIN_FORMAT;
  if (is_test_tin(text) && !test_mode) return FindingCode::TIN_TEST_NOT_ALLOWED;
  return std::nullopt;
}

std::optional<FindingCode> check_npi_text(std::string_view text, bool test_mode, Npi* npi) {
  if (test_mode) {
    if (const std::optional<Npi> test = test_npi(text)) {
      *npi = *test;
      return std::nullopt;
    }
  }
  switch (check_npi(text, npi)) {
    case NpiVerdict::kValid:
      return std::nullopt;
    case NpiVerdict::kCheckDigit:
      return FindingCode::NPI_CHECK_DIGIT;
    case NpiVerdict::kNotTenDigits:
    case NpiVerdict::kLeadingDigit:
      break;
  }
  return FindingCode::NPI_FORMAT;
}

bool has_unusual_prefix(std::string_view tin) {
  if (is_test_tin(tin)) return false;
  const std::string_view prefix = tin.substr(0, 2);
  return std::find(kUnassignedPrefixes.begin(), kUnassignedPrefixes.end(), prefix) !=
         kUnassignedPrefixes.end();
}

TinReading read_csv_tin(std::string_view text, bool quoted) {
  TinReading reading{std::string(text), std::nullopt};
  if (text.size() == kTinDigits + 1 && text[2] == '-') {
    const std::string joined = reading.tin.substr(0, 2) + reading.tin.substr(3);
    if (all_digits(joined)) return TinReading{joined, FindingCode::TIN_HYPHEN_REMOVED};
  }
  const bool shortened = text.size() == kTinDigits - 1 || text.size() == kTinDigits - 2;
  if (!quoted && shortened && all_digits(text)) {
    reading.tin.insert(0, kTinDigits - text.size(), '0');
    reading.repaired = FindingCode::TIN_ZEROS_RESTORED;
  }
  return reading;
}

}  // namespace qcdr::intake
