// Which partition a key goes to: murmur2 as Apache Kafka's Java client computes it, so that other
// clients on the same topics agree. Producers set the partition themselves.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/strong.h"

namespace qcdr::stream {

std::uint32_t murmur2(std::string_view key);
Partition partition_of(std::string_view key, std::int32_t partition_count);

}  // namespace qcdr::stream
