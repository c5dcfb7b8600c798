// The checks of `qcdr doctor`: is everything there that a pipeline over this data directory needs,
// and does it fit together. They look and change nothing, and they run beside a working process.
// Thread-safety: free function.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/inbox.h"
#include "cli/place_options.h"

namespace qcdr {

enum class CheckVerdict : std::uint8_t { kOk, kWarning, kFailed };
std::string_view check_verdict_name(CheckVerdict verdict);  // "ok", "warning", "failed"

struct CheckResult {
  std::string name;
  CheckVerdict verdict = CheckVerdict::kOk;
  std::string message;
  std::string remedy;  // empty when it is ok
};

// In a fixed order. Folders that are empty are not looked at.
std::vector<CheckResult> run_doctor_checks(const PlaceOptions& place, const InboxFolders& inboxes);

}  // namespace qcdr
