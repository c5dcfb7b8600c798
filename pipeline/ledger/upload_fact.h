// How far an upload has come, and what became of its rows.
//
// Invariants
// - next_row is the ordinal that comes next: rows below it were folded, whatever chunks they came
// in.
// - accepted + held + rejected + duplicate == next_row, for every kind that goes row by row.
// - A parked upload takes no row before `next_row` comes again.
// Thread-safety: value.
#pragma once

#include <map>

#include "ledger/standing.h"

namespace qcdr::ledger {

struct UploadFact {
  std::uint32_t ordinal = 0;  // in order of first sight within the practice-year
  std::uint32_t kind = 0;     // number of the proto RecordKind
  Instant received_at;
  std::int64_t file_written = 0;  // as the file says, seconds, local; 0: not said (file_times.h)
  std::uint32_t next_row = 0;
  bool parked = false;
  bool completed = false;
  bool refused = false;
  std::uint32_t rows_accepted = 0;
  std::uint32_t rows_held = 0;
  std::uint32_t rows_rejected = 0;
  std::uint32_t rows_duplicate = 0;
  std::map<std::uint32_t, std::uint32_t> findings;  // exact counts by code

  FactValue encode() const;
  static Result<UploadFact> decode(const FactValue& value);
};

}  // namespace qcdr::ledger
