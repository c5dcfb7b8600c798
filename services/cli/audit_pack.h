// All that CMS's audit of one clinician asks for, as a folder that proves itself (review/pack.h).
//
// Files of the pack hold the clinician's own NPI and name, and of TINs the last four digits;
// nothing of colleagues. Thread-safety: none. Errors: kNotFound when nobody has that NPI in that
// year.
#pragma once

#include "cli/log_view.h"
#include "cli/state_view.h"
#include "review/pack.h"

namespace qcdr {

struct PackOf {
  Npi npi;
  int year = 0;  // 0: every year of the state
};
Result<review::Pack> make_audit_pack(LogView& log, StateView& view, const PackOf& whom);

}  // namespace qcdr
