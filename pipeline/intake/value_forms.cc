#include "intake/value_forms.h"

#include <algorithm>
#include <array>

#include "core/time.h"
#include "core/zone.h"
#include "intake/identity_checks.h"
#include "intake/limits.h"
#include "intake/spreadsheet_dates.h"
#include "intake/text.h"

namespace qcdr::intake {
namespace {

constexpr std::size_t kSha256Bytes = 32;
constexpr std::size_t kCountDigits = 9;
constexpr std::size_t kPlaces = 4;
// Years that a date of a practice, a clinician or a document can have.
constexpr int kFirstYear = 1930;
constexpr int kLastYear = 2099;
constexpr std::string_view kDateForm = "a date like 2022-11-08";
constexpr std::string_view kInstantExample = "2023-01-19T15:00:00-06:00";

Complaint form(std::string_view name, std::string_view what) {
  return {FindingCode::VALUE_FORM, {std::string(name), std::string(what)}};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// "1.23457E+09": the digits behind the shown ones are gone.
bool is_scientific(std::string_view text) {
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent == 0 || exponent == std::string_view::npos) return false;
  const std::string_view number = text.substr(0, exponent);
  std::string_view power = text.substr(exponent + 1);
  if (!power.empty() && (power[0] == '+' || power[0] == '-')) power.remove_prefix(1);
  const bool digits = std::all_of(number.begin(), number.end(),
                                  [](char c) { return is_digit(c) || c == '.' || c == ','; });
  return digits && is_digit(number[0]) && small_number(power, 3).has_value();
}

Wrong date_complaint(std::string_view text, std::string_view name, std::string_view wanted) {
  if (const auto what = spreadsheet_date(text)) {
    return Complaint{FindingCode::DATE_OF_SPREADSHEET, {std::string(name), std::string(*what)}};
  }
  return form(name, wanted);
}

bool plausible(LocalDate date) {
  return date.year() >= kFirstYear && date.year() <= kLastYear;
}

}  // namespace

Complaint time_complaint(std::string_view text, std::string_view name, std::string_view example,
                         std::string_view wanted) {
  if (const auto what = spreadsheet_time(text)) {
    return {FindingCode::TIME_OF_SPREADSHEET,
            {std::string(name), std::string(example), std::string(*what)}};
  }
  return form(name, wanted);
}

Wrong read_date(std::string_view text, std::string_view name, std::int32_t* days) {
  const Result<LocalDate> date = LocalDate::parse(text);
  if (!date.is_ok()) return date_complaint(text, name, kDateForm);
  if (!plausible(date.value()))
    return Complaint{FindingCode::DATE_IMPLAUSIBLE, {std::string(name)}};
  *days = date.value().days();
  return std::nullopt;
}

Wrong read_instant(std::string_view text, std::string_view name, bool or_date,
                   std::int64_t* milliseconds) {
  if (const Result<LocalDate> date = LocalDate::parse(text); or_date && date.is_ok()) {
    *milliseconds = midnight(Zone::kCentral, date.value()).milliseconds();
    return std::nullopt;
  }
  if (const Result<Instant> instant = Instant::parse(text); instant.is_ok()) {
    *milliseconds = instant.value().milliseconds();
    return std::nullopt;
  }
  if (or_date) {
    return date_complaint(text, name,
                          "a date like 2023-01-19 or an instant like 2023-01-19T15:00:00-06:00");
  }
  return time_complaint(text, name, kInstantExample, "an instant like 2023-01-19T15:00:00-06:00");
}

Wrong read_count(std::string_view text, std::string_view name, std::uint32_t at_most,
                 std::uint32_t* count) {
  const auto number = small_number(text, kCountDigits);
  if (!number.has_value() || (at_most != 0 && *number > at_most)) {
    return form(name, at_most == 0 ? "a whole number"
                                   : "a whole number of at most " + std::to_string(at_most));
  }
  *count = *number;
  return std::nullopt;
}

Wrong read_ten_thousandths(std::string_view text, std::string_view name, std::uint32_t at_most,
                           std::int64_t* value) {
  const Complaint complaint =
      form(name, at_most == 0 ? "a number like 83.5"
                              : "a number like 83.5 of at most " + std::to_string(at_most));
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  const std::size_t dot = std::min(text.find('.'), text.size());
  const auto whole = small_number(text.substr(0, dot), 6);
  std::string places(text.substr(std::min(dot + 1, text.size())));
  if (!whole.has_value() || places.size() > kPlaces || !all_digits(places)) return complaint;
  places.resize(kPlaces, '0');
  const std::int64_t number =
      std::int64_t{*whole} * 10'000 + std::int64_t{*small_number(places, kPlaces)};
  if (at_most != 0 && number > std::int64_t{at_most} * 10'000) return complaint;
  *value = negative ? -number : number;
  return std::nullopt;
}

Wrong read_yes_no(std::string_view text, std::string_view name, bool* value) {
  const std::string word = upper(text);
  if (word == "YES" || word == "TRUE" || word == "Y") {
    *value = true;
  } else if (word == "NO" || word == "FALSE" || word == "N") {
    *value = false;
  } else {
    return Complaint{FindingCode::VALUE_NOT_IN_LIST, {std::string(name), "yes, no"}};
  }
  return std::nullopt;
}

std::string choice_list(std::span<const Choice> choices) {
  std::string list;
  for (const Choice& choice : choices) {
    if (!list.empty()) list += ", ";
    list += choice.name;
  }
  return list;
}

Wrong read_choice(std::string_view text, std::string_view name, std::span<const Choice> choices,
                  const Choice** choice) {
  const std::string wanted = bare(text);
  for (const Choice& entry : choices) {
    if (bare(entry.name) != wanted) continue;
    *choice = &entry;
    return std::nullopt;
  }
  return Complaint{FindingCode::VALUE_NOT_IN_LIST, {std::string(name), choice_list(choices)}};
}

Wrong read_hash(std::string_view text, std::string_view name, std::string* bytes) {
  const Complaint complaint = form(name, "64 hexadecimal digits");
  if (text.size() != kSha256Bytes * 2) return complaint;
  std::string result;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return complaint;
    result.push_back(static_cast<char>(high * 16 + low));
  }
  *bytes = std::move(result);
  return std::nullopt;
}

Wrong check_text(std::string_view text, std::string_view name, std::uint32_t at_most) {
  const std::size_t limit = at_most == 0 ? kMaxNameBytes : at_most;
  if (text.size() <= limit) return std::nullopt;
  return Complaint{FindingCode::TEXT_TOO_LONG, {std::string(name), std::to_string(limit)}};
}

Wrong read_finding_code(std::string_view text, std::string_view name, std::uint32_t* code) {
  const std::string wanted = bare(text);
  for (const FindingDescription& finding : all_findings()) {
    if (bare(finding.identifier) != wanted && bare(print_code(finding.code)) != wanted) continue;
    *code = code_number(finding.code);
    return std::nullopt;
  }
  return form(name, "a finding like NO_CASES or QCDR-REC-0013");
}

Wrong read_npi(std::string_view text, std::string_view name, bool test_mode, Npi* npi) {
  if (is_scientific(text) || is_too_narrow(text)) {
    return Complaint{FindingCode::DIGITS_LOST, {std::string(name)}};
  }
  if (const auto wrong = check_npi_text(text, test_mode, npi)) {
    return Complaint{*wrong, {std::string(name)}};
  }
  return std::nullopt;
}

Wrong read_tin(std::string_view text, std::string_view name, bool quoted, bool test_mode,
               std::string* tin, std::optional<FindingCode>* repaired) {
  if (is_scientific(text) || is_too_narrow(text)) {
    return Complaint{FindingCode::DIGITS_LOST, {std::string(name)}};
  }
  TinReading reading = read_csv_tin(text, quoted);
  if (const auto wrong = check_tin_text(reading.tin, test_mode)) {
    std::vector<std::string> parameters;
    if (*wrong == FindingCode::TIN_FORMAT) parameters.emplace_back(name);
    return Complaint{*wrong, std::move(parameters)};
  }
  *tin = std::move(reading.tin);
  *repaired = reading.repaired;
  return std::nullopt;
}

}  // namespace qcdr::intake
