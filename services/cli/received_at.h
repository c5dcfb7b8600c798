// When what a registry record says came to the registry, and whether it says anything at all.
// Thread-safety: free functions.
#pragma once

#include <optional>

#include "stream/log.h"

namespace qcdr {

struct Receipt {
  // Of rows the receipt of their upload, of a date the moment that it passed. None for what follows
  // from other records.
  std::optional<Instant> at;
  // It only tells the time: no state follows from it.
  bool is_time_alone = false;
};
Receipt receipt_of(const stream::Record& record);

}  // namespace qcdr
