#include "submission/merkle.h"

#include <bit>

#include "core/assert.h"

namespace qcdr::submission {
namespace {

constexpr char kLeafMark = 0;
constexpr char kNodeMark = 1;

Hash256 node(const Hash256& left, const Hash256& right) {
  Sha256 hash;
  hash.update(std::string_view(&kNodeMark, 1));
  hash.update(view(left));
  hash.update(view(right));
  return hash.finish();
}

// The largest power of two below `count`, which is above one.
std::size_t split_of(std::size_t count) {
  return std::bit_floor(count - 1);
}

}  // namespace

Hash256 merkle_leaf(std::string_view data) {
  Sha256 hash;
  hash.update(std::string_view(&kLeafMark, 1));
  hash.update(data);
  return hash.finish();
}

Hash256 merkle_root(std::span<const Hash256> leaves) {
  QCDR_ASSERT(leaves.size() <= kMerkleLeavesMax);
  if (leaves.empty()) return sha256("");
  if (leaves.size() == 1) return leaves.front();
  const std::size_t split = split_of(leaves.size());
  return node(merkle_root(leaves.first(split)), merkle_root(leaves.subspan(split)));
}

std::vector<Hash256> merkle_proof(std::span<const Hash256> leaves, std::size_t index) {
  QCDR_ASSERT(index < leaves.size());
  if (leaves.size() == 1) return {};
  const std::size_t split = split_of(leaves.size());
  const bool left = index < split;
  std::vector<Hash256> proof = left ? merkle_proof(leaves.first(split), index)
                                    : merkle_proof(leaves.subspan(split), index - split);
  proof.push_back(merkle_root(left ? leaves.subspan(split) : leaves.first(split)));
  return proof;
}

bool merkle_includes(const Hash256& leaf, std::size_t index, std::size_t count,
                     std::span<const Hash256> proof, const Hash256& root) {
  if (index >= count || count > kMerkleLeavesMax) return false;
  // The turns from the root down, and then up again beside the proof.
  std::vector<bool> is_left;
  while (count > 1) {
    const std::size_t split = split_of(count);
    is_left.push_back(index < split);
    count = index < split ? split : count - split;
    if (index >= split) index -= split;
  }
  if (proof.size() != is_left.size()) return false;
  Hash256 hash = leaf;
  for (std::size_t i = 0; i < proof.size(); ++i) {
    const bool left = is_left[is_left.size() - 1 - i];
    hash = left ? node(hash, proof[i]) : node(proof[i], hash);
  }
  return hash == root;
}

}  // namespace qcdr::submission
