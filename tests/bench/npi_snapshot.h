// A snapshot of the NPI register for everybody on an input's cases, in force from its first record
// on: most as they should be, one in fifty unknown, one in seventy deactivated in summer.
// Thread-safety: free function. Errors: those of writing the file.
#pragma once

#include <string>

#include "bench_input.h"

namespace qcdr::bench {

// Writes it into `directory` and puts the record that releases it in front of every partition.
Status add_npi_snapshot(const std::string& directory, Input* input);

}  // namespace qcdr::bench
