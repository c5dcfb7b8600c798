// When the generated practices upload: local times of the registry and the names of inbox files.
//
// Inbox names begin with an instant in the compact form with offset, "20221010T030012-0500".
// The offset is America/Chicago's, by the rule in force since 2007 (15 U.S.C. 260a): daylight
// saving from the second Sunday of March to the first Sunday of November. Uploads keep clear of the
// hours of change.
// Thread-safety: values and free functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/time.h"

namespace qcdr::generate {

struct LocalInstant {
  LocalDate date;
  std::int32_t second_of_day = 0;

  // "20221010T030012-0500"
  std::string compact() const;
  // "2022-10-10T03:00:12"
  std::string local() const;
  // "2022-10-10T03:00:12-05:00"
  std::string with_offset() const;
};

// The instant `seconds` after local midnight of a civil day.
LocalInstant at(std::int32_t year, int month, int day, std::int32_t seconds);
// Hours that the registry's zone lies behind UTC on that day: 5 or 6.
int hours_behind_utc(LocalDate date);

// "<instant>_<practice>_<what>"
std::string inbox_name(const LocalInstant& instant, std::uint32_t practice, std::string_view what);

}  // namespace qcdr::generate
