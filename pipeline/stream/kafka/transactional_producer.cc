#include "stream/kafka/transactional_producer.h"

#include <fmt/core.h>

#include <thread>

#include "core/assert.h"
#include "stream/kafka/consumer.h"
#include "stream/kafka/deadline.h"
#include "stream/kafka/handles.h"

namespace qcdr::stream::kafka {
namespace {

constexpr auto kRetryPause = std::chrono::milliseconds(20);
constexpr int kPollMillisecondsMax = 100;
constexpr std::size_t kSendsPerPoll = 256;
// A commit that is repeated, and has no time left to get through its first phase, makes the library
// forget that a commit is under way; when the broker's answer comes, an assertion of 2.0.2 ends the
// process. So nothing is repeated shortly before the end.
constexpr int kRepeatMillisecondsLeast = 100;
static_assert(kRetryPause.count() < kRepeatMillisecondsLeast);

}  // namespace

Result<std::unique_ptr<KafkaTransactionalProducer>> KafkaTransactionalProducer::make(
    const KafkaOptions& options, const std::string& transactional_id) {
  std::unique_ptr<KafkaTransactionalProducer> producer(new KafkaTransactionalProducer(options));
  QCDR_ASSIGN_OR_RETURN(producer->client_,
                        Client::make(ClientKind::kTransactional, options,
                                     {{"transactional.id", transactional_id}}, producer.get()));
  producer->sender_ = std::make_unique<Sender>(*producer->client_, options.request_wait,
                                               options.request_wait, options.constant_headers);
  const Deadline deadline(options.transaction_wait);
  Status status;
  bool retried = false;
  const TransactionStep step = producer->repeat(deadline, &status, &retried, [&] {
    return rd_kafka_init_transactions(producer->client_->get(), deadline.remaining());
  });
  if (step != TransactionStep::kDone) return status.with_context("init_transactions");
  return producer;
}

KafkaTransactionalProducer::~KafkaTransactionalProducer() {
  // Topic handles must be gone before their client.
  sender_.reset();
}

template <class Call>
TransactionStep KafkaTransactionalProducer::repeat(const Deadline& deadline, Status* status,
                                                   bool* retried, Call call) {
  while (true) {
    const TransactionStep step = triage(call(), status);
    if (step != TransactionStep::kRetry) return step;
    *retried = true;
    if (deadline.remaining() < kRepeatMillisecondsLeast) return step;
    std::this_thread::sleep_for(kRetryPause);
  }
}

void KafkaTransactionalProducer::on_delivery(const rd_kafka_message_s& message) {
  ++reported_;
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (rd_kafka_message_status(&message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED) {
      perhaps_written_ = true;
    }
    Status failed =
        status_of(message.err, std::string("delivery to ") + rd_kafka_topic_name(message.rkt));
    // A record that is refused makes the library drop what else is queued, and that may be told
    // first: the reason that would come again is the one to keep.
    if (delivery_.is_ok() || failed.code() == ErrorCode::kLimitExceeded) {
      delivery_ = std::move(failed);
    }
    return;
  }
  // Reports of one request follow each other, so the place of the last one mostly serves the next.
  if (delivered_.topic != message.rkt || delivered_.partition != message.partition) {
    const Partition partition(message.partition);
    delivered_.topic = message.rkt;
    delivered_.partition = message.partition;
    delivered_.last = &receipt_.last_offsets[{rd_kafka_topic_name(message.rkt), partition}];
  }
  *delivered_.last = std::max(*delivered_.last, Offset(message.offset));
}

Status KafkaTransactionalProducer::begin() {
  QCDR_RETURN_IF_ERROR(failed_);
  if (open_) return Status(ErrorCode::kFailedPrecondition, "a transaction is open already");
  sent_ = 0;
  reported_ = 0;
  perhaps_written_ = false;
  delivery_ = Status::ok();
  receipt_ = CommitReceipt();
  delivered_ = Delivered();
  Status status;
  if (triage(rd_kafka_begin_transaction(client_->get()), &status) != TransactionStep::kDone) {
    return give_up(status.with_context("begin_transaction"));
  }
  open_ = true;
  return Status::ok();
}

Status KafkaTransactionalProducer::send(OutputRecord record) {
  QCDR_RETURN_IF_ERROR(failed_);
  if (!open_) return Status(ErrorCode::kFailedPrecondition, "no transaction is open");
  const Status status = sender_->send(record, nullptr);
  if (status.is_ok()) {
    ++sent_;
    // Delivery reports must not pile up; asking for each record would cost as much as sending it.
    if (sent_ % kSendsPerPoll == 0) rd_kafka_poll(client_->get(), 0);
    return Status::ok();
  }
  if (is_refusal(status)) return status;
  return abort_after(status);
}

Status KafkaTransactionalProducer::await_deliveries(const Deadline& deadline) {
  // The flush says "do not linger" to the library; the reports are counted here.
  while (reported_ < sent_) {
    rd_kafka_flush(client_->get(), deadline.remaining(kPollMillisecondsMax));
    if (!delivery_.is_ok()) return delivery_;
    QCDR_RETURN_IF_ERROR(client_->fatal());
    if (reported_ < sent_ && deadline.passed()) {
      return Status(ErrorCode::kUnavailable, "records were not acknowledged in time");
    }
  }
  return delivery_;
}

KafkaTransactionalProducer::InputOffsets KafkaTransactionalProducer::offsets_of(
    Consumer& consumer, std::uint64_t epoch, const std::map<Partition, Offset>& next_offsets) {
  auto* kafka_consumer = dynamic_cast<KafkaConsumer*>(&consumer);
  QCDR_ASSERT(kafka_consumer != nullptr);
  InputOffsets offsets{Status::ok(), kafka_consumer->topic(), next_offsets, nullptr};
  // Refuse early what was worked out under an ownership that is gone.
  auto group = kafka_consumer->metadata(epoch);
  offsets.status = group.status();
  if (group.is_ok()) offsets.group = std::move(group).value();
  for (const auto& [partition, offset] : next_offsets) {
    if (!offsets.status.is_ok() || kafka_consumer->owns(partition)) continue;
    offsets.status =
        Status(ErrorCode::kAborted, fmt::format("partition {} is not owned", partition.value()));
  }
  return offsets;
}

Status KafkaTransactionalProducer::send_offsets(const InputOffsets& offsets) {
  if (offsets.next.empty()) return Status::ok();
  const PartitionList list = new_partition_list();
  for (const auto& [partition, offset] : offsets.next) {
    add_partition(list, offsets.topic, partition, offset);
  }
  const Deadline deadline(options_.request_wait);
  Status status;
  bool retried = false;
  const TransactionStep step = repeat(deadline, &status, &retried, [&] {
    return rd_kafka_send_offsets_to_transaction(client_->get(), list.get(), offsets.group.get(),
                                                deadline.remaining());
  });
  if (step == TransactionStep::kDone) return Status::ok();
  if (step == TransactionStep::kDestroy) return give_up(status.with_context("send_offsets"));
  return abort_after(status.with_context("send_offsets"));
}

Status KafkaTransactionalProducer::commit_transaction() {
  const Deadline deadline(options_.transaction_wait);
  Status status;
  bool retried = false;
  const TransactionStep step = repeat(deadline, &status, &retried, [&] {
    return rd_kafka_commit_transaction(client_->get(), deadline.remaining());
  });
  if (step == TransactionStep::kDone) return Status::ok();
  status = status.with_context("commit_transaction");
  if (step != TransactionStep::kAbort) return give_up(status);
  // The broker confirmed an abort, so nothing became visible. But an earlier try of the commit may
  // still be on its way, and with this producer's epoch it could hit the next transaction: only a
  // new producer, with a new epoch, is safe from it.
  status = abort_after(status);
  if (!retried || status.code() != ErrorCode::kAborted) return status;
  return give_up(Status(ErrorCode::kUnavailable, status.message()));
}

Result<CommitReceipt> KafkaTransactionalProducer::commit(const InputOffsets& offsets) {
  QCDR_RETURN_IF_ERROR(failed_);
  if (!open_) return Status(ErrorCode::kFailedPrecondition, "no transaction is open");
  if (!offsets.status.is_ok()) return abort_after(offsets.status);
  // Offsets go while records are on their way: both wait for the broker.
  QCDR_RETURN_IF_ERROR(send_offsets(offsets));
  const Status delivered = await_deliveries(Deadline(options_.request_wait));
  if (!delivered.is_ok()) return abort_after(delivered);
  QCDR_RETURN_IF_ERROR(commit_transaction());
  open_ = false;
  delivered_ = Delivered();
  return std::move(receipt_);
}

Status KafkaTransactionalProducer::abort() {
  QCDR_RETURN_IF_ERROR(failed_);
  if (!open_) return Status::ok();
  // The broker may still be ending the transaction before, and refuse to begin this one until then.
  // An abort that comes to it first is a fatal error, so what was sent is given a moment.
  if (reported_ < sent_) rd_kafka_flush(client_->get(), kPollMillisecondsMax);
  const Deadline deadline(options_.transaction_wait);
  Status status;
  bool retried = false;
  const TransactionStep step = repeat(deadline, &status, &retried, [&] {
    return rd_kafka_abort_transaction(client_->get(), deadline.remaining());
  });
  if (step != TransactionStep::kDone) return give_up(status.with_context("abort_transaction"));
  open_ = false;
  // What was on its way when the connection broke waits to be sent again, and an abort drops it.
  // The library then gives its sequence numbers to the next records, as if it had never left; where
  // the broker has it, it takes those for a repetition, acknowledges them and writes nothing. Only
  // new numbers are safe from that: those of a new producer.
  if (perhaps_written_ || reported_ < sent_) {
    return give_up(
        Status(ErrorCode::kUnavailable, "aborted; records may have been written before"));
  }
  return Status::ok();
}

Status KafkaTransactionalProducer::abort_after(const Status& reason) {
  const Status fatal = client_->fatal();
  if (!fatal.is_ok()) return give_up(fatal);
  QCDR_RETURN_IF_ERROR(abort());
  // Trying it again would be refused again. What was refused is told for certain only by the
  // reports that the abort has waited for: whatever else was under way only failed because of it.
  if (delivery_.code() == ErrorCode::kLimitExceeded) return delivery_;
  if (reason.code() == ErrorCode::kLimitExceeded) return reason;
  return Status(ErrorCode::kAborted, reason.message());
}

Status KafkaTransactionalProducer::give_up(Status reason) {
  open_ = false;
  // What is left is kFenced or kUnavailable: nobody may believe that nothing happened.
  failed_ = reason.code() == ErrorCode::kFenced ? std::move(reason)
                                                : Status(ErrorCode::kUnavailable, reason.message());
  return failed_;
}

}  // namespace qcdr::stream::kafka
