// A broker in memory with the semantics of Kafka that the pipeline relies on.
//
// - Partitions are append-only; offsets have gaps where transaction markers stand.
// - A read-committed reader sees nothing at or behind the first record of an open transaction, and
//   never a record of an aborted one.
// - A transaction is decided at once and becomes visible part by part: its markers and the group's
//   offsets appear one after the other.
// - A transactional id has an epoch; a new producer raises it, which ends the old one's transaction
//   and fences it. A transaction that stays open too long is aborted the same way.
// - A group has an epoch that changes with its members; offsets under an old epoch are refused. A
//   member that joins under the name of another replaces it and fences it.
// - committed() waits while a transaction with offsets of that partition is pending.
// Thread-safety: none. Everything is kept; there is no retention.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "stream/log.h"
#include "stream/sim/sim_clock.h"
#include "stream/sim/sim_world.h"

namespace qcdr::stream {

struct SimBrokerOptions {
  std::int64_t session_timeout_milliseconds = 10'000;
  std::int64_t transaction_timeout_milliseconds = 10'000;
  // What a full disk does to writers: the log stops for good (kIo, as an embedded one does), or it
  // refuses until there is space (kUnavailable, as a broker does).
  bool stops_when_full = false;
};

class SimBroker {
 public:
  using TopicPartition = std::pair<std::string, Partition>;
  using TransactionNumber = std::uint64_t;

  SimBroker(SimWorld& world, SimClock& clock, SimBrokerOptions options = {})
      : world_(world), clock_(clock), options_(options) {}

  SimWorld& world() { return world_; }
  SimClock& clock() { return clock_; }

  // Topics and records.
  Status ensure_topics(const std::vector<TopicDefinition>& topics);
  Result<std::int32_t> partition_count(const std::string& topic) const;
  Result<Appended> append(OutputRecord record);
  // A transaction of somebody else that aborts: leaves a gap.
  void append_gap(const std::string& topic, Partition partition);
  Result<std::vector<Record>> read(const std::string& topic, Partition partition, Offset from,
                                   std::size_t records_max);
  Result<Offset> beginning(const std::string& topic, Partition partition) const;
  Result<Offset> end(const std::string& topic, Partition partition) const;

  // No space for records, of processes at least; what comes from outside still finds some.
  void set_full(bool full) { full_ = full; }
  bool full() const { return full_; }
  Status space() const;

  // Groups.
  struct Membership {
    std::uint64_t epoch = 0;
    std::vector<Partition> partitions;
  };
  // Makes or replaces the member; gives its incarnation.
  Result<std::uint64_t> join(const std::string& group, const std::string& topic,
                             const std::string& member);
  void leave(const std::string& group, const std::string& member, std::uint64_t incarnation);
  // Heartbeat: kFenced when replaced; joins again when it was removed.
  Result<Membership> membership(const std::string& group, const std::string& member,
                                std::uint64_t incarnation);
  Status check_member(const std::string& group, const std::string& member,
                      std::uint64_t incarnation, std::uint64_t epoch) const;
  Result<Offset> committed(const std::string& group, Partition partition) const;
  Status commit_plain(const std::string& group, Partition partition, Offset next);
  void rebalance(const std::string& group);

  // Transactions.
  struct ProducerIdentity {
    std::string transactional_id;
    std::uint64_t epoch = 0;
  };
  ProducerIdentity init_producer(const std::string& transactional_id);
  Status check_producer(const ProducerIdentity& producer) const;
  // Ends what an earlier commit of the same producer left to become visible.
  TransactionNumber begin(const ProducerIdentity& producer);
  Result<Offset> send(const ProducerIdentity& producer, OutputRecord record);
  Status send_offsets(const ProducerIdentity& producer, const std::string& group,
                      const std::map<Partition, Offset>& next_offsets);
  // Decides it. Visible at once unless the world makes markers slow.
  void decide_commit(const ProducerIdentity& producer);
  void decide_abort(const ProducerIdentity& producer);
  // The end of the transaction arrives with a later tick(), if it is still open then.
  void decide_commit_later(const ProducerIdentity& producer);
  bool has_open_transaction(const ProducerIdentity& producer) const;

  // Lets the broker do one of the things that it does on its own: time-outs, slow markers, late
  // ends of transactions.
  void tick();
  // All of them, until nothing is left.
  void settle();

  // For checkers, which stand outside: what is decided, visible or not.
  Offset decided_offset(const std::string& group, Partition partition) const;
  // Takes the last decided offset of a group back, as a broker that lost data would.
  void lose_offset(const std::string& group, Partition partition, Offset back_to);

 private:
  enum class Visibility : std::uint8_t { kPending, kCommitted, kAborted, kMarker };
  struct Entry {
    Record record;
    Visibility visibility = Visibility::kCommitted;
    TransactionNumber transaction = 0;
  };
  struct PartitionLog {
    std::vector<Entry> entries;  // offset == index
  };
  struct Transaction {
    TransactionNumber number = 0;
    std::string transactional_id;
    bool decided = false;
    bool commit = false;
    std::set<TopicPartition> parts;  // without marker yet
    std::string group;
    std::map<Partition, Offset> offsets;  // not applied to the group yet
    std::int64_t began_milliseconds = 0;
  };
  struct Member {
    std::uint64_t incarnation = 0;
    std::int64_t heartbeat_milliseconds = 0;
    std::vector<Partition> partitions;
  };
  struct Group {
    std::string topic;
    std::uint64_t epoch = 0;
    std::map<std::string, Member> members;
    std::map<std::string, std::uint64_t> incarnations;
    std::map<Partition, Offset> committed;
    std::map<Partition, Offset> decided;
  };
  struct LateEnd {
    ProducerIdentity producer;
    TransactionNumber transaction = 0;
  };

  const PartitionLog* find(const std::string& topic, Partition partition) const;
  PartitionLog* find(const std::string& topic, Partition partition);
  Instant next_timestamp();
  std::size_t last_stable(const PartitionLog& log) const;
  Transaction* open_transaction(const std::string& transactional_id);
  void decide(Transaction* transaction, bool commit);
  // One part of a decided transaction becomes visible; false when none is left.
  bool show_part(Transaction* transaction);
  void finish(const std::string& transactional_id);
  void forget_finished();
  void expire_transactions();
  void expire_members();
  void deliver_late_ends();

  SimWorld& world_;
  SimClock& clock_;
  const SimBrokerOptions options_;
  std::map<std::string, std::vector<PartitionLog>> topics_;
  std::set<std::string> creation_time_topics_;
  std::map<std::string, Group> groups_;
  std::map<std::string, std::uint64_t> producer_epochs_;
  std::vector<Transaction> transactions_;  // open, or decided and not all visible
  std::vector<LateEnd> late_ends_;
  TransactionNumber last_transaction_ = 0;
  bool full_ = false;
};

}  // namespace qcdr::stream
