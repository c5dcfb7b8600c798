// Keys for `qcdr validate`, which keeps nothing: fixed, and good for nothing else.
#pragma once

#include "core/key_ring.h"

namespace qcdr {

class OfflineKeys final : public KeyRing {
 public:
  const Key256& token_key() const override { return key_; }
  const Key256& entity_key() const override { return key_; }
  const Key256& tin_key() const override { return key_; }
  Result<DataKey> current_data_key(PracticeId, PerformanceYear) override {
    return DataKey{"offline", key_};
  }
  Result<DataKey> data_key(PracticeId, PerformanceYear, const std::string&) override {
    return DataKey{"offline", key_};
  }
  Nonce96 fresh_nonce() override { return {}; }

 private:
  Key256 key_{};
};

}  // namespace qcdr
