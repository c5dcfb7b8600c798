#include "core/time.h"

#include <chrono>
#include <cstdio>

namespace qcdr {
namespace {

constexpr std::int64_t kMillisecondsPerDay = 86'400'000;

Status malformed(const char* what) {
  return Status(ErrorCode::kInvalidArgument, what);
}

// Reads exactly `count` digits at the front of *text.
bool take_digits(std::string_view* text, int count, int* value) {
  if (text->size() < static_cast<std::size_t>(count)) return false;
  *value = 0;
  for (int i = 0; i < count; ++i) {
    const char c = (*text)[static_cast<std::size_t>(i)];
    if (c < '0' || c > '9') return false;
    *value = *value * 10 + (c - '0');
  }
  text->remove_prefix(static_cast<std::size_t>(count));
  return true;
}

bool take_char(std::string_view* text, char c) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

// Date with or without hyphens; *extended tells which, so that the time uses the same form.
bool take_date(std::string_view* text, LocalDate* date, bool* extended) {
  int year = 0, month = 0, day = 0;
  if (!take_digits(text, 4, &year)) return false;
  *extended = take_char(text, '-');
  if (!take_digits(text, 2, &month)) return false;
  if (*extended && !take_char(text, '-')) return false;
  if (!take_digits(text, 2, &day)) return false;
  auto result = LocalDate::from_civil(year, month, day);
  if (!result.is_ok()) return false;
  *date = result.value();
  return true;
}

bool take_time(std::string_view* text, bool extended, std::int32_t* second_of_day) {
  int hour = 0, minute = 0, second = 0;
  if (!take_digits(text, 2, &hour)) return false;
  if (extended && !take_char(text, ':')) return false;
  if (!take_digits(text, 2, &minute)) return false;
  if (extended && !take_char(text, ':')) return false;
  if (!take_digits(text, 2, &second)) return false;
  if (hour > 23 || minute > 59 || second > 59) return false;
  *second_of_day = hour * 3600 + minute * 60 + second;
  return true;
}

// ".123456": milliseconds, the rest is cut off.
bool take_fraction(std::string_view* text, int* milliseconds) {
  *milliseconds = 0;
  if (!take_char(text, '.')) return true;
  int digits = 0;
  while (!text->empty() && text->front() >= '0' && text->front() <= '9') {
    if (digits < 3) *milliseconds = *milliseconds * 10 + (text->front() - '0');
    if (++digits > 9) return false;
    text->remove_prefix(1);
  }
  for (int i = digits; i < 3; ++i) *milliseconds *= 10;
  return digits > 0;
}

bool take_offset(std::string_view* text, int* offset_seconds) {
  *offset_seconds = 0;
  if (take_char(text, 'Z')) return true;
  const bool negative = !text->empty() && text->front() == '-';
  if (!negative && (text->empty() || text->front() != '+')) return false;
  text->remove_prefix(1);
  int hour = 0, minute = 0;
  if (!take_digits(text, 2, &hour)) return false;
  take_char(text, ':');
  if (!take_digits(text, 2, &minute)) return false;
  if (hour > 14 || minute > 59) return false;
  *offset_seconds = (hour * 3600 + minute * 60) * (negative ? -1 : 1);
  return true;
}

std::chrono::year_month_day civil(std::int32_t days) {
  return std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(days)));
}

}  // namespace

Result<Instant> Instant::parse(std::string_view text) {
  LocalDate date;
  bool extended = false;
  std::int32_t second_of_day = 0;
  int milliseconds = 0, offset_seconds = 0;
  if (!take_date(&text, &date, &extended) || !take_char(&text, 'T') ||
      !take_time(&text, extended, &second_of_day) || !take_fraction(&text, &milliseconds) ||
      !take_offset(&text, &offset_seconds) || !text.empty()) {
    return malformed("not an instant with offset, like 2023-01-31T23:59:59-06:00");
  }
  return from_milliseconds(std::int64_t{date.days()} * kMillisecondsPerDay +
                           (std::int64_t{second_of_day} - offset_seconds) * 1000 + milliseconds);
}

std::string Instant::to_string() const {
  std::int64_t days = milliseconds_ / kMillisecondsPerDay;
  std::int64_t rest = milliseconds_ % kMillisecondsPerDay;
  if (rest < 0) {
    rest += kMillisecondsPerDay;
    --days;
  }
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "T%02d:%02d:%02d.%03dZ", static_cast<int>(rest / 3'600'000),
                static_cast<int>(rest / 60'000 % 60), static_cast<int>(rest / 1000 % 60),
                static_cast<int>(rest % 1000));
  return LocalDate::from_days(static_cast<std::int32_t>(days)).to_string() + buffer;
}

Result<LocalDate> LocalDate::from_civil(int year, int month, int day) {
  // The calendar types keep a month in one byte, so the range is checked before, not after.
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) {
    return malformed("no such calendar day");
  }
  const std::chrono::year_month_day value{std::chrono::year(year),
                                          std::chrono::month(static_cast<unsigned>(month)),
                                          std::chrono::day(static_cast<unsigned>(day))};
  if (!value.ok()) return malformed("no such calendar day");
  return from_days(
      static_cast<std::int32_t>(std::chrono::sys_days(value).time_since_epoch().count()));
}

Result<LocalDate> LocalDate::parse(std::string_view text) {
  LocalDate date;
  bool extended = false;
  if (!take_date(&text, &date, &extended) || !extended || !text.empty()) {
    return malformed("not a date like 2022-11-08");
  }
  return date;
}

int LocalDate::year() const {
  return static_cast<int>(civil(days_).year());
}
int LocalDate::month() const {
  return static_cast<int>(static_cast<unsigned>(civil(days_).month()));
}
int LocalDate::day() const {
  return static_cast<int>(static_cast<unsigned>(civil(days_).day()));
}

std::string LocalDate::to_string() const {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", year(), month(), day());
  return buffer;
}

Result<LocalDateTime> LocalDateTime::parse(std::string_view text) {
  LocalDateTime value;
  bool extended = false;
  int milliseconds = 0;
  if (!take_date(&text, &value.date, &extended) || !extended || !take_char(&text, 'T') ||
      !take_time(&text, extended, &value.second_of_day) || !take_fraction(&text, &milliseconds) ||
      !text.empty()) {
    return malformed("not a local date and time like 2022-11-08T07:32:00");
  }
  return value;
}

std::int64_t LocalDateTime::seconds_until(const LocalDateTime& end) const {
  return (std::int64_t{end.date.days()} - date.days()) * 86'400 + end.second_of_day - second_of_day;
}

}  // namespace qcdr
