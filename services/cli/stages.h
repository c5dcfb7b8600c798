// The two stages of scoring as loops: which topics, groups and directories each has, the same in
// `qcdr dev` and `qcdr serve scoring`.
// Thread-safety: free functions.
#pragma once

#include <string>

#include "stream/loop/loop_options.h"
#include "stream/rocksdb/rocksdb_stores.h"

namespace qcdr {

// registry-records -> findings, projections, contributions.
stream::LoopOptions ledger_loop_options(const std::string& slot);
// entity-contributions -> claims in registry-records.
stream::LoopOptions entity_loop_options(const std::string& slot);
// Beside the stores of the first stage, which list only directories named after a generation.
std::string entity_state_directory(const std::string& state_directory);
stream::RocksdbOptions entity_store_options(const std::string& state_directory,
                                            stream::CrashPoints* crash_points);

}  // namespace qcdr
