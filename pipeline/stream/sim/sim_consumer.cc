#include "stream/sim/sim_consumer.h"

#include <algorithm>

namespace qcdr::stream {

SimConsumer::~SimConsumer() {
  if (process_.alive) broker_.leave(group_, member_, incarnation_);
}

bool SimConsumer::owns(Partition partition) const {
  return std::find(known_.partitions.begin(), known_.partitions.end(), partition) !=
         known_.partitions.end();
}

Status SimConsumer::learn() {
  if (known_.epoch != 0 && broker_.world().happens(SimFault::kStaleMembership)) {
    return Status::ok();
  }
  QCDR_ASSIGN_OR_RETURN(const SimBroker::Membership membership,
                        broker_.membership(group_, member_, incarnation_));
  if (membership.epoch != known_.epoch) {
    known_ = Assignment{membership.epoch, membership.partitions};
    positions_.clear();
  }
  return Status::ok();
}

Result<Consumer::Assignment> SimConsumer::assignment() {
  broker_.world().at_call(process_, SimCall::kAssignment, 0);
  QCDR_RETURN_IF_ERROR(learn());
  return known_;
}

Status SimConsumer::seek(Partition partition, Offset next) {
  broker_.world().at_call(process_, SimCall::kSeek, next.value());
  if (broker_.world().happens(SimFault::kUnavailable)) {
    return Status(ErrorCode::kUnavailable, "seek");
  }
  if (!owns(partition)) return Status(ErrorCode::kAborted, "partition is not owned");
  positions_[partition] = next;
  return Status::ok();
}

Result<std::vector<Record>> SimConsumer::poll(std::chrono::milliseconds wait,
                                              std::size_t records_max) {
  broker_.world().at_call(process_, SimCall::kPoll, static_cast<std::int64_t>(records_max));
  if (broker_.world().happens(SimFault::kUnavailable)) {
    return Status(ErrorCode::kUnavailable, "poll");
  }
  const std::uint64_t epoch = known_.epoch;
  QCDR_RETURN_IF_ERROR(learn());
  std::vector<Record> records;
  if (known_.epoch != epoch) return records;
  // Starts at any partition, so that none is always last.
  const std::size_t first =
      positions_.empty() ? 0 : static_cast<std::size_t>(broker_.world().random(positions_.size()));
  for (std::size_t index = 0; index < positions_.size() && records.size() < records_max; ++index) {
    auto position = std::next(positions_.begin(),
                              static_cast<std::ptrdiff_t>((first + index) % positions_.size()));
    QCDR_ASSIGN_OR_RETURN(
        std::vector<Record> more,
        broker_.read(topic_, position->first, position->second, records_max - records.size()));
    if (!more.empty()) position->second = next(more.back().offset);
    for (Record& record : more) records.push_back(std::move(record));
  }
  if (records.empty()) broker_.clock().advance(wait.count());
  return records;
}

Result<Offset> SimConsumer::committed(Partition partition) {
  broker_.world().at_call(process_, SimCall::kCommitted, partition.value());
  if (broker_.world().happens(SimFault::kUnavailable)) {
    return Status(ErrorCode::kUnavailable, "committed");
  }
  return broker_.committed(group_, partition);
}

Status SimConsumer::commit(Partition partition, Offset next) {
  broker_.world().at_call(process_, SimCall::kPlainCommit, next.value());
  if (broker_.world().happens(SimFault::kUnavailable)) {
    return Status(ErrorCode::kUnavailable, "commit");
  }
  QCDR_RETURN_IF_ERROR(broker_.space());
  QCDR_RETURN_IF_ERROR(check(known_.epoch));
  if (!owns(partition)) return Status(ErrorCode::kAborted, "partition is not owned");
  return broker_.commit_plain(group_, partition, next);
}

}  // namespace qcdr::stream
