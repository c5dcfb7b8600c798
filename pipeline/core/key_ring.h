// The keys of the registry, as the rest of the program sees them.
//
// token_key names TINs and cases, entity_key names entities; both stay for a performance year.
// tin_key encrypts TINs. A practice-year has one data key that seals its chunk rows, its blobs and
// its facts; destroying it is how data are deleted.
// Thread-safety: implementations are safe from any thread. Ownership: references live as long as
// the ring.
#pragma once

#include <cstdint>
#include <string>

#include "core/crypto.h"

namespace qcdr {

struct DataKey {
  std::string id;  // stands beside sealed bytes; says nothing about the practice
  Key256 key{};
};

class KeyRing {
 public:
  virtual ~KeyRing() = default;
  virtual const Key256& token_key() const = 0;
  virtual const Key256& entity_key() const = 0;
  virtual const Key256& tin_key() const = 0;
  // The key for new data of a practice-year, made on first use.
  virtual Result<DataKey> current_data_key(PracticeId practice, PerformanceYear year) = 0;
  // The key that sealed something. kNotFound: it was destroyed, what it sealed is gone for good.
  // kInvalidArgument: no key ever had such an id, whatever keys are here.
  virtual Result<DataKey> data_key(PracticeId practice, PerformanceYear year,
                                   const std::string& id) = 0;
  // Never repeats.
  virtual Nonce96 fresh_nonce() = 0;
};

}  // namespace qcdr
