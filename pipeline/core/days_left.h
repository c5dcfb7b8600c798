// How many days are left until something ends, as a calendar on the wall of a zone counts them.
//
// Days are days of the zone, not periods of 24 hours: what ends on the day that it is there now has
// 0 days left, what ends on the next one has 1, whatever the hour is and however long the days are
// (daylight saving makes one of 23 and one of 25 hours). The same end can have one day more in a
// zone further east. Thread-safety: pure functions. Units: milliseconds.
#pragma once

#include <optional>
#include <string_view>

#include "core/zone.h"

namespace qcdr {

// "America/Chicago", "America/New_York".
std::string_view zone_name(Zone zone);

// `last`: the last moment that is in time. None: it has passed.
std::optional<int> days_left(Zone zone, Instant now, Instant last);

}  // namespace qcdr
