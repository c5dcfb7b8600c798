// A Merkle tree over byte strings, as RFC 6962 section 2.1 defines it: SHA-256, a zero byte before
// a leaf and a one byte before a node, so that no leaf can pass for a node.
// Limits: kMerkleLeavesMax. Thread-safety: pure functions. Errors: asserts on an index beyond the
// leaves.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto.h"

namespace qcdr::submission {

inline constexpr std::size_t kMerkleLeavesMax = std::size_t{1} << 24U;

Hash256 merkle_leaf(std::string_view data);
// Of no leaf: the hash of the empty string.
Hash256 merkle_root(std::span<const Hash256> leaves);
// The hashes that lead from a leaf to the root, the nearest first.
std::vector<Hash256> merkle_proof(std::span<const Hash256> leaves, std::size_t index);
// Whether `leaf` stands at `index` of `count` leaves under `root`.
bool merkle_includes(const Hash256& leaf, std::size_t index, std::size_t count,
                     std::span<const Hash256> proof, const Hash256& root);

}  // namespace qcdr::submission
