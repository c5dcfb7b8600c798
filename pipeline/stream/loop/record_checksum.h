// CRC-32C of a record as it was read: tells whether the log still holds what was applied.
//
// Covers timestamp, key, value (a tombstone differs from an empty value) and headers in order. The
// offset is compared apart.
#pragma once

#include <cstdint>

#include "stream/log.h"

namespace qcdr::stream {

std::uint32_t record_checksum(const Record& record);

}  // namespace qcdr::stream
