// Findings of the stateless checks, as verdicts that travel with their row.
//
// Privacy: no parameter and no path repeats what a file contains, except text whose form leaves no
// room for an identifier (a quality code, a version). Names of unknown elements and columns pass
// through safe_name().
// Thread-safety: free functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding_codes.h"
#include "core/status.h"
#include "qcdr/v1/common.pb.h"

namespace qcdr::intake {

// A place in an upload.
struct Place {
  std::uint32_t line = 1;         // from 1
  std::uint32_t column = 1;       // in bytes, from 1
  std::uint64_t byte_offset = 0;  // from 0
};

// A finding without its place: what a check of a value returns.
struct Complaint {
  FindingCode code{};
  std::vector<std::string> parameters;
};

v1::Verdict make_verdict(FindingCode code, const Place& place, std::string_view path,
                         std::vector<std::string> parameters = {});
void set_location(v1::SourceLocation* location, const Place& place, std::string_view path);

// True when a finding of this code takes its row away.
bool takes_row_away(FindingCode code);
// True when a finding of this code refuses the upload.
bool refuses_upload(FindingCode code);

// A name from a file, fit to be shown: at most 40 characters, digits become '#', anything but
// letters, '_' and '-' becomes '?'.
std::string safe_name(std::string_view name);

// "QCDR-SCH-0001 error An element is missing: Give ProcStatus. (line 4, column 7, /a/b)".
std::string render(const v1::Verdict& verdict);
// The same as a status, for callers that stop at it: kLimitExceeded for too many bytes or records,
// else kInvalidArgument.
Status to_status(const v1::Verdict& verdict);

}  // namespace qcdr::intake
