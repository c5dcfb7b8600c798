// The first thing that is missing in words and as JSON, with the days that are left, in the
// registry's zone and in CMS's. Thread-safety: free functions.
#pragma once

#include <string>

#include "ledger/first_missing.h"

namespace qcdr {

// "  first missing: ...\n"; empty when nothing is.
std::string first_missing_text(const ledger::Readiness& readiness, Instant as_of);
// An object, or null.
std::string first_missing_json(const ledger::Readiness& readiness, Instant as_of);
// "daysLeft": in the registry's zone, "daysLeftEastern": members of an object; null when it is
// over.
std::string days_left_json(Instant now, Instant last);

}  // namespace qcdr
