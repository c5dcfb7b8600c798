// The administrative uploads of a generated practice: roster, reporting options, consents.
// Thread-safety: none; one thread writes into one sink.
#pragma once

#include "generate/practice_writer.h"

namespace qcdr::generate {

Status write_practice_files(const Practice& practice);

// One line of a roster, and the columns above it.
extern const char* const kRosterColumns;
std::string roster_line(const Practice& practice, const Pair& pair);

}  // namespace qcdr::generate
