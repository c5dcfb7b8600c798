// Named places where a process may die. Production code calls reached() at each; the default does
// nothing, `--crash-at POINT:N` kills the process with SIGKILL at the N-th visit, and the simulator
// throws the whole process away.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace qcdr::stream {

enum class CrashPoint : std::uint8_t {
  kIngestBlobWritten,        // blob durable, upload record not appended
  kIngestUploadAppended,     // upload record durable, client not answered
  kValidationChunkAppended,  // some chunks of an upload durable
  kValidationCompleted,      // upload-completed durable, offset not committed
  kLoopPolled,               // records in memory, nothing folded
  kLoopFolded,               // folded, no transaction begun
  kLoopProduced,             // outputs sent, not committed
  kLoopCommitted,            // C moved, state not frozen
  kLoopFrozen,               // rows serialised, not submitted
  kLoopSubmitted,            // rows submitted to the store's thread
  kStoreBeforeWrite,         // on the store's thread, before the WriteBatch
  kStoreAfterWrite,          // on the store's thread, after it
  kLogFrameHalfWritten,      // embedded log: half of a frame is in the file
  kLogFrameWritten,          // embedded log: frame written, not synced
  kLogFrameSynced,           // embedded log: frame durable, caller not answered
  // Those of submission/send_points.h, where they are described.
  kSubmissionIntentOnLog,
  kSubmissionIntentInStore,
  kSubmissionRequestSent,
  kSubmissionAnswered,
  kSubmissionSentOnLog,
  kSubmissionSentInStore,
  kSubmissionOutcomeOnLog,
  kSubmissionOutcomeInStore,
};
inline constexpr std::size_t kCrashPointCount = 23;

// "loop-committed" and so on, for the command line.
std::string_view crash_point_name(CrashPoint point);
// False when there is no such name.
bool crash_point_from_name(std::string_view name, CrashPoint* point);

class CrashPoints {
 public:
  virtual ~CrashPoints() = default;
  virtual void reached(CrashPoint point) = 0;
};

// For those who do not crash.
CrashPoints& no_crash_points();

}  // namespace qcdr::stream
