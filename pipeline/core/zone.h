// The two zones of a season: the registry's (America/Chicago) and CMS's (America/New_York), without
// a zone database, so that pure code may ask.
//
// Daylight time runs from the second Sunday of March to the first Sunday of November, 2:00 on the
// wall (15 U.S.C. 260a, in force since 2007); calendar/zone_test.cc holds it against the zone
// database. Thread-safety: pure functions. Units: milliseconds.
#pragma once

#include <cstdint>

#include "core/time.h"

namespace qcdr {

enum class Zone : std::uint8_t { kCentral, kEastern };

// What a clock on the wall shows, as milliseconds since 1970-01-01 00:00 on that wall.
std::int64_t wall_milliseconds(Zone zone, Instant at);
LocalDate local_date(Zone zone, Instant at);
// The first moment of a day.
Instant midnight(Zone zone, LocalDate day);
// 0: Sunday.
int weekday(LocalDate day);

}  // namespace qcdr
