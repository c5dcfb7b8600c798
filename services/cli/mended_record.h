// Whether bytes can take the place of a record that cannot be folded.
//
// The fold parks a practice again for what is wrong in a way that never ends, and stops the whole
// partition for what may only be missing where it runs: a value of a later contract, a year it has
// no rules of, a key that is not there. A mended record is no reason for that, so it is looked at
// before it is on the log, where it stays. What its rows say is sealed, and is not looked at.
// Thread-safety: free function. Errors: kInvalidArgument, without anything out of the record.
#pragma once

#include <string>

#include "cli/dead_letters.h"

namespace qcdr {

// `poison` is the letter of the record in whose place it is to come. Where that can be decoded, the
// mended one is of the same upload and year, and sealed with the same key.
Status check_mended(const LaidAside& poison, const std::string& bytes);

}  // namespace qcdr
