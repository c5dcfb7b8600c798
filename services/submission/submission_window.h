// Whether CMS takes data of a year now, as the calendar says it: the window "cms-submission".
// Thread-safety: pure functions.
#pragma once

#include "core/strong.h"
#include "core/time.h"
#include "rulebook/rulebook.h"
#include "submission/delivery_run.h"

namespace qcdr {

// kGo, kNotYet or kClosed. A year whose window is not in the calendar, or not yet announced, is not
// open yet: nothing is sent on a guess.
submission::PermitAnswer window_at(const rulebook::Rulebook& rulebook, PerformanceYear year,
                                   Instant now);

}  // namespace qcdr
