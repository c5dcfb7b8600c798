// The TINs of one upload: each is tokenised and encrypted once, then rows name it by number.
//
// token = make_tin_token(token key, TIN). encrypted = nonce (12 bytes) followed by the TIN sealed
// under the TIN key with the token as associated data, so that a ciphertext cannot be moved to
// another token. The clear form lives only here, while the upload is parsed.
// Numbers start at 1 and are valid until forget_if_full() is called; the table is bounded.
// Thread-safety: none; a table belongs to one parser. The key ring outlives it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/key_ring.h"
#include "core/status.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::intake {

class TinTable {
 public:
  explicit TinTable(KeyRing& keys) : keys_(keys) {}

  // The number of a TIN of nine digits. *is_new says whether the upload names it for the first
  // time.
  std::uint32_t number_of(std::string_view tin, bool* is_new = nullptr);
  // Asserts that the number was given out.
  const v1::TinEntry& entry(std::uint32_t number) const;
  std::size_t size() const { return entries_.size(); }
  // Between two rows only: starts afresh when a hostile file has filled the table.
  void forget_if_full();

 private:
  KeyRing& keys_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<v1::TinEntry> entries_;
};

// The TIN of an entry, for the moment of sending. kCorruption when the key is not the one that
// sealed it.
Result<std::string> open_tin(const Key256& tin_key, const v1::TinEntry& entry);

}  // namespace qcdr::intake
