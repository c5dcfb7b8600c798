#include "stream/embedded/embedded_consumer.h"

#include <algorithm>
#include <iterator>

namespace qcdr::stream::embedded {
namespace {

constexpr std::size_t kPollBytesMax = std::size_t{16} << 20;

}  // namespace

Result<std::vector<GroupOffset>> group_offsets(LogCore& core, const Membership& membership,
                                               const std::map<Partition, Offset>& next_offsets) {
  std::vector<GroupOffset> offsets;
  for (const auto& entry : next_offsets) {
    QCDR_ASSIGN_OR_RETURN(const Target target, core.target(membership.topic, entry.first));
    if (entry.second < Offset(0)) {
      return Status(ErrorCode::kInvalidArgument, "a group offset is negative");
    }
    offsets.push_back(GroupOffset{membership.group, target, entry.second.value()});
  }
  return offsets;
}

Result<Consumer::Assignment> EmbeddedConsumer::assignment() {
  QCDR_ASSIGN_OR_RETURN(Assignment now, core_->assignment(membership_));
  if (now.epoch != seen_.epoch) {
    seen_ = now;
    positions_.clear();
  }
  return now;
}

Status EmbeddedConsumer::check_owned(Partition partition) const {
  const auto& owned = seen_.partitions;
  if (std::find(owned.begin(), owned.end(), partition) != owned.end()) return Status::ok();
  return Status(ErrorCode::kFailedPrecondition, "the member does not own the partition");
}

Status EmbeddedConsumer::seek(Partition partition, Offset next) {
  QCDR_RETURN_IF_ERROR(check_owned(partition));
  if (next < Offset(0)) {
    return Status(ErrorCode::kNotFound, "seek before the beginning of a partition");
  }
  positions_[partition] = next;
  return Status::ok();
}

bool EmbeddedConsumer::has_records() const {
  return std::any_of(positions_.begin(), positions_.end(), [this](const auto& position) {
    return core_->has_records({membership_.topic, position.first, position.second});
  });
}

Result<std::vector<Record>> EmbeddedConsumer::poll(std::chrono::milliseconds wait,
                                                   std::size_t records_max) {
  bool changed = false;
  QCDR_RETURN_IF_ERROR(core_->wait(wait, [this, &changed] {
    changed = core_->ownership_changed(membership_, seen_.epoch);
    return changed || has_records();
  }));
  std::vector<Record> records;
  if (changed) return records;
  std::size_t bytes = 0;
  const std::size_t partitions = positions_.size();
  for (std::size_t i = 0, first = partitions == 0 ? 0 : turn_.first(partitions); i < partitions;
       ++i) {
    const std::size_t place = (first + i) % partitions;
    const auto position = std::next(positions_.begin(), static_cast<std::ptrdiff_t>(place));
    QCDR_ASSIGN_OR_RETURN(std::vector<Record> read,
                          core_->read({membership_.topic, position->first, position->second},
                                      records_max - records.size(), kPollBytesMax - bytes));
    if (read.empty()) continue;
    position->second = next(read.back().offset);
    const std::size_t before = bytes;
    for (Record& record : read) {
      bytes += record.key.size() + (record.value.has_value() ? record.value->size() : 0);
      records.push_back(std::move(record));
    }
    if (records.size() >= records_max || bytes >= kPollBytesMax) {
      turn_.ended_in(place, bytes - before);
      return records;
    }
  }
  turn_.ended();
  return records;
}

Result<Offset> EmbeddedConsumer::committed(Partition partition) {
  return core_->committed(membership_, partition);
}

Status EmbeddedConsumer::commit(Partition partition, Offset next) {
  QCDR_ASSIGN_OR_RETURN(const std::vector<GroupOffset> offsets,
                        group_offsets(*core_, membership_, {{partition, next}}));
  const Result<LogCore::Written> written = core_->write(
      RecordsEncoder(), offsets,
      [this, partition] { return core_->owns(membership_, seen_.epoch, {partition}); });
  return written.status();
}

}  // namespace qcdr::stream::embedded
