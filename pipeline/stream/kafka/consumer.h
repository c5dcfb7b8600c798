// A static member of a consumer group on one topic.
//
// Invariants:
//   - the epoch grows with every assignment and revocation that the group hands out, and no two
//     members of one process share one; what was fetched under an older epoch is thrown away
//     before anybody sees it;
//   - the group's answer to an assignment is an empty list of partitions to fetch; fetching starts
//     only by seek(), with an explicit offset, so the library never chooses a place;
//   - offsets of a partition never go back between two seeks: what comes again is dropped;
//   - who only asks for the assignment and does not poll keeps its place in the group: after a
//   tenth of
//     the time after which the group would put it out, nothing is fetched any more;
//   - the group metadata that a transaction is checked against was taken together with the epoch.
// Thread-safety: one thread, the one that also uses the transactional producer with it.
#pragma once

#include <chrono>
#include <deque>
#include <memory>

#include "stream/kafka/client.h"
#include "stream/log.h"
#include "stream/partition_turn.h"

struct rd_kafka_consumer_group_metadata_s;

namespace qcdr::stream::kafka {

class KafkaConsumer final : public stream::Consumer, private ClientEvents {
 public:
  static Result<std::unique_ptr<stream::Consumer>> join(const KafkaOptions& options,
                                                        const std::string& group,
                                                        const std::string& topic,
                                                        const std::string& member_id);
  ~KafkaConsumer() override;

  Result<Assignment> assignment() override;
  Status seek(Partition partition, Offset next) override;
  Result<std::vector<Record>> poll(std::chrono::milliseconds wait,
                                   std::size_t records_max) override;
  Result<Offset> committed(Partition partition) override;
  // As the last fetch told, also of transactions that are not decided.
  std::optional<Offset> known_end(Partition partition) override;
  Status commit(Partition partition, Offset next) override;

  const std::string& topic() const { return topic_; }
  bool owns(Partition partition) const { return places_.contains(partition); }
  // The group metadata of `epoch`, or kAborted when ownership has changed or was lost.
  // It lives on when this member moves on.
  Result<std::shared_ptr<const rd_kafka_consumer_group_metadata_s>> metadata(
      std::uint64_t epoch) const;

 private:
  struct Library;  // what needs the library's header
  // Where an owned partition is read.
  struct Place {
    bool sought = false;
    Offset next;               // what comes next out of the library; older offsets are repeats
    std::deque<Record> stash;  // fetched and not handed out
  };

  KafkaConsumer(const KafkaOptions& options, std::string topic);

  void on_rebalance(int error, rd_kafka_topic_partition_list_s* partitions) override;
  void change_ownership(const rd_kafka_topic_partition_list_s* assigned);
  // Tells the library where to fetch, after seeks.
  Status apply_seeks();
  // Fetches nothing until the next poll(), so that the library's queue has only news of the group.
  Status stop_fetching();
  // Gives back to the places what was fetched and not handed out.
  void forget_stash();
  bool stash_is_full() const;
  // Up to so many records of the stash, by turn.
  std::vector<Record> hand_out(std::size_t records_max);
  // One look at the library's queue: a record goes to the stash. False when there was nothing.
  bool pump(int wait_milliseconds);
  void take_record(const rd_kafka_message_s& message);
  void take_error(const rd_kafka_message_s& message);
  // The error to report now, if any; one that ends the member's life stays.
  Status check();

  KafkaOptions options_;
  std::string topic_;
  std::unique_ptr<Library> library_;
  std::uint64_t epoch_ = 0;
  std::map<Partition, Place> places_;
  bool seeks_pending_ = false;
  std::chrono::steady_clock::time_point last_poll_;
  std::chrono::milliseconds idle_after_{0};
  // Of all places.
  std::size_t stashed_records_ = 0;
  std::size_t stashed_bytes_ = 0;
  PartitionTurn turn_;
  Status error_;
};

}  // namespace qcdr::stream::kafka
