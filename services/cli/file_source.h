// Reads the bytes of an upload from a file or from standard input.
// Thread-safety: none. Lifetime: the source owns the file.
#pragma once

#include <string>

#include "core/status.h"
#include "ingest/ingest.h"

namespace qcdr {

// Reads a file (or standard input for "-") in pieces. kNotFound: it is not there, or may not be
// read. The source answers kFailedPrecondition instead of an end when the file was written to while
// it was read: what was read is then no state of it. kIo.
Result<ByteSource> open_source(const std::string& path);

}  // namespace qcdr
