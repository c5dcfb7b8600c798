// Remembers which cases a file has named, to tell when one comes again.
//
// Twelve bytes per case in an open table that doubles; after kMaxCasesRemembered cases it takes no
// new ones, and repeats among the rest are told by the ledger alone. 64 bits of the case's token
// stand for it: a chance meeting costs a warning too many, in one file of a million cases out of
// some forty million.
// Thread-safety: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/identifiers.h"

namespace qcdr::intake {

class RepeatFilter {
 public:
  // The line where the case stood before, if it did; from now on it stands in `line`.
  std::optional<std::uint32_t> remember(const CaseToken& token, std::uint32_t line);
  std::size_t size() const { return count_; }

 private:
  std::size_t slot_of(std::uint64_t fingerprint) const;
  void grow();

  std::vector<std::uint64_t> fingerprints_;  // 0: free
  std::vector<std::uint32_t> lines_;
  std::size_t count_ = 0;
};

}  // namespace qcdr::intake
