// CMS's score in its own JSON as a cms-feedback record of the row that is meant: a CSV file to
// upload, with TIN and NPI, for its owner alone. Thread-safety: free function.
// Errors: kInvalidArgument for what is no score of CMS or no date; those of read_identities().
#pragma once

#include <string>
#include <string_view>

#include "cli/asked_row.h"

namespace qcdr {

struct ExportedScore {
  std::string stage = "FINAL";
  std::string released_on;
  std::uint32_t version = 1;
  std::string purpose;
  std::string adjustment;  // percent, as typed; empty: not shared
};
Result<std::string> feedback_csv(std::string_view json, const ExportedScore& as, AskedRow& asked);

}  // namespace qcdr
