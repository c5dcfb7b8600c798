// What becomes of cases that came too late: what lets them in, and an officer who refuses them.
// Thread-safety: pure functions. Errors: none.
#pragma once

#include <functional>

#include "ledger/case_entry.h"

namespace qcdr::ledger {

// Changes the entry of a case; tells whether it did.
using ChangeCase = std::function<bool(CaseEntry* entry)>;
// The class in which a contribution counts now; none: nothing changes for it.
using JudgeCase =
    std::function<std::optional<CountClass>(const Contribution& waiting, bool correction)>;
using IsMeantCase = std::function<bool(const Contribution& waiting)>;

// The held contribution takes the place of the one that counts.
void let_in(CountClass as, CaseEntry* entry);
ChangeCase lift_by(JudgeCase judge);
ChangeCase refuse_if(IsMeantCase is_meant);
// What came too late and `is_meant` counts from now on.
ChangeCase let_in_if(IsMeantCase is_meant);

}  // namespace qcdr::ledger
