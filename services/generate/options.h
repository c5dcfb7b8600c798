// What to generate. Equal options give equal bytes, on any machine.
//
// Thread-safety: value.
#pragma once

#include <cstdint>

#include "core/status.h"

namespace qcdr::generate {

struct Options {
  std::uint64_t seed = 1;
  std::uint32_t practices = 1;
  std::uint32_t clinicians_per_practice = 12;
  std::uint32_t cases_per_practice = 2000;
  std::uint32_t corrections_percent = 5;  // of cases that a later file changes
  std::uint32_t first_practice = 1001;    // practice ids have three to five digits
  std::int32_t year = 2022;
  // Of ten thousand cases, how many carry each kind of error that real files have.
  std::uint32_t errors_per_ten_thousand = 10;
  // Every kind of record, withdrawals and late files too; without it the bytes are those of earlier
  // versions.
  bool all_kinds = false;
  bool scatter = false;  // each case is an upload of its own, practices interleaved
};

// kInvalidArgument names the option and its limits.
Status check(const Options& options);

}  // namespace qcdr::generate
