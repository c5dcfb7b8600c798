#include "submission/retry.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace qcdr::submission {
namespace {

constexpr std::int64_t kSecondMilliseconds = 1'000;
constexpr std::int64_t kDaySeconds = 86'400;
constexpr int kDoublingsMax = 20;
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// What one place of a date is; -1 when it is not that.
int number(std::string_view text) {
  int value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return whole && !text.empty() && text.front() != '-' ? value : -1;
}

int month_of(std::string_view name) {
  const auto found = std::find(kMonths.begin(), kMonths.end(), name);
  return found == kMonths.end() ? -1 : static_cast<int>(found - kMonths.begin()) + 1;
}

// "08:49:37" as seconds of the day; -1 when it is not that. A leap second counts as the one before.
std::int64_t clock_of(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return -1;
  const int hour = number(text.substr(0, 2));
  const int minute = number(text.substr(3, 2));
  const int second = number(text.substr(6, 2));
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return -1;
  return hour * 3'600 + minute * 60 + std::min(second, 59);
}

std::optional<Instant> instant_of(int year, int month, int day, std::int64_t second_of_day) {
  if (year < 0 || month < 1 || day < 1 || second_of_day < 0) return std::nullopt;
  const auto date = LocalDate::from_civil(year, month, day);
  if (!date.is_ok()) return std::nullopt;
  return Instant::from_milliseconds(
      (std::int64_t{date.value().days()} * kDaySeconds + second_of_day) * kSecondMilliseconds);
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<Instant> parse_fixed(std::string_view text) {
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") {
    return std::nullopt;
  }
  if (text[7] != ' ' || text[11] != ' ' || text[16] != ' ') return std::nullopt;
  return instant_of(number(text.substr(12, 4)), month_of(text.substr(8, 3)),
                    number(text.substr(5, 2)), clock_of(text.substr(17, 8)));
}

// "Sunday, 06-Nov-94 08:49:37 GMT": a year that seems more than 50 years ahead is of the past.
std::optional<Instant> parse_two_digit(std::string_view text, Instant now) {
  const std::size_t comma = text.find(", ");
  if (comma == std::string_view::npos || comma < 6) return std::nullopt;
  const std::string_view rest = text.substr(comma + 2);
  if (rest.size() != 22 || rest[2] != '-' || rest[6] != '-' || rest[9] != ' ' ||
      rest.substr(18) != " GMT") {
    return std::nullopt;
  }
  const int short_year = number(rest.substr(7, 2));
  if (short_year < 0) return std::nullopt;
  const int this_year =
      LocalDate::from_days(
          static_cast<std::int32_t>(now.milliseconds() / (kDaySeconds * kSecondMilliseconds)))
          .year();
  int year = this_year / 100 * 100 + short_year;
  if (year > this_year + 50) year -= 100;
  return instant_of(year, month_of(rest.substr(3, 3)), number(rest.substr(0, 2)),
                    clock_of(rest.substr(10, 8)));
}

// "Sun Nov  6 08:49:37 1994"
std::optional<Instant> parse_c_form(std::string_view text) {
  if (text.size() != 24 || text[3] != ' ' || text[7] != ' ' || text[10] != ' ' || text[19] != ' ') {
    return std::nullopt;
  }
  const std::string_view day = text[8] == ' ' ? text.substr(9, 1) : text.substr(8, 2);
  return instant_of(number(text.substr(20, 4)), month_of(text.substr(4, 3)), number(day),
                    clock_of(text.substr(11, 8)));
}

}  // namespace

RetryAnswer retry_answer(int http_status) {
  switch (http_status) {
    case 0:
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return RetryAnswer::kPause;
    case 403:
      return RetryAnswer::kLongPause;
    default:
      return RetryAnswer::kNever;
  }
}

std::optional<std::int64_t> Retry::failed(RetryAnswer answer,
                                          std::optional<std::int64_t> retry_after_milliseconds,
                                          std::int64_t now_milliseconds) {
  if (failures_ == 0) first_failure_milliseconds_ = now_milliseconds;
  ++failures_;
  if (answer == RetryAnswer::kLongPause) ++forbidden_;
  if (answer == RetryAnswer::kNever || failures_ >= limits_.attempts_max ||
      forbidden_ >= limits_.forbidden_attempts_max) {
    return std::nullopt;
  }
  const auto doublings = static_cast<int>(std::min<std::int64_t>(failures_ - 1, kDoublingsMax));
  const std::int64_t most =
      std::min(limits_.pause_milliseconds_max, limits_.first_pause_milliseconds << doublings);
  auto pause = static_cast<std::int64_t>(chance_(static_cast<std::uint64_t>(most) + 1));
  if (answer == RetryAnswer::kLongPause) pause += limits_.forbidden_pause_milliseconds;
  if (retry_after_milliseconds) {
    // Drawn on top: not everybody at the same instant.
    pause += std::min(*retry_after_milliseconds, limits_.retry_after_milliseconds_max);
  }
  const std::int64_t since = now_milliseconds - first_failure_milliseconds_;
  if (since + pause > limits_.total_milliseconds_max) return std::nullopt;
  return pause;
}

void Retry::worked() {
  failures_ = 0;
  forbidden_ = 0;
}

std::optional<std::int64_t> parse_retry_after(std::string_view text, Instant now) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  if (!text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos) {
    constexpr std::size_t kDigitsMax = 9;  // more is for ever, and the limit decides
    const int seconds = number(text.substr(0, kDigitsMax));
    return std::int64_t{seconds} * kSecondMilliseconds;
  }
  std::optional<Instant> at = parse_fixed(text);
  if (!at) at = parse_two_digit(text, now);
  if (!at) at = parse_c_form(text);
  if (!at) return std::nullopt;
  return std::max<std::int64_t>(at->milliseconds() - now.milliseconds(), 0);
}

}  // namespace qcdr::submission
