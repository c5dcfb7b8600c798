// Staff on cases whose NPI has a wrong check digit, and whom of the roster it may mean.
//
// Nothing is credited by such an NPI, so the fold never keeps it: its digits stand in the sealed
// rows of the log alone. Listed are those of cases that count or are held, and those of rows of the
// last file of cases that were not used. Reads the uploads in which the state counted that finding.
// Thread-safety: none. Errors: those of the log and of the state.
#pragma once

#include "cli/log_view.h"
#include "cli/reconciliation_rows.h"

namespace qcdr {

// Adds a row for each NPI under a TIN, behind those that are there.
Status add_mistyped_npis(LogView& log, StateView& state, std::optional<PracticeId> practice,
                         ReconciliationView* view);

}  // namespace qcdr
