// Where the second stage of scoring keeps its state, beside the first's.
// Thread-safety: free functions.
#pragma once

#include <string>

#include "stream/rocksdb/rocksdb_stores.h"

namespace qcdr {

// In the first stage's directory, which lists only what is named after a generation.
std::string entity_state_directory(const std::string& state_directory);
stream::RocksdbOptions entity_store_options(const std::string& state_directory,
                                            stream::CrashPoints* crash_points);

}  // namespace qcdr
