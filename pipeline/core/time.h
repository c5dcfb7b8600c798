// Instants and civil dates, without a clock and without a time-zone database.
//
// The core never asks what time it is: time reaches it as data. Deadlines carry their own UTC
// offset in the rulebook (checked against the zone database by a test), so no zone is needed here.
// Units: Instant is milliseconds since 1970-01-01T00:00:00Z; LocalDate is days since 1970-01-01.
// Thread-safety: values.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/status.h"

namespace qcdr {

class Instant {
 public:
  constexpr Instant() = default;
  static constexpr Instant from_milliseconds(std::int64_t value) { return Instant(value); }
  // RFC 3339 with offset ("2023-01-31T23:59:59-06:00", "...Z"), fraction to milliseconds allowed;
  // also the compact form of inbox names, "20230131T235900-0600".
  static Result<Instant> parse(std::string_view text);
  constexpr std::int64_t milliseconds() const { return milliseconds_; }
  // "2023-02-01T05:59:59.000Z".
  std::string to_string() const;
  friend constexpr auto operator<=>(const Instant&, const Instant&) = default;

 private:
  explicit constexpr Instant(std::int64_t milliseconds) : milliseconds_(milliseconds) {}
  std::int64_t milliseconds_ = 0;
};

class LocalDate {
 public:
  constexpr LocalDate() = default;
  static constexpr LocalDate from_days(std::int32_t days) { return LocalDate(days); }
  static Result<LocalDate> from_civil(int year, int month, int day);
  // "2022-11-08".
  static Result<LocalDate> parse(std::string_view text);
  constexpr std::int32_t days() const { return days_; }
  int year() const;
  int month() const;
  int day() const;
  std::string to_string() const;
  friend constexpr auto operator<=>(const LocalDate&, const LocalDate&) = default;

 private:
  explicit constexpr LocalDate(std::int32_t days) : days_(days) {}
  std::int32_t days_ = 0;
};

// A date and time of day without zone, as NACOR files carry it ("2022-11-08T07:32:00").
struct LocalDateTime {
  LocalDate date;
  std::int32_t second_of_day = 0;
  static Result<LocalDateTime> parse(std::string_view text);
  // Whole seconds from this to `end`; negative when end lies before.
  std::int64_t seconds_until(const LocalDateTime& end) const;
};

}  // namespace qcdr
