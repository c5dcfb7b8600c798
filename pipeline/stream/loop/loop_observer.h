// What a processing loop reports while it works: metrics, log lines and alarms hang on it.
//
// Called on the loop's thread, between its own calls; must not call back into the loop and must
// not block. Messages carry no identifier of a practice, clinician or patient.
#pragma once

#include <cstdint>
#include <optional>

#include "core/status.h"
#include "core/strong.h"
#include "core/time.h"

namespace qcdr::stream {

struct CommitReport {
  std::size_t partitions = 0;
  std::size_t records = 0;
  // Outputs after coalescing; markers apart.
  std::size_t outputs = 0;
  std::size_t dead_letters = 0;          // of the outputs
  std::int64_t batch_milliseconds = 0;   // first record polled to commit begun
  std::int64_t commit_milliseconds = 0;  // begin to commit answered
};

struct FreezeReport {
  Partition partition;
  Offset applied;
  std::size_t rows = 0;
  std::size_t bytes = 0;
  std::size_t in_flight = 0;
  // How long the loop stood still because the store had not written the batches before.
  std::int64_t wait_milliseconds = 0;
};

// Where a live partition stands; about once a second.
struct PositionReport {
  Partition partition;
  Offset applied;          // A: what the store has written
  Offset committed;        // C
  Offset end;              // of the log
  Instant partition_time;  // largest timestamp folded
  // Records lie beyond C. Not every offset below the end is one: transactions leave markers.
  bool behind = false;
  // Timestamp of the first of them, where the partition has not moved since the last report.
  std::optional<Instant> oldest;
  std::size_t parked_keys = 0;  // of the fold
};

struct ReplayReport {
  Partition partition;
  Offset applied;
  Offset committed;
  std::size_t records = 0;   // of this call
  std::size_t bytes = 0;     // of their keys, values and headers
  std::size_t batches = 0;   // whose outputs were recomputed
  std::size_t compared = 0;  // of them, with a marker of this generation
};

class LoopObserver {
 public:
  virtual ~LoopObserver() = default;
  virtual void on_commit(const CommitReport& /*report*/) {}
  virtual void on_freeze(const FreezeReport& /*report*/) {}
  virtual void on_replay(const ReplayReport& /*report*/) {}
  // The partition is processed live from `committed` on.
  virtual void on_live(Partition /*partition*/, Offset /*committed*/) {}
  // The partition is somebody else's from now on, or begins again.
  virtual void on_released(Partition /*partition*/) {}
  virtual void on_position(const PositionReport& /*report*/) {}
  // Replay made other outputs than were committed, which stops the partition: somebody was told a
  // score that this program does not find again.
  virtual void on_mismatch(Partition /*partition*/) {}
  // A control record whose event was applied before was passed over.
  virtual void on_repeated_event(Partition /*partition*/, Offset /*offset*/) {}
  // A batch of several records made too many outputs, or too many bytes of them; it is folded
  // again in shorter batches.
  virtual void on_shorter_batches(Partition /*partition*/, std::size_t /*output_bytes*/) {}
  // Folds were thrown away; stores stay, and state comes back by replay.
  virtual void on_recovery(const Status& /*reason*/) {}
  // This partition is no longer processed until a person has looked at it.
  virtual void on_stopped(Partition /*partition*/, std::optional<Offset> /*offset*/,
                          const Status& /*reason*/) {}
  // Something that must not happen did: page somebody.
  virtual void on_incident(Partition /*partition*/, const std::string& /*message*/) {}
};

}  // namespace qcdr::stream
