// The state digest: a commutative sum of SHA-256 values modulo 2^256.
//
// Items can be added and taken away in any order, so the digest of a state does not depend on how
// practices are spread over partitions or in which order they were folded. Each item is the
// SHA-256 of the item's canonical encoding (docs/state.md lists them).
// Thread-safety: value.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/crypto.h"

namespace qcdr {

class StateDigest {
 public:
  void add(const Hash256& item);
  void subtract(const Hash256& item);
  void add(const StateDigest& other);
  void subtract(const StateDigest& other);
  void add_item(std::string_view canonical) { add(sha256(canonical)); }
  void subtract_item(std::string_view canonical) { subtract(sha256(canonical)); }

  // 32 bytes, little endian.
  std::string bytes() const;
  static Result<StateDigest> from_bytes(std::string_view bytes);
  std::string to_hex() const { return hex(bytes()); }
  friend bool operator==(const StateDigest&, const StateDigest&) = default;

 private:
  std::array<std::uint64_t, 4> limbs_{};
};

}  // namespace qcdr
