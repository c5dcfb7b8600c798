#include "intake/spreadsheet_dates.h"

#include <algorithm>
#include <array>

#include "core/time.h"
#include "intake/text.h"

namespace qcdr::intake {
namespace {

// Serial numbers of spreadsheets: days since 1899-12-30, here of 1954 to 2118.
constexpr std::uint32_t kFirstSerial = 20'000;
constexpr std::uint32_t kLastSerial = 80'000;
constexpr std::size_t kSerialDigits = 5;
constexpr std::size_t kDateBytes = 10;  // 2022-11-08
constexpr std::string_view kTooNarrow = "#### because the column was too narrow";
constexpr std::array<std::string_view, 12> kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                      "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};

// Digits before the first dot, and nothing but digits after it.
bool is_decimal(std::string_view text) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  const std::string_view places = text.substr(std::min(dot + 1, text.size()));
  return all_digits(text.substr(0, dot)) && dot > 0 && all_digits(places);
}

bool is_serial(std::string_view text) {
  const auto days = small_number(text.substr(0, text.find('.')), kSerialDigits);
  return is_decimal(text) && days.has_value() && *days >= kFirstSerial && *days <= kLastSerial;
}

// "1/31/2023", "31.1.2023", "1-31-23", whatever stands behind.
bool is_numeric(std::string_view text) {
  const std::size_t first = text.find_first_of("/-.");
  if (first == 0 || first == std::string_view::npos || first > 2) return false;
  const std::size_t second = text.find(text[first], first + 1);
  if (second == std::string_view::npos || !all_digits(text.substr(0, first))) return false;
  return small_number(text.substr(first + 1, second - first - 1), 2).has_value();
}

// "31-Jan-2023", "January 31, 2023", "31-Jan": a word that begins like a month, and digits.
bool has_month_name(std::string_view text) {
  if (std::none_of(text.begin(), text.end(), is_digit)) return false;
  const std::string capitals = upper(text);
  return std::any_of(kMonths.begin(), kMonths.end(), [&](std::string_view month) {
    const std::size_t at = capitals.find(month);
    return at != std::string::npos && (at == 0 || !is_letter(capitals[at - 1]));
  });
}

bool begins_with_date(std::string_view text) {
  return LocalDate::parse(text.substr(0, kDateBytes)).is_ok();
}

// "7:32", "07:32:00 AM", "0.3139".
bool is_time_alone(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) return small_number(text.substr(0, colon), 2).has_value();
  return text.starts_with("0.") && is_decimal(text);
}

}  // namespace

bool is_too_narrow(std::string_view text) {
  return text.size() > 1 && text.find_first_not_of('#') == std::string_view::npos;
}

std::optional<std::string_view> spreadsheet_date(std::string_view text) {
  if (is_serial(text)) return "a serial number of days";
  if (is_numeric(text)) return "month, day and year";
  if (has_month_name(text)) return "the name of the month";
  if (is_too_narrow(text)) return kTooNarrow;
  if (text.size() > kDateBytes && text[kDateBytes] == ' ' && begins_with_date(text)) {
    return "a time of day behind the date";
  }
  return std::nullopt;
}

std::optional<std::string_view> spreadsheet_time(std::string_view text) {
  if (is_serial(text)) return "a serial number of days";
  if (is_numeric(text)) return "month, day and year";
  if (has_month_name(text)) return "the name of the month";
  if (is_too_narrow(text)) return kTooNarrow;
  if (is_time_alone(text)) return "a time of day without its date";
  if (text.size() > kDateBytes && begins_with_date(text)) {
    if (text[kDateBytes] == ' ') return "a space between date and time";
    return std::nullopt;
  }
  if (text.size() == kDateBytes && begins_with_date(text)) return "a date without a time of day";
  return std::nullopt;
}

}  // namespace qcdr::intake
