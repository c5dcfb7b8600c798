#include "stream/embedded/log_index.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "core/assert.h"

namespace qcdr::stream::embedded {
namespace {

Status corrupt(const char* what) {
  return Status(ErrorCode::kCorruption, what);
}

}  // namespace

Status LogIndex::apply(const FrameHeader& header, std::string_view payload, FramePlace place) {
  if (header.version != kFrameVersion) {
    return Status(
        ErrorCode::kCorruption,
        fmt::format("log frame of version {}, which this program does not know", header.version));
  }
  if (header.sequence != next_sequence()) return corrupt("log frame out of sequence");
  if (header.sequence >= std::numeric_limits<std::uint32_t>::max()) {
    return Status(ErrorCode::kLimitExceeded, "the log has no frame numbers left");
  }
  switch (static_cast<FrameKind>(header.kind)) {
    case FrameKind::kTopic:
      QCDR_RETURN_IF_ERROR(apply_topic(payload));
      break;
    case FrameKind::kRecords:
      QCDR_RETURN_IF_ERROR(apply_records(payload, static_cast<std::uint32_t>(header.sequence)));
      break;
    default:
      return corrupt("log frame of an unknown kind");
  }
  frames_.push_back(place);
  return Status::ok();
}

Status LogIndex::apply_topic(std::string_view payload) {
  QCDR_ASSIGN_OR_RETURN(TopicDefinition definition, decode_topic(payload));
  const auto number = static_cast<std::uint32_t>(topics_.size());
  if (!topic_numbers_.emplace(definition.name, number).second) {
    return corrupt("a topic is defined twice");
  }
  TopicIndex topic;
  topic.partitions.resize(static_cast<std::size_t>(definition.partitions));
  topic.definition = std::move(definition);
  topics_.push_back(std::move(topic));
  return Status::ok();
}

Status LogIndex::apply_records(std::string_view payload, std::uint32_t frame) {
  // Decode everything first: a frame is applied whole or not at all.
  RecordsDecoder decoder(payload);
  std::vector<Target> targets;
  for (std::uint64_t i = 0; i < decoder.record_count() && decoder.ok(); ++i) {
    const Target target = decoder.skip_record();
    if (!decoder.ok() || !exists(target)) return corrupt("log record that goes nowhere");
    targets.push_back(target);
  }
  const std::vector<GroupOffset> offsets = decoder.offsets();
  if (!decoder.ok() || !decoder.at_end()) return corrupt("malformed payload of a log frame");
  for (const GroupOffset& offset : offsets) {
    if (!exists(offset.target)) return corrupt("group offset of an unknown partition");
  }
  if (!has_room(targets)) {
    return Status(ErrorCode::kLimitExceeded, "a partition of the log has no offsets left");
  }
  for (const Target target : targets) {
    PartitionIndex& partition = topics_[target.topic].partitions[target.partition];
    if (partition.runs.empty() || partition.runs.back().frame != frame) {
      partition.runs.push_back(RecordRun{partition.end, frame});
    }
    ++partition.end;
  }
  for (const GroupOffset& offset : offsets) {
    committed_[{offset.group, {offset.target.topic, offset.target.partition}}] = offset.next;
  }
  record_count_ += targets.size();
  return Status::ok();
}

bool LogIndex::has_room(const std::vector<Target>& targets) const {
  return std::all_of(targets.begin(), targets.end(), [&](Target target) {
    return targets.size() <= std::numeric_limits<std::uint32_t>::max() - partition(target).end;
  });
}

bool LogIndex::exists(Target target) const {
  return target.topic < topics_.size() &&
         target.partition < topics_[target.topic].partitions.size();
}

std::optional<std::uint32_t> LogIndex::find_topic(const std::string& name) const {
  const auto found = topic_numbers_.find(name);
  if (found == topic_numbers_.end()) return std::nullopt;
  return found->second;
}

Result<Target> LogIndex::target(const std::string& topic, Partition partition) const {
  const auto number = find_topic(topic);
  if (!number.has_value()) {
    return Status(ErrorCode::kNotFound, fmt::format("no topic {}", topic));
  }
  const Target target{*number, static_cast<std::uint32_t>(partition.value())};
  if (partition.value() < 0 || !exists(target)) {
    return Status(ErrorCode::kNotFound,
                  fmt::format("topic {} has no partition {}", topic, partition.value()));
  }
  return target;
}

const PartitionIndex& LogIndex::partition(Target target) const {
  QCDR_ASSERT(exists(target));
  return topics_[target.topic].partitions[target.partition];
}

std::int64_t LogIndex::end(Target target) const {
  return partition(target).end;
}

std::vector<FrameSlice> LogIndex::slices(Target target, std::int64_t from,
                                         std::size_t records_max) const {
  const PartitionIndex& index = partition(target);
  QCDR_ASSERT(from >= 0);
  std::vector<FrameSlice> slices;
  if (from >= index.end) return slices;
  auto next = static_cast<std::uint32_t>(from);
  const auto stop =
      static_cast<std::uint32_t>(next + std::min<std::size_t>(records_max, index.end - next));
  // The last run that begins at or before it: the first one of a partition begins at 0.
  auto run = std::prev(std::upper_bound(
      index.runs.begin(), index.runs.end(), next,
      [](std::uint32_t offset, const RecordRun& other) { return offset < other.first; }));
  for (; next < stop; ++run) {
    const auto after = std::next(run);
    const std::uint32_t run_end = after == index.runs.end() ? index.end : after->first;
    const std::uint32_t count = std::min(stop, run_end) - next;
    slices.push_back(FrameSlice{run->frame, next - run->first, count});
    next += count;
  }
  return slices;
}

std::int64_t LogIndex::committed(const std::string& group, Target target) const {
  const auto found = committed_.find({group, {target.topic, target.partition}});
  return found == committed_.end() ? 0 : found->second;
}

}  // namespace qcdr::stream::embedded
