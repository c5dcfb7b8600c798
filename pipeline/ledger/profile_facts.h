// How what the ledger knows of somebody becomes what scoring asks. Thread-safety: pure functions.
#pragma once

#include <span>

#include "ledger/eligibility.h"
#include "scoring/score.h"

namespace qcdr::ledger {

scoring::Known known(Tristate value);

// A group stands for one kind only when the year treats all its MIPS eligible clinicians alike
// (42 CFR 414.1380(c)(2)(iii): all of the group must qualify).
scoring::ClinicianKind group_kind(const scoring::ResolvedRules& rules,
                                  std::span<const scoring::ClinicianKind> clinicians);

}  // namespace qcdr::ledger
