// Which counts of a measure may be shown, so that no small one is seen or can be computed.
//
// After CMS's cell size suppression policy: no cell of 1 to 10, and none from which one can be
// derived by sums or percentages. The total is the sum of its parts. A small part is hidden; where
// one alone is, a further one with it (else the total gives it away); where the hidden ones come
// to a small sum, further ones, at last the total. A rate is shown only where both counts that make
// it are. Zero is not small. It looks at one row: who has the reports of all clinicians of a TIN
// and the TIN's own can still subtract them.
// Thread-safety: pure function.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace qcdr::registry {

struct Cells {
  std::uint32_t met = 0;
  std::uint32_t not_met = 0;
  std::uint32_t exception = 0;
  std::uint32_t not_reported = 0;

  std::uint32_t total() const { return met + not_met + exception + not_reported; }
};

struct ShownCells {
  std::optional<std::uint32_t> total;
  std::optional<std::uint32_t> met;
  std::optional<std::uint32_t> not_met;
  std::optional<std::uint32_t> exception;
  std::optional<std::uint32_t> not_reported;

  bool all() const { return total && met && not_met && exception && not_reported; }
  bool performance_rate() const { return met && not_met; }
  bool reporting_rate() const { return total && not_reported; }
};

// Counts from 1 to below `minimum` are small.
ShownCells shown_cells(const Cells& cells, std::uint32_t minimum);

}  // namespace qcdr::registry
