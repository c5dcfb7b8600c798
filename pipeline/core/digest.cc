#include "core/digest.h"

#include <cstring>

namespace qcdr {
namespace {

std::array<std::uint64_t, 4> limbs_of(const Hash256& hash) {
  std::array<std::uint64_t, 4> limbs;
  std::memcpy(limbs.data(), hash.data(), hash.size());
  return limbs;
}

void add_limbs(std::array<std::uint64_t, 4>& sum, const std::array<std::uint64_t, 4>& other) {
  unsigned __int128 carry = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    carry += sum[i];
    carry += other[i];
    sum[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
}

// Two's complement modulo 2^256.
std::array<std::uint64_t, 4> negated(std::array<std::uint64_t, 4> limbs) {
  for (auto& limb : limbs) limb = ~limb;
  add_limbs(limbs, {1, 0, 0, 0});
  return limbs;
}

}  // namespace

void StateDigest::add(const Hash256& item) {
  add_limbs(limbs_, limbs_of(item));
}
void StateDigest::subtract(const Hash256& item) {
  add_limbs(limbs_, negated(limbs_of(item)));
}
void StateDigest::add(const StateDigest& other) {
  add_limbs(limbs_, other.limbs_);
}
void StateDigest::subtract(const StateDigest& other) {
  add_limbs(limbs_, negated(other.limbs_));
}

std::string StateDigest::bytes() const {
  std::string bytes(32, '\0');
  std::memcpy(bytes.data(), limbs_.data(), bytes.size());
  return bytes;
}

Result<StateDigest> StateDigest::from_bytes(std::string_view bytes) {
  StateDigest digest;
  if (bytes.size() != 32) return Status(ErrorCode::kCorruption, "state digest is not 32 bytes");
  std::memcpy(digest.limbs_.data(), bytes.data(), bytes.size());
  return digest;
}

}  // namespace qcdr
