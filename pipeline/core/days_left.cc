#include "core/days_left.h"

namespace qcdr {

std::string_view zone_name(Zone zone) {
  return zone == Zone::kCentral ? "America/Chicago" : "America/New_York";
}

std::optional<int> days_left(Zone zone, Instant now, Instant last) {
  if (now > last) return std::nullopt;
  return local_date(zone, last).days() - local_date(zone, now).days();
}

}  // namespace qcdr
