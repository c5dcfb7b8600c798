// The registry's own civil date at an instant (America/Chicago), without a zone database.
//
// Daylight time runs from the second Sunday of March to the first Sunday of November, 2:00 local
// (15 U.S.C. 260a); zone_test.cc holds it against the zone database. Thread-safety: pure.
#pragma once

#include "core/time.h"

namespace qcdr::calendar {

LocalDate registry_date(Instant at);

}  // namespace qcdr::calendar
