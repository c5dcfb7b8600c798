// Instants in the two zones of a season: the registry's (America/Chicago, unless the one that is
// served is in another) and CMS's (America/New_York), which is one hour ahead of Chicago at every
// instant but two hours a year.
// Rule of daylight saving time: 15 U.S.C. 260a, second Sunday of March to first Sunday of November,
// at 2 o'clock local time. Thread-safety: free functions.
#pragma once

#include <string>

#include "core/time.h"
#include "core/zone.h"

namespace qcdr {

// "2023-01-31 23:59:59 Central".
std::string registry_time(Instant instant);
// "Tuesday 2023-01-31 23:59:59 Central, Wednesday 2023-02-01 00:59:59 Eastern"; once where both are
// the same.
std::string both_times(Instant instant);
// "11 days left Central, 12 Eastern", days as core/days_left.h counts them; once where the zones
// are the same; "over" when it is.
std::string days_left_text(Instant now, Instant last);
// The registry's zone.
Zone registry_zone();

}  // namespace qcdr
