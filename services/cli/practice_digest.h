// The digest of one practice's state, all its years: a part of the state digest, and the same for
// any number of partitions.
// Thread-safety: as StateView. Errors: kNotFound when nothing of the practice is there.
#pragma once

#include "cli/state_view.h"

namespace qcdr {

Result<StateDigest> practice_digest(StateView& view, PracticeId practice);

}  // namespace qcdr
