#include "stream/embedded/embedded_producer.h"

#include "core/assert.h"
#include "stream/embedded/embedded_consumer.h"

namespace qcdr::stream::embedded {
namespace {

Status always() {
  return Status::ok();
}

}  // namespace

Status EmbeddedProducer::check_open() const {
  if (!open_) return Status(ErrorCode::kFailedPrecondition, "no transaction is open");
  if (core_->is_current_producer(transactional_id_, token_)) return Status::ok();
  return Status(ErrorCode::kFenced, "another producer has the transactional id");
}

void EmbeddedProducer::close() {
  open_ = false;
  records_ = RecordsEncoder();
  destinations_.clear();
}

Status EmbeddedProducer::begin() {
  if (open_) return Status(ErrorCode::kFailedPrecondition, "a transaction is open already");
  open_ = true;
  Status status = check_open();
  if (!status.is_ok()) close();
  return status;
}

Status EmbeddedProducer::send(OutputRecord record) {
  QCDR_RETURN_IF_ERROR(check_open());
  QCDR_ASSIGN_OR_RETURN(const Target target, core_->prepare(&record));
  records_.add(record, target);
  destinations_.emplace_back(std::move(record.topic), record.partition);
  if (records_.bytes() > core_->options().frame_bytes_max) {
    return Status(ErrorCode::kLimitExceeded, "the transaction is larger than a frame may be");
  }
  return Status::ok();
}

Result<CommitReceipt> EmbeddedProducer::commit(Consumer& consumer, std::uint64_t epoch,
                                               const std::map<Partition, Offset>& next_offsets) {
  QCDR_RETURN_IF_ERROR(check_open());
  const auto* member = dynamic_cast<const EmbeddedConsumer*>(&consumer);
  if (member == nullptr || member->core() != core_.get()) {
    return Status(ErrorCode::kInvalidArgument, "the consumer belongs to another log");
  }
  const Membership membership = member->membership();
  std::vector<Partition> partitions;
  for (const auto& entry : next_offsets) partitions.push_back(entry.first);
  QCDR_ASSIGN_OR_RETURN(const std::vector<GroupOffset> offsets,
                        group_offsets(*core_, membership, next_offsets));
  Result<LogCore::Written> written = core_->write(records_, offsets, [&] {
    QCDR_RETURN_IF_ERROR(core_->permit_producer(transactional_id_, token_));
    return core_->owns(membership, epoch, partitions);
  });
  CommitReceipt receipt;
  if (written.is_ok()) {
    QCDR_ASSERT(written.value().offsets.size() == destinations_.size());
    for (std::size_t i = 0; i < destinations_.size(); ++i) {
      receipt.last_offsets[destinations_[i]] = written.value().offsets[i];
    }
  }
  close();
  if (!written.is_ok()) return written.status();
  return receipt;
}

Status EmbeddedProducer::abort() {
  close();
  return Status::ok();
}

Result<Appended> EmbeddedAppender::append(OutputRecord record) {
  QCDR_ASSIGN_OR_RETURN(const Target target, core_->prepare(&record));
  RecordsEncoder encoder;
  encoder.add(record, target);
  QCDR_ASSIGN_OR_RETURN(const LogCore::Written written, core_->write(encoder, {}, always));
  return Appended{written.offsets.front(), record.timestamp.value_or(written.append_time)};
}

Status EmbeddedAppender::append_all(std::vector<OutputRecord> records) {
  // Look at every destination first, so that an unknown one leaves nothing behind.
  std::vector<Target> targets;
  for (OutputRecord& record : records) {
    QCDR_ASSIGN_OR_RETURN(const Target target, core_->prepare(&record));
    targets.push_back(target);
  }
  const std::size_t frame_bytes = core_->options().frame_bytes_max / 2;
  std::size_t done = 0;
  while (done < records.size()) {
    RecordsEncoder encoder;
    while (done < records.size() && (encoder.records() == 0 || encoder.bytes() < frame_bytes)) {
      encoder.add(records[done], targets[done]);
      ++done;
    }
    QCDR_RETURN_IF_ERROR(core_->write(encoder, {}, always).status());
  }
  return Status::ok();
}

}  // namespace qcdr::stream::embedded
