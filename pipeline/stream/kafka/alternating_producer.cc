#include "stream/kafka/alternating_producer.h"

#include "core/assert.h"

namespace qcdr::stream::kafka {

Result<std::unique_ptr<TransactionalProducer>> AlternatingProducer::make(
    const KafkaOptions& options, const std::string& transactional_id) {
  std::unique_ptr<AlternatingProducer> made(new AlternatingProducer());
  // A name of a slot has no colon, so the second id is nobody else's.
  auto second = std::async(std::launch::async, [&] {
    return KafkaTransactionalProducer::make(options, transactional_id + ":2");
  });
  auto first = KafkaTransactionalProducer::make(options, transactional_id);
  auto other = second.get();
  QCDR_ASSIGN_OR_RETURN(made->producers_[0], std::move(first));
  QCDR_ASSIGN_OR_RETURN(made->producers_[1], std::move(other));
  return std::unique_ptr<TransactionalProducer>(std::move(made));
}

AlternatingProducer::~AlternatingProducer() {
  if (answer_.valid()) answer_.wait();
}

void AlternatingProducer::note(const Status& status) {
  if (status.code() == ErrorCode::kFenced || status.code() == ErrorCode::kUnavailable) {
    failed_ = status;
  }
}

Status AlternatingProducer::noted(Status status) {
  note(status);
  return status;
}

Status AlternatingProducer::begin() {
  QCDR_RETURN_IF_ERROR(failed_);
  QCDR_ASSERT(!answer_.valid());
  if (present().is_open()) {
    return Status(ErrorCode::kFailedPrecondition, "a transaction is open already");
  }
  turn_ = 1 - turn_;
  return noted(present().begin());
}

Status AlternatingProducer::send(OutputRecord record) {
  QCDR_RETURN_IF_ERROR(failed_);
  return noted(present().send(std::move(record)));
}

Result<CommitReceipt> AlternatingProducer::commit(Consumer& consumer, std::uint64_t epoch,
                                                  const std::map<Partition, Offset>& next_offsets) {
  QCDR_RETURN_IF_ERROR(failed_);
  Result<CommitReceipt> receipt = present().commit(consumer, epoch, next_offsets);
  note(receipt.status());
  return receipt;
}

void AlternatingProducer::start_commit(Consumer& consumer, std::uint64_t epoch,
                                       const std::map<Partition, Offset>& next_offsets) {
  QCDR_ASSERT(!answer_.valid());
  // What is read of the consumer is read here, where it belongs.
  auto offsets = KafkaTransactionalProducer::offsets_of(consumer, epoch, next_offsets);
  KafkaTransactionalProducer* const producer = &present();
  answer_ = std::async(std::launch::async, [producer, offsets = std::move(offsets)]() mutable {
    return producer->commit(std::move(offsets));
  });
}

std::optional<Result<CommitReceipt>> AlternatingProducer::finish_commit(
    std::chrono::milliseconds wait) {
  QCDR_ASSERT(answer_.valid());
  if (answer_.wait_for(wait) != std::future_status::ready) return std::nullopt;
  Result<CommitReceipt> receipt = answer_.get();
  note(receipt.status());
  return receipt;
}

Status AlternatingProducer::abort() {
  QCDR_RETURN_IF_ERROR(failed_);
  QCDR_ASSERT(!answer_.valid());
  return noted(present().abort());
}

}  // namespace qcdr::stream::kafka
