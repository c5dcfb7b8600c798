// Transactions of one transactional id: outputs and input offsets together, or not at all.
//
// The life of one object: made (fences whoever had the id before, ends what it left open), then
// begin, send..., commit or abort, any number of times. The first error that leaves open what
// happened makes it useless: every call answers that error again, and the owner makes a new one
// with the same id, whose start settles the old transaction one way or the other.
// Invariants:
//   - a transaction is committed only after every record of it was acknowledged by all replicas;
//   - offsets go into it under the group metadata of the epoch that the caller worked under;
//   - kAborted is answered only after the broker confirmed the abort, or when nothing was sent;
//   - nothing is sent under sequence numbers that a record before may have had.
// Thread-safety: one thread at a time; whoever hands it over synchronizes.
#pragma once

#include "stream/kafka/client.h"
#include "stream/kafka/errors.h"
#include "stream/kafka/messages.h"
#include "stream/log.h"

struct rd_kafka_consumer_group_metadata_s;
struct rd_kafka_topic_s;

namespace qcdr::stream::kafka {

class Deadline;

class KafkaTransactionalProducer final : private ClientEvents {
 public:
  // What goes into a transaction of the input, or why it must not: ownership of it has changed.
  // Independent of the consumer from then on.
  struct InputOffsets {
    Status status;
    std::string topic;
    std::map<Partition, Offset> next;
    std::shared_ptr<const rd_kafka_consumer_group_metadata_s> group;
  };

  static Result<std::unique_ptr<KafkaTransactionalProducer>> make(
      const KafkaOptions& options, const std::string& transactional_id);
  ~KafkaTransactionalProducer() override;

  // On the consumer's thread.
  static InputOffsets offsets_of(Consumer& consumer, std::uint64_t epoch,
                                 const std::map<Partition, Offset>& next_offsets);

  // These are those of stream::TransactionalProducer.
  Status begin();
  Status send(OutputRecord record);
  Result<CommitReceipt> commit(Consumer& consumer, std::uint64_t epoch,
                               const std::map<Partition, Offset>& next_offsets) {
    return commit(offsets_of(consumer, epoch, next_offsets));
  }
  Result<CommitReceipt> commit(const InputOffsets& offsets);
  Status abort();
  bool is_open() const { return open_; }

 private:
  explicit KafkaTransactionalProducer(const KafkaOptions& options) : options_(options) {}

  void on_delivery(const rd_kafka_message_s& message) override;
  // Serves delivery reports until every record of the transaction has one.
  Status await_deliveries(const Deadline& deadline);
  Status send_offsets(const InputOffsets& offsets);
  Status commit_transaction();
  // Repeats a call while it is retriable. *retried says whether it had to.
  template <class Call>
  TransactionStep repeat(const Deadline& deadline, Status* status, bool* retried, Call call);
  // After a step that failed before the commit was asked for: aborts, and says kAborted with
  // `reason` if that worked.
  Status abort_after(const Status& reason);
  // No way back for this object.
  Status give_up(Status reason);

  KafkaOptions options_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<Sender> sender_;
  bool open_ = false;
  Status failed_;
  // Of the open transaction.
  std::size_t sent_ = 0;
  std::size_t reported_ = 0;
  // A record was not acknowledged, and nobody knows whether the broker has it.
  bool perhaps_written_ = false;
  Status delivery_;
  CommitReceipt receipt_;
  // Where in receipt_ the last delivery report went.
  struct Delivered {
    const rd_kafka_topic_s* topic = nullptr;
    std::int32_t partition = -1;
    Offset* last = nullptr;
  };
  Delivered delivered_;
};

}  // namespace qcdr::stream::kafka
