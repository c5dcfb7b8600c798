// How large the state of a finished run is, after one last compaction of everything.
//
// Opens the databases that stream/rocksdb left under a directory; nobody else may have them open.
// Thread-safety: none. Errors: kIo with RocksDB's own words.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "core/rows.h"
#include "core/status.h"

namespace qcdr::bench {

struct FamilySize {
  std::uint64_t rows = 0;
  std::uint64_t logical_bytes = 0;  // of keys and values
  std::uint64_t file_bytes = 0;     // of live table files
};

using StateSize = std::array<FamilySize, kFamilyCount>;

// Compacts every family of every database below `directory` to its last level. Its cost belongs to
// the run that made the state.
Status compact_state(const std::string& directory);
// Reads everything: not for a timed part.
Result<StateSize> measure_state(const std::string& directory);

}  // namespace qcdr::bench
