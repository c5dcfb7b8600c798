// The one object behind an embedded log and everything that it made.
//
// Group commit without a thread of its own: a caller queues its frame; the first that finds nobody
// flushing writes and syncs everything queued, while those that come meanwhile queue for the next
// group. Order in the file is order of queueing.
// Invariants
// - Sequences and offsets are given out under the mutex, in the order of the queue; the index
//   learns of a frame only when it is durable, through the same code that recovery uses.
// - `permitted` of a write is asked under the mutex just before the frame is queued, so what it
//   checked (ownership, fencing) holds at the frame's place in the order.
// Thread-safety: all public functions, from any thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "stream/embedded/embedded_log.h"
#include "stream/embedded/frame_cache.h"
#include "stream/embedded/group_table.h"
#include "stream/embedded/log_index.h"
#include "stream/embedded/payload.h"
#include "stream/embedded/segment_writer.h"

namespace qcdr::stream::embedded {

class LogCore {
 public:
  struct Written {
    Instant append_time;
    std::vector<Offset> offsets;  // of the records, in order
  };
  struct Bounds {
    Offset beginning;
    Offset end;
  };
  // A wish to read: records of one partition from an offset on.
  struct Range {
    std::string topic;
    Partition partition;
    Offset from;
  };
  using Permission = std::function<Status()>;

  static Result<std::shared_ptr<LogCore>> open(EmbeddedLogOptions options);

  const RecoveryReport& recovery() const { return recovery_; }
  const EmbeddedLogOptions& options() const { return options_; }

  Status ensure_topics(const std::vector<TopicDefinition>& topics);
  Result<std::int32_t> partition_count(const std::string& topic);
  Result<Target> target(const std::string& topic, Partition partition);
  // The target of a record; its own timestamp is dropped where the topic does not keep it.
  Result<Target> prepare(OutputRecord* record);

  // Writes one frame and returns when it is durable. kLimitExceeded: larger than a frame may be.
  Result<Written> write(const RecordsEncoder& records, const std::vector<GroupOffset>& offsets,
                        const Permission& permitted);

  Result<Bounds> bounds(const std::string& topic, Partition partition);
  // Up to `records_max` records and about `bytes_max` bytes of frames; at least one if any.
  Result<std::vector<Record>> read(const Range& range, std::size_t records_max,
                                   std::size_t bytes_max);
  // Sleeps until `ready` holds, which is asked under the mutex at every change of the log or of a
  // group, or until `wait` passed.
  Status wait(std::chrono::milliseconds wait, const std::function<bool()>& ready);
  // For predicates of wait() only: the mutex is held.
  bool has_records(const Range& range) const;
  bool ownership_changed(const Membership& membership, std::uint64_t epoch) const;

  Membership join(const std::string& group, const std::string& topic, const std::string& member_id);
  void leave(const Membership& membership);
  Result<Consumer::Assignment> assignment(const Membership& membership);
  Result<Offset> committed(const Membership& membership, Partition partition);
  // kFenced when another member took the place, kAborted when `epoch` or a partition is not its
  // own any more. For permissions: the mutex is held.
  Status owns(const Membership& membership, std::uint64_t epoch,
              const std::vector<Partition>& partitions) const;

  std::uint64_t start_producer(const std::string& transactional_id);
  bool is_current_producer(const std::string& transactional_id, std::uint64_t token);
  // For permissions: the mutex is held.
  Status permit_producer(const std::string& transactional_id, std::uint64_t token) const;

 private:
  struct Pending {
    FrameKind kind;
    std::uint64_t sequence;
    std::string frame;
  };
  using Lock = std::unique_lock<std::mutex>;

  explicit LogCore(EmbeddedLogOptions options);
  Status recover();
  Result<std::vector<std::uint32_t>> segment_numbers() const;

  // Queues a frame; the mutex is held. Returns its sequence.
  std::uint64_t queue(FrameKind kind, std::string frame);
  Status make_room(Lock& lock, std::size_t frame_bytes);
  Status settle(Lock& lock, std::uint64_t sequences);
  void flush_group(Lock& lock);
  std::vector<Pending> take_group();
  Status write_group(std::vector<Pending>* group, std::vector<FramePlace>* places);
  void publish(std::vector<Pending> group, const std::vector<FramePlace>& places);
  std::vector<Offset> assign_offsets(const std::vector<Target>& targets);
  // kFailedPrecondition when it is there and differs.
  Result<bool> is_defined(const TopicDefinition& topic);
  Status define_topic(const TopicDefinition& topic);
  Result<FrameBytes> frame(std::uint32_t number);

  EmbeddedLogOptions options_;
  std::optional<FileLock> directory_lock_;
  RecoveryReport recovery_;

  std::mutex topics_mutex_;  // held through ensure_topics(); taken before mutex_
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Status failure_;
  LogIndex index_;
  FrameCache cache_;
  GroupTable groups_;
  std::map<std::string, std::uint64_t> producers_;  // transactional id -> token in charge
  std::uint64_t next_producer_ = 1;

  std::deque<Pending> pending_;
  std::size_t pending_bytes_ = 0;
  std::uint64_t next_sequence_ = 0;
  std::vector<std::vector<std::int64_t>> next_offsets_;  // by topic number, by partition
  bool flushing_ = false;
  // Belongs to whoever set flushing_.
  std::optional<SegmentWriter> writer_;
};

}  // namespace qcdr::stream::embedded
