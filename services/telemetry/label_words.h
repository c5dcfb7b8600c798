// Enumerations as values of labels: lower case, without spaces, and as many as the enumeration has.
// Thread-safety: pure functions.
#pragma once

#include <string>

#include "core/status.h"
#include "qcdr/v1/common.pb.h"

namespace qcdr {

std::string label_word(ErrorCode code);  // "input_output_error"
std::string label_word(
    v1::RecordKind kind);  // "anesthesia_case"; "unknown" for a number without name

}  // namespace qcdr
