// What stands about an entity as the messages that go out: the projection's two scores, and
// readiness. Thread-safety: free functions.
#pragma once

#include "core/zone.h"
#include "ledger/projection.h"
#include "ledger/standing_reader.h"

namespace qcdr::v1 {
class Readiness;
}

namespace qcdr::ledger {

// Everything of a projection but its version and the rulebook digest; see fill_projection() for
// what it says of all that was accepted.
void fill_standing(const EntityProjection& entity, const EntityStanding& standing,
                   v1::ScoreProjection* message);

// Everything but the version and the rulebook digest. The message is cleared first. `local`: the
// registry's zone, in which days are counted beside CMS's.
void fill_readiness(const EntityProjection& entity, const EntityStanding& standing, Instant as_of,
                    Zone local, v1::Readiness* message);

}  // namespace qcdr::ledger
