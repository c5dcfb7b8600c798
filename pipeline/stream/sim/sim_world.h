// What decides, in a simulation, what happens next.
//
// Every call of a simulated interface asks the world first: it may let time pass, let other
// processes or the store's writes run in between, make the call fail, or end the calling process by
// throwing SimCrash. The default world does none of it: a well-behaved log for unit tests.
// Thread-safety: none; a simulation is one thread.
#pragma once

#include <cstdint>

namespace qcdr::stream {

// A simulated operating-system process. Objects made for it must not touch what is shared once it
// is dead: a dead process says no good-bye.
struct SimProcess {
  int number = 0;
  bool alive = true;
};

// Thrown through production code to end a process. Only simulations throw and catch it.
struct SimCrash {
  int process = 0;
};

enum class SimCall : std::uint8_t {
  kJoin,
  kAssignment,
  kSeek,
  kPoll,
  kCommitted,
  kPlainCommit,
  kProducerInit,
  kBegin,
  kSend,
  kSendOffsets,
  kEndTransaction,
  kAbort,
  kAppend,
  kRead,
  kBeginning,
  kEnd,
  kStoreOpen,
  kStoreDestroy,
  kStoreGet,
  kStoreScan,
  kStoreSubmit,
  kStoreWait,
  kStoreBeforeWrite,
  kStoreAfterWrite,
  kCrashPoint,
  kBlobWrite,
  kBlobCommit,
  kBlobOpen,
  kBlobRead,
};
inline constexpr int kSimCallCount = 29;

enum class SimFault : std::uint8_t {
  kUnavailable,        // the call does not happen
  kAnswerLost,         // the call happens, the caller is told kUnavailable
  kCommitAborted,      // the coordinator aborts the transaction
  kCommitNotHappened,  // no answer, and the transaction stays open
  kCommitLate,         // no answer, and the end of the transaction arrives some time later
  kSlowMarkers,        // the parts of a committed transaction become visible one after the other
  kStaleMembership,    // the member does not notice yet that ownership changed
  kFewRecords,         // a poll or read brings fewer records than there are
  kTimestampBack,      // the record's timestamp lies before those of earlier ones
  kStoreWriteFails,    // disk full, for this one write
  kBlobWriteFails,     // disk full, for this one write
  kRequestLate,        // the end of a transaction is under way past session and time-out
  kAnswerLate,         // it is decided at once, and its answer comes that late
  kCommitTakesTime,    // the answer to a commit is there when it was looked for a few times
};
inline constexpr int kSimFaultCount = 14;

class SimWorld {
 public:
  virtual ~SimWorld() = default;
  // `detail`: partition, offset or crash point, for the trace.
  virtual void at_call(SimProcess& /*process*/, SimCall /*call*/, std::int64_t /*detail*/) {}
  virtual bool happens(SimFault /*fault*/) { return false; }
  // A number below `bound`.
  virtual std::uint64_t random(std::uint64_t /*bound*/) { return 0; }
};

}  // namespace qcdr::stream
