// Hashes, keyed tokens and sealing, over OpenSSL.
//
// Sealing is AES-256-GCM (NIST SP 800-38D): output is ciphertext followed by the 16-byte tag. The
// caller supplies the 12-byte nonce and must never use one twice under a key; nothing here is
// random, so the core stays deterministic.
// Thread-safety: free functions, safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/identifiers.h"
#include "core/status.h"

namespace qcdr {

using Hash256 = std::array<std::uint8_t, 32>;
using Key256 = std::array<std::uint8_t, 32>;
using Nonce96 = std::array<std::uint8_t, 12>;

Hash256 sha256(std::string_view data);
Hash256 hmac_sha256(const Key256& key, std::string_view data);
std::string_view view(const Hash256& hash);

// Incremental SHA-256. Movable, not copyable; finish() once.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&& other) noexcept;
  Sha256& operator=(Sha256&& other) noexcept;
  void update(std::string_view data);
  Hash256 finish();

 private:
  void* context_;
};

std::string seal(const Key256& key, const Nonce96& nonce, std::string_view associated_data,
                 std::string_view plaintext);
// kCorruption when key, nonce, associated data or bytes are not those of seal().
Result<std::string> open_sealed(const Key256& key, const Nonce96& nonce,
                                std::string_view associated_data, std::string_view sealed);
// The same into a string whose memory is used again; empty after an error.
Status open_sealed(const Key256& key, const Nonce96& nonce, std::string_view associated_data,
                   std::string_view sealed, std::string* plaintext);

TinToken make_tin_token(const Key256& token_key, std::string_view tin);
CaseToken make_case_token(const Key256& token_key, PracticeId practice, PerformanceYear year,
                          std::string_view case_id);
EntityId make_group_entity(const Key256& entity_key, PerformanceYear year, const TinToken& tin);
EntityId make_individual_entity(const Key256& entity_key, PerformanceYear year, const TinToken& tin,
                                Npi npi);

}  // namespace qcdr
