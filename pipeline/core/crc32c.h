// CRC-32C (Castagnoli), the checksum of log frames and of the last record applied.
#pragma once

#include <cstdint>
#include <string_view>

namespace qcdr {

std::uint32_t crc32c(std::string_view data, std::uint32_t seed = 0);

}  // namespace qcdr
