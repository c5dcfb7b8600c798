// Exit codes of the command line, documented in docs/command-line.md.
#pragma once

#include "core/status.h"

namespace qcdr {

enum ExitCode : int {
  kExitOk = 0,
  kExitInternal = 1,
  kExitUsage = 2,
  kExitFindings = 3,
  kExitWarnings = 4,  // accepted with warnings, under --strict
  kExitDeadline = 5,
  kExitNotAllowed = 6,
  kExitUnreachable = 7,
};

// The code that fits an error.
int exit_code_of(const Status& status);
// Prints "qcdr: <error>" to standard error, as a line of the log where that is JSON, and returns
// the code. What looks like an identifier is taken out.
int report(const Status& status);

}  // namespace qcdr
