// Why scores changed without new data of their practice: the rescorings said on the findings topic,
// counted by cause. Thread-safety: one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "stream/log.h"

namespace qcdr::crash {

// By the cause's name in the contract, as "CAUSE_REFERENCE_DATA".
Result<std::map<std::string, std::uint64_t>> count_causes(stream::Log& log);

}  // namespace qcdr::crash
