// The log as the pipeline sees it: partitioned, append-only, with consumer groups and transactions.
//
// Implementations: embedded (files of this process), kafka (librdkafka), sim (seeded, for tests).
// One contract test suite (log_contract.h) runs the same cases against all three.
//
// Words: `end` is one past the last record that a read-committed reader may see. Offsets may have
// gaps (a broker's transaction markers); they never go back. Timestamps may step back.
// Errors: kFenced means another instance took over and this object must be thrown away; kAborted
// means the transaction did not happen; kUnavailable means nobody knows, or not now: throw the
// producer away, make a new one with the same id, and compare `committed` with what was applied.
// Thread-safety: Log is safe from any thread; every object it makes belongs to one thread.
// Ownership: the Log outlives what it makes.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/status.h"
#include "core/strong.h"
#include "core/time.h"

namespace qcdr::stream {

struct Header {
  std::string name;
  std::string value;
  friend bool operator==(const Header&, const Header&) = default;
};

// A record as it is read.
struct Record {
  std::string topic;
  Partition partition;
  Offset offset;
  Instant timestamp;
  std::string key;
  std::optional<std::string> value;  // none: tombstone
  std::vector<Header> headers;
  // Value of the first header of this name, or empty.
  std::string_view header(std::string_view name) const;
  // Of key, value and headers.
  std::size_t content_bytes() const;
};

// A record as it is written. The producer sets the partition: see partitioner.h.
struct OutputRecord {
  std::string topic;
  Partition partition;
  std::string key;
  std::optional<std::string> value;
  std::vector<Header> headers;
  // Only for topics with creation time (a replayed season); else the log stamps it.
  std::optional<Instant> timestamp;
};

struct Appended {
  Offset offset;
  Instant timestamp;
};

// A member of a consumer group on one topic.
class Consumer {
 public:
  // Which partitions this member owns. The epoch changes whenever ownership does; records and
  // offsets of an older epoch must not be used.
  struct Assignment {
    std::uint64_t epoch = 0;
    std::vector<Partition> partitions;
  };

  virtual ~Consumer() = default;
  // Serves the group, which keeps the place in it, and returns the present assignment.
  virtual Result<Assignment> assignment() = 0;
  // Where reading of an owned partition goes on. Must be called once for each partition of a new
  // epoch before poll() returns records of it.
  virtual Status seek(Partition partition, Offset next) = 0;
  // Records of owned partitions, in offset order within each; empty after `wait` without any, or
  // when ownership changed (ask assignment()). At most `records_max` records.
  virtual Result<std::vector<Record>> poll(std::chrono::milliseconds wait,
                                           std::size_t records_max) = 0;
  // The group's committed offset, or the partition's beginning when there is none. Waits for
  // pending transactions of an earlier owner.
  virtual Result<Offset> committed(Partition partition) = 0;
  // About where an owned partition ends, as far as is known without asking anybody: for gauges.
  virtual std::optional<Offset> known_end(Partition /*partition*/) { return std::nullopt; }
  // Commits without a transaction: for stages that are at-least-once.
  virtual Status commit(Partition partition, Offset next) = 0;
};

// What a commit came to.
struct CommitReceipt {
  // For each output partition written: the offset of its last record.
  std::map<std::pair<std::string, Partition>, Offset> last_offsets;
};

class TransactionalProducer {
 public:
  virtual ~TransactionalProducer() = default;
  virtual Status begin() = 0;
  // Buffers or sends; visible to read-committed readers only after commit().
  virtual Status send(OutputRecord record) = 0;
  // Outputs and input offsets become visible together, if `consumer` still owns the partitions
  // under `epoch`. Errors: kAborted (certainly not happened; abort() was done), kLimitExceeded (as
  // kAborted: the log does not take that much, here or in send()), kFenced, and kUnavailable
  // (unknown: re-create the producer and read committed()).
  virtual Result<CommitReceipt> commit(Consumer& consumer, std::uint64_t epoch,
                                       const std::map<Partition, Offset>& next_offsets) = 0;
  // As commit(), whose answer finish_commit() gives. Until then nothing else may be called here;
  // the consumer may be used, and must not end. Answers at once unless the log says otherwise.
  virtual void start_commit(Consumer& consumer, std::uint64_t epoch,
                            const std::map<Partition, Offset>& next_offsets) {
    answer_ = commit(consumer, epoch, next_offsets);
  }
  // The answer, once; nothing when it did not come within `wait`.
  virtual std::optional<Result<CommitReceipt>> finish_commit(std::chrono::milliseconds /*wait*/) {
    return std::exchange(answer_, std::nullopt);
  }
  virtual Status abort() = 0;

 private:
  std::optional<Result<CommitReceipt>> answer_;
};

// Appends single records, durable when append() returns (acks=all). Idempotent against retries
// of the client library, not across crashes.
class Appender {
 public:
  virtual ~Appender() = default;
  virtual Result<Appended> append(OutputRecord record) = 0;
  // All or an error; order within each partition is kept. Durable on return.
  virtual Status append_all(std::vector<OutputRecord> records) = 0;
};

// Reads committed records from any place, outside groups.
class Reader {
 public:
  virtual ~Reader() = default;
  // Up to `records_max` records from `from` on; fewer, or none, at the end. kNotFound when `from`
  // lies before the partition's beginning.
  virtual Result<std::vector<Record>> read(const std::string& topic, Partition partition,
                                           Offset from, std::size_t records_max) = 0;
  virtual Result<Offset> beginning(const std::string& topic, Partition partition) = 0;
  virtual Result<Offset> end(const std::string& topic, Partition partition) = 0;
};

struct TopicDefinition {
  std::string name;
  std::int32_t partitions = 1;
  bool compacted = false;
  // Kept for good when absent.
  std::optional<std::chrono::hours> retention;
  // Records carry the producer's timestamp (a replayed season); else the log stamps them.
  bool creation_time = false;
};

class Log {
 public:
  virtual ~Log() = default;
  // Creates what is missing. kFailedPrecondition when a topic exists with other partitions.
  virtual Status ensure_topics(const std::vector<TopicDefinition>& topics) = 0;
  virtual Result<std::int32_t> partition_count(const std::string& topic) = 0;
  // `member_id` is stable per slot (group.instance.id).
  virtual Result<std::unique_ptr<Consumer>> join(const std::string& group, const std::string& topic,
                                                 const std::string& member_id) = 0;
  // `transactional_id` is stable per slot; making a second producer with it fences the first.
  virtual Result<std::unique_ptr<TransactionalProducer>> transactional_producer(
      const std::string& transactional_id) = 0;
  virtual Result<std::unique_ptr<Appender>> appender() = 0;
  virtual Result<std::unique_ptr<Reader>> reader() = 0;
};

}  // namespace qcdr::stream
