// What changed between two answers of `qcdr score list --json`, row by row.
//
// Rows are the same when practice, year, TIN, level and clinician are. Every field of a row is
// compared; lists of reasons are compared as sets. Thread-safety: free functions over values.
// Errors: kInvalidArgument for text that is no such answer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/status.h"

namespace qcdr {

struct FieldChange {
  std::string what;  // "as things stand", or the path of the field
  std::string from;  // empty: was not there
  std::string to;    // empty: is not there any more
  // A part of a score: of a category, an end of its range, a cause. The score itself is none.
  bool detail = false;
};

struct RowDifference {
  enum class Kind : std::uint8_t { kChanged, kAppeared, kVanished };
  Kind kind = Kind::kChanged;
  std::int64_t practice = 0;
  std::int64_t year = 0;
  std::string tin;
  std::string who;  // "(group)" or the clinician
  std::vector<FieldChange> changes;
};

// In the order of the later answer; rows that vanished come last.
Result<std::vector<RowDifference>> compare_scores(const std::string& before,
                                                  const std::string& after);

}  // namespace qcdr
