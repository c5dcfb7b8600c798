// Names the fault of a thing, so that the next upload can say fixed, still there or new.
//
// Equal for the same code at the same element, with the same parameters, about the same case or
// TIN/NPI pair of a practice and year; line and upload do not matter. Faults of rows that could not
// be read have no subject: those of one code and element share a fingerprint, and who compares two
// uploads counts how often it occurs. Keyed, because a subject can be guessed.
// Thread-safety: free function.
#pragma once

#include <string>

#include "core/crypto.h"
#include "ledger/effects.h"

namespace qcdr {

inline constexpr std::size_t kFingerprintBytes = 16;

std::string finding_fingerprint(const Key256& key, const ledger::LedgerFinding& finding);

}  // namespace qcdr
