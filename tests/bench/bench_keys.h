// A key ring in memory, with keys that everybody knows. For benches only.
//
// Keys depend on nothing but practice and year, so two processes of one bench agree without a file.
// A nonce is the process and a count, so that processes of one bench do not repeat each other's.
// Thread-safety: none.
#pragma once

#include <unistd.h>

#include <cstring>
#include <string>

#include "core/key_ring.h"

namespace qcdr::bench {

class BenchKeys final : public KeyRing {
 public:
  BenchKeys() {
    token_.fill(0x51);
    entity_.fill(0x52);
    tin_.fill(0x53);
  }
  const Key256& token_key() const override { return token_; }
  const Key256& entity_key() const override { return entity_; }
  const Key256& tin_key() const override { return tin_; }
  Result<DataKey> current_data_key(PracticeId practice, PerformanceYear year) override {
    DataKey key;
    key.id = "bench-" + std::to_string(practice.value()) + "-" + std::to_string(year.value());
    key.key = sha256(key.id);
    return key;
  }
  Result<DataKey> data_key(PracticeId practice, PerformanceYear year,
                           const std::string& id) override {
    QCDR_ASSIGN_OR_RETURN(DataKey key, current_data_key(practice, year));
    if (key.id != id) return Status(ErrorCode::kFailedPrecondition, "no such data key");
    return key;
  }
  Nonce96 fresh_nonce() override {
    ++nonces_;
    Nonce96 nonce{};
    const auto process = static_cast<std::uint32_t>(::getpid());
    static_assert(sizeof nonces_ + sizeof process == std::tuple_size_v<Nonce96>);
    std::memcpy(nonce.data(), &nonces_, sizeof nonces_);
    std::memcpy(nonce.data() + sizeof nonces_, &process, sizeof process);
    return nonce;
  }

 private:
  Key256 token_{};
  Key256 entity_{};
  Key256 tin_{};
  std::uint64_t nonces_ = 0;
};

}  // namespace qcdr::bench
