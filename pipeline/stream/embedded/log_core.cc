#include "stream/embedded/log_core.h"

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "core/assert.h"

namespace qcdr::stream::embedded {

Status LogCore::ensure_topics(const std::vector<TopicDefinition>& topics) {
  const std::lock_guard one_at_a_time(topics_mutex_);
  for (const TopicDefinition& topic : topics) {
    if (topic.name.empty() || topic.partitions <= 0) {
      return Status(ErrorCode::kInvalidArgument, "a topic needs a name and a partition");
    }
    QCDR_ASSIGN_OR_RETURN(const bool present, is_defined(topic));
    if (!present) QCDR_RETURN_IF_ERROR(define_topic(topic));
  }
  return Status::ok();
}

Result<bool> LogCore::is_defined(const TopicDefinition& topic) {
  const Lock lock(mutex_);
  if (!failure_.is_ok()) return failure_;
  const auto number = index_.find_topic(topic.name);
  if (!number.has_value()) return false;
  const TopicDefinition& present = index_.topics()[*number].definition;
  if (present.partitions != topic.partitions) {
    return Status(ErrorCode::kFailedPrecondition,
                  fmt::format("topic {} has {} partitions, not {}", topic.name, present.partitions,
                              topic.partitions));
  }
  if (present.creation_time != topic.creation_time) {
    return Status(ErrorCode::kFailedPrecondition,
                  fmt::format("topic {} {} the producer's timestamps", topic.name,
                              present.creation_time ? "keeps" : "does not keep"));
  }
  return true;
}

Status LogCore::define_topic(const TopicDefinition& topic) {
  std::string frame = encode_topic(topic);
  Lock lock(mutex_);
  QCDR_RETURN_IF_ERROR(make_room(lock, frame.size()));
  const std::uint64_t sequence = queue(FrameKind::kTopic, std::move(frame));
  return settle(lock, sequence + 1);
}

Result<std::int32_t> LogCore::partition_count(const std::string& topic) {
  const Lock lock(mutex_);
  if (!failure_.is_ok()) return failure_;
  const auto number = index_.find_topic(topic);
  if (!number.has_value()) return Status(ErrorCode::kNotFound, fmt::format("no topic {}", topic));
  return index_.topics()[*number].definition.partitions;
}

Result<Target> LogCore::target(const std::string& topic, Partition partition) {
  const Lock lock(mutex_);
  return index_.target(topic, partition);
}

Result<Target> LogCore::prepare(OutputRecord* record) {
  const Lock lock(mutex_);
  QCDR_ASSIGN_OR_RETURN(const Target target, index_.target(record->topic, record->partition));
  if (!index_.topics()[target.topic].definition.creation_time) record->timestamp.reset();
  return target;
}

Result<LogCore::Bounds> LogCore::bounds(const std::string& topic, Partition partition) {
  const Lock lock(mutex_);
  if (!failure_.is_ok()) return failure_;
  QCDR_ASSIGN_OR_RETURN(const Target target, index_.target(topic, partition));
  return Bounds{Offset(0), Offset(index_.end(target))};
}

Result<std::vector<Record>> LogCore::read(const Range& range, std::size_t records_max,
                                          std::size_t bytes_max) {
  Target target;
  std::vector<FrameSlice> slices;
  {
    const Lock lock(mutex_);
    if (!failure_.is_ok()) return failure_;
    QCDR_ASSIGN_OR_RETURN(target, index_.target(range.topic, range.partition));
    if (range.from < Offset(0)) {
      return Status(ErrorCode::kNotFound, "read before the beginning of a partition");
    }
    slices = index_.slices(target, range.from.value(), records_max);
  }
  std::vector<Record> records;
  std::size_t bytes = 0;
  for (const FrameSlice& slice : slices) {
    QCDR_ASSIGN_OR_RETURN(const FrameBytes frame_bytes, frame(slice.frame));
    const std::string_view payload = std::string_view(*frame_bytes).substr(kFrameHeaderBytes);
    SliceDecoder decoder(payload, target, slice.skip, slice.count);
    while (decoder.has_next() && (records.empty() || bytes < bytes_max)) {
      Record record;
      QCDR_RETURN_IF_ERROR(decoder.next(&record));
      record.topic = range.topic;
      record.partition = range.partition;
      record.offset = Offset(range.from.value() + static_cast<std::int64_t>(records.size()));
      bytes += record.key.size() + (record.value.has_value() ? record.value->size() : 0);
      records.push_back(std::move(record));
    }
    if (bytes >= bytes_max) break;
  }
  return records;
}

Result<FrameBytes> LogCore::frame(std::uint32_t number) {
  FramePlace place;
  {
    const Lock lock(mutex_);
    if (FrameBytes cached = cache_.find(number)) return cached;
    place = index_.frame(number);
  }
  QCDR_ASSIGN_OR_RETURN(const File file,
                        File::open(segment_path(options_.directory, place.segment), O_RDONLY));
  QCDR_ASSIGN_OR_RETURN(std::string bytes,
                        file.read_at(place.position, kFrameHeaderBytes + place.payload_bytes));
  FrameHeader header;
  std::string_view payload;
  if (!parse_frame(bytes, &header, &payload) || header.sequence != number) {
    return Status(ErrorCode::kCorruption,
                  fmt::format("segment {} is damaged at {}", place.segment, place.position));
  }
  auto frame_bytes = std::make_shared<const std::string>(std::move(bytes));
  const Lock lock(mutex_);
  cache_.insert(number, frame_bytes);
  return FrameBytes(frame_bytes);
}

Status LogCore::wait(std::chrono::milliseconds wait, const std::function<bool()>& ready) {
  Lock lock(mutex_);
  changed_.wait_for(lock, wait, [&] { return !failure_.is_ok() || ready(); });
  return failure_;
}

bool LogCore::has_records(const Range& range) const {
  const Result<Target> target = index_.target(range.topic, range.partition);
  if (!target.is_ok()) return false;
  return range.from < Offset(index_.end(target.value()));
}

bool LogCore::ownership_changed(const Membership& membership, std::uint64_t epoch) const {
  return !groups_.is_current(membership) || groups_.epoch(membership) != epoch;
}

Membership LogCore::join(const std::string& group, const std::string& topic,
                         const std::string& member_id) {
  const Lock lock(mutex_);
  changed_.notify_all();
  return groups_.join(group, topic, member_id);
}

void LogCore::leave(const Membership& membership) {
  const Lock lock(mutex_);
  changed_.notify_all();
  groups_.leave(membership);
}

Result<Consumer::Assignment> LogCore::assignment(const Membership& membership) {
  const Lock lock(mutex_);
  if (!failure_.is_ok()) return failure_;
  if (!groups_.is_current(membership)) {
    return Status(ErrorCode::kFenced, "another member joined under the same id");
  }
  const auto number = index_.find_topic(membership.topic);
  QCDR_ASSERT(number.has_value());
  const std::int32_t partitions = index_.topics()[*number].definition.partitions;
  return Consumer::Assignment{groups_.epoch(membership), groups_.assigned(membership, partitions)};
}

Result<Offset> LogCore::committed(const Membership& membership, Partition partition) {
  Lock lock(mutex_);
  QCDR_ASSIGN_OR_RETURN(const Target target, index_.target(membership.topic, partition));
  // An earlier owner's commit may be on its way to the disk.
  QCDR_RETURN_IF_ERROR(settle(lock, next_sequence_));
  return Offset(index_.committed(membership.group, target));
}

Status LogCore::owns(const Membership& membership, std::uint64_t epoch,
                     const std::vector<Partition>& partitions) const {
  if (!groups_.is_current(membership)) {
    return Status(ErrorCode::kFenced, "another member joined under the same id");
  }
  if (groups_.epoch(membership) != epoch) {
    return Status(ErrorCode::kAborted, "ownership of partitions changed");
  }
  const auto number = index_.find_topic(membership.topic);
  QCDR_ASSERT(number.has_value());
  const std::vector<Partition> owned =
      groups_.assigned(membership, index_.topics()[*number].definition.partitions);
  for (const Partition partition : partitions) {
    if (std::find(owned.begin(), owned.end(), partition) == owned.end()) {
      return Status(ErrorCode::kAborted, "the member does not own the partition");
    }
  }
  return Status::ok();
}

std::uint64_t LogCore::start_producer(const std::string& transactional_id) {
  Lock lock(mutex_);
  producers_[transactional_id] = next_producer_;
  const std::uint64_t token = next_producer_++;
  // What the one before committed is decided when this one begins. A failed log answers on use.
  const Status ignored = settle(lock, next_sequence_);
  static_cast<void>(ignored);
  return token;
}

bool LogCore::is_current_producer(const std::string& transactional_id, std::uint64_t token) {
  const Lock lock(mutex_);
  return permit_producer(transactional_id, token).is_ok();
}

Status LogCore::permit_producer(const std::string& transactional_id, std::uint64_t token) const {
  const auto found = producers_.find(transactional_id);
  if (found != producers_.end() && found->second == token) return Status::ok();
  return Status(ErrorCode::kFenced, "another producer has the transactional id");
}

}  // namespace qcdr::stream::embedded
