#include "stream/partitioner.h"

#include <cstring>

#include "core/assert.h"

namespace qcdr::stream {

std::uint32_t murmur2(std::string_view key) {
  constexpr std::uint32_t kSeed = 0x9747b28c;
  constexpr std::uint32_t kMultiplier = 0x5bd1e995;
  std::uint32_t hash = kSeed ^ static_cast<std::uint32_t>(key.size());
  const auto byte = [&key](std::size_t i) {
    return std::uint32_t{static_cast<unsigned char>(key[i])};
  };
  std::size_t i = 0;
  for (; i + 4 <= key.size(); i += 4) {
    std::uint32_t word = byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24;
    word *= kMultiplier;
    word ^= word >> 24;
    word *= kMultiplier;
    hash = (hash * kMultiplier) ^ word;
  }
  if (i < key.size()) {
    std::uint32_t tail = 0;
    for (std::size_t k = key.size(); k > i; --k) tail = tail << 8 | byte(k - 1);
    hash = (hash ^ tail) * kMultiplier;
  }
  hash = (hash ^ hash >> 13) * kMultiplier;
  return hash ^ hash >> 15;
}

Partition partition_of(std::string_view key, std::int32_t partition_count) {
  QCDR_ASSERT(partition_count > 0);
  // The Java client drops the sign bit, it does not take the absolute value.
  const std::uint32_t positive = murmur2(key) & 0x7fffffff;
  return Partition(static_cast<std::int32_t>(positive) % partition_count);
}

}  // namespace qcdr::stream
