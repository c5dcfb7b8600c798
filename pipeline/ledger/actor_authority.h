// By what right a record is stated: what the channel of its upload says, never what its file says.
// Thread-safety: pure functions. Errors: none.
#pragma once

#include "qcdr/v1/common.pb.h"
#include "rulebook/record_authority.h"

namespace qcdr::ledger {

// The upload came through the registry's own channel.
inline bool is_of_registry(const v1::Actor& actor) {
  return actor.authority() == v1::AUTHORITY_REGISTRY_OPERATOR ||
         actor.authority() == v1::AUTHORITY_REGISTRY_DIRECTOR;
}

inline bool may_state(const v1::Actor& actor, v1::RecordKind kind) {
  return is_of_registry(actor) || !rulebook::is_for_registry_only(static_cast<std::uint32_t>(kind));
}

}  // namespace qcdr::ledger
