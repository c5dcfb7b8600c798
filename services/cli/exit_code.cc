#include "cli/exit_code.h"

#include <cstdio>

#include "telemetry/identifier_scrubber.h"
#include "telemetry/log_line.h"

namespace qcdr {

int exit_code_of(const Status& status) {
  switch (status.code()) {
    case ErrorCode::kOk:
      return kExitOk;
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kNotFound:
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kFailedPrecondition:
      return kExitUsage;
    case ErrorCode::kLimitExceeded:
      return kExitFindings;
    case ErrorCode::kPermissionDenied:
      return kExitNotAllowed;
    case ErrorCode::kUnavailable:
      return kExitUnreachable;
    case ErrorCode::kCorruption:
    case ErrorCode::kIo:
    case ErrorCode::kAborted:
    case ErrorCode::kFenced:
    case ErrorCode::kInternal:
      return kExitInternal;
  }
  return kExitInternal;
}

int report(const Status& status) {
  if (status.is_ok()) return exit_code_of(status);
  if (log_format() == LogFormat::kJson) {
    LogLine(LogLevel::kError, "ended with an error").error(status);
  } else {
    std::fprintf(stderr, "qcdr: %s\n", scrub_identifiers(status.to_string()).c_str());
  }
  return exit_code_of(status);
}

}  // namespace qcdr
