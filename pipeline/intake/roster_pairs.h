// The pairs of one roster with their periods, to tell when one stands there twice.
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/identifiers.h"

namespace qcdr::intake {

class RosterPairs {
 public:
  // The line where the pair stood before with a period that overlaps; from now on it stands in
  // `line` too. Days since 1970-01-01; a last day of 0 is open.
  std::optional<std::uint32_t> remember(const TinToken& tin, std::uint64_t npi,
                                        std::int32_t first_day, std::int32_t last_day,
                                        std::uint32_t line);

 private:
  struct Period {
    std::int32_t first;
    std::int32_t last;
    std::uint32_t line;
  };
  // By the first half of the TIN's token and the NPI.
  std::unordered_map<std::uint64_t, std::vector<Period>> periods_;
};

}  // namespace qcdr::intake
