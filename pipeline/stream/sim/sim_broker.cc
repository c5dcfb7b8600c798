#include "stream/sim/sim_broker.h"

namespace qcdr::stream {
namespace {

Status no_partition(const std::string& topic) {
  return Status(ErrorCode::kNotFound, "no such topic or partition: " + topic);
}

}  // namespace

Status SimBroker::ensure_topics(const std::vector<TopicDefinition>& topics) {
  for (const TopicDefinition& topic : topics) {
    const auto partitions = static_cast<std::size_t>(topic.partitions);
    const auto found = topics_.find(topic.name);
    if (found == topics_.end()) {
      topics_[topic.name].resize(partitions);
      if (topic.creation_time) creation_time_topics_.insert(topic.name);
    } else if (found->second.size() != partitions) {
      return Status(ErrorCode::kFailedPrecondition, "topic has other partitions: " + topic.name);
    }
  }
  return Status::ok();
}

Result<std::int32_t> SimBroker::partition_count(const std::string& topic) const {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return no_partition(topic);
  return static_cast<std::int32_t>(found->second.size());
}

const SimBroker::PartitionLog* SimBroker::find(const std::string& topic,
                                               Partition partition) const {
  const auto found = topics_.find(topic);
  if (found == topics_.end() || partition.value() < 0) return nullptr;
  const auto index = static_cast<std::size_t>(partition.value());
  return index < found->second.size() ? &found->second[index] : nullptr;
}

SimBroker::PartitionLog* SimBroker::find(const std::string& topic, Partition partition) {
  return const_cast<PartitionLog*>(std::as_const(*this).find(topic, partition));
}

Instant SimBroker::next_timestamp() {
  const std::int64_t now = clock_.now().milliseconds();
  if (!world_.happens(SimFault::kTimestampBack)) return Instant::from_milliseconds(now);
  return Instant::from_milliseconds(now - static_cast<std::int64_t>(world_.random(5'000)));
}

Result<Appended> SimBroker::append(OutputRecord record) {
  PartitionLog* const log = find(record.topic, record.partition);
  if (log == nullptr) return no_partition(record.topic);
  Entry entry;
  const bool keeps_time = record.timestamp && creation_time_topics_.count(record.topic) != 0;
  entry.record.topic = std::move(record.topic);
  entry.record.partition = record.partition;
  entry.record.offset = Offset(static_cast<std::int64_t>(log->entries.size()));
  entry.record.timestamp = keeps_time ? *record.timestamp : next_timestamp();
  entry.record.key = std::move(record.key);
  entry.record.value = std::move(record.value);
  entry.record.headers = std::move(record.headers);
  const Appended appended{entry.record.offset, entry.record.timestamp};
  log->entries.push_back(std::move(entry));
  return appended;
}

void SimBroker::append_gap(const std::string& topic, Partition partition) {
  PartitionLog* const log = find(topic, partition);
  QCDR_ASSERT(log != nullptr);
  OutputRecord record;
  record.topic = topic;
  record.partition = partition;
  record.key = "aborted";
  record.value = "aborted";
  QCDR_ASSERT(append(record).is_ok());
  log->entries.back().visibility = Visibility::kAborted;
  QCDR_ASSERT(append(record).is_ok());
  log->entries.back().visibility = Visibility::kMarker;
}

Status SimBroker::space() const {
  if (!full_) return Status::ok();
  return Status(options_.stops_when_full ? ErrorCode::kIo : ErrorCode::kUnavailable,
                "no space left on device");
}

std::size_t SimBroker::last_stable(const PartitionLog& log) const {
  for (std::size_t index = 0; index < log.entries.size(); ++index) {
    if (log.entries[index].visibility == Visibility::kPending) return index;
  }
  return log.entries.size();
}

Result<std::vector<Record>> SimBroker::read(const std::string& topic, Partition partition,
                                            Offset from, std::size_t records_max) {
  const PartitionLog* const log = find(topic, partition);
  if (log == nullptr || from < Offset(0)) return no_partition(topic);
  if (records_max > 1 && world_.happens(SimFault::kFewRecords)) {
    records_max = 1 + world_.random(records_max - 1);
  }
  std::vector<Record> records;
  for (auto index = static_cast<std::size_t>(from.value());
       index < log->entries.size() && records.size() < records_max; ++index) {
    const Entry& entry = log->entries[index];
    if (entry.visibility == Visibility::kPending) break;
    if (entry.visibility == Visibility::kCommitted) records.push_back(entry.record);
  }
  return records;
}

Result<Offset> SimBroker::beginning(const std::string& topic, Partition partition) const {
  if (find(topic, partition) == nullptr) return no_partition(topic);
  return Offset(0);
}

Result<Offset> SimBroker::end(const std::string& topic, Partition partition) const {
  const PartitionLog* const log = find(topic, partition);
  if (log == nullptr) return no_partition(topic);
  return Offset(static_cast<std::int64_t>(last_stable(*log)));
}

}  // namespace qcdr::stream
