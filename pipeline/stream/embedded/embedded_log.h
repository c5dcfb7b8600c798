// The embedded log: Log over files of this process. One process writes, others may look while
// nobody runs. docs/embedded-log.md describes the files.
//
// Invariants
// - What append or commit acknowledged is on disk: every group of frames is synced before its
//   callers return.
// - A transaction is one frame: outputs and offsets are there together or not at all.
// - Readers see only durable frames, in the order of the log.
// - After a failed write or sync the log is dead: every later call returns that error, and only
//   opening it again, which reads what is really there, makes it live.
// Limits: frame_bytes_max per append or transaction, segments of about segment_bytes; index memory
// is 8 bytes per record and 12 per frame. Retention and compaction are not applied: everything is
// kept, which is what the pipeline's inputs ask for.
// Errors of open(): kFailedPrecondition when another process has the directory, kCorruption when
// acknowledged records are damaged (nothing is changed then), kNotFound read-only without a log.
// Thread-safety: as stream/log.h says. Clock and crash points are called from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "stream/clock.h"
#include "stream/crash_points.h"
#include "stream/file.h"
#include "stream/log.h"

namespace qcdr::stream {

namespace embedded {
class LogCore;
}

struct EmbeddedLogOptions {
  std::string directory;
  // Stamps records; outlives the log.
  Clock* clock = nullptr;
  CrashPoints* crash_points = &no_crash_points();
  // Changes nothing on disk, not even a torn tail; every write is kFailedPrecondition.
  bool read_only = false;
  // Read-only and without the directory's lock, for looking while another process writes: what
  // opening finds is a prefix of that log, frames that are written and not yet synced included.
  bool beside_writer = false;
  // An operator's decision: drop what follows a damaged frame of the last segment even when it was
  // acknowledged. May lose data.
  bool accept_loss = false;
  std::uint64_t segment_bytes = std::uint64_t{64} << 20;
  std::size_t frame_bytes_max = std::size_t{64} << 20;
  std::size_t cache_bytes_max = std::size_t{32} << 20;
  // Stands in for File::sync() in tests of failing disks.
  std::function<Status(File&)> sync;
};

// What opening found.
struct RecoveryReport {
  std::uint64_t segments = 0;
  std::uint64_t frames = 0;
  std::uint64_t records = 0;
  // Of a write that a crash cut short; dropped, or passed over when read-only.
  std::uint64_t bytes_dropped = 0;
};

class EmbeddedLog : public Log {
 public:
  static Result<std::unique_ptr<EmbeddedLog>> open(EmbeddedLogOptions options);
  ~EmbeddedLog() override;

  const RecoveryReport& recovery() const;
  Status ensure_topics(const std::vector<TopicDefinition>& topics) override;
  Result<std::int32_t> partition_count(const std::string& topic) override;
  Result<std::unique_ptr<Consumer>> join(const std::string& group, const std::string& topic,
                                         const std::string& member_id) override;
  Result<std::unique_ptr<TransactionalProducer>> transactional_producer(
      const std::string& transactional_id) override;
  Result<std::unique_ptr<Appender>> appender() override;
  Result<std::unique_ptr<Reader>> reader() override;

 private:
  explicit EmbeddedLog(std::shared_ptr<embedded::LogCore> core);
  std::shared_ptr<embedded::LogCore> core_;
};

}  // namespace qcdr::stream
