// A key ring with fixed keys. For tests and fuzz targets only: everybody knows these keys.
#pragma once

#include <cstring>
#include <string>

#include "core/key_ring.h"

namespace qcdr::intake {

class TestingKeyRing final : public KeyRing {
 public:
  TestingKeyRing() {
    token_key_.fill(0x11);
    entity_key_.fill(0x22);
    tin_key_.fill(0x33);
  }
  const Key256& token_key() const override { return token_key_; }
  const Key256& entity_key() const override { return entity_key_; }
  const Key256& tin_key() const override { return tin_key_; }
  Result<DataKey> current_data_key(PracticeId practice, PerformanceYear year) override {
    DataKey key;
    key.id = "testing-" + std::to_string(practice.value()) + "-" + std::to_string(year.value());
    key.key.fill(0x44);
    return key;
  }
  Result<DataKey> data_key(PracticeId practice, PerformanceYear year,
                           const std::string& id) override {
    QCDR_ASSIGN_OR_RETURN(DataKey key, current_data_key(practice, year));
    if (key.id != id) return Status(ErrorCode::kNotFound, "no such data key");
    return key;
  }
  Nonce96 fresh_nonce() override {
    ++counter_;
    Nonce96 nonce{};
    std::memcpy(nonce.data(), &counter_, sizeof counter_);
    return nonce;
  }

 private:
  Key256 token_key_{};
  Key256 entity_key_{};
  Key256 tin_key_{};
  std::uint64_t counter_ = 0;
};

}  // namespace qcdr::intake
