// What the embedded log knows in memory: topics, the place of every record, group offsets.
//
// Built by applying frames in order; recovery and the writer use the same apply(), so a restart
// knows what the running process knew. Of records it knows only in which frame a partition's next
// ones are: whoever reads a frame finds them in it. Memory: 12 bytes per frame, and 8 per partition
// that a frame has records of. Limits: 2^32 - 1 frames, and as many records of a partition. Errors:
// kCorruption for a frame that no correct writer makes, kLimitExceeded; nothing was applied then.
// Thread-safety: none; the log's mutex guards it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "core/status.h"
#include "stream/embedded/frame.h"
#include "stream/embedded/payload.h"

namespace qcdr::stream::embedded {

struct FramePlace {
  std::uint32_t segment = 0;
  std::uint32_t position = 0;       // of the header in the segment
  std::uint32_t payload_bytes = 0;  // the frame is kFrameHeaderBytes longer
};

// The records of one partition in one frame: their offsets begin where those of the frame before
// end.
struct RecordRun {
  std::uint32_t first = 0;  // offset of the first one
  std::uint32_t frame = 0;  // number of the frame, equal to its sequence
};

struct PartitionIndex {
  std::deque<RecordRun> runs;  // by offset; nothing is copied to grow
  std::uint32_t end = 0;       // one past the last offset
};

struct TopicIndex {
  TopicDefinition definition;
  std::vector<PartitionIndex> partitions;
};

// Some of a frame's records of one partition: the first `skip` are passed over.
struct FrameSlice {
  std::uint32_t frame = 0;
  std::uint32_t skip = 0;
  std::uint32_t count = 0;
};

class LogIndex {
 public:
  Status apply(const FrameHeader& header, std::string_view payload, FramePlace place);

  std::uint64_t next_sequence() const { return frames_.size(); }
  std::uint64_t record_count() const { return record_count_; }
  const FramePlace& frame(std::uint32_t number) const { return frames_[number]; }
  const std::vector<TopicIndex>& topics() const { return topics_; }
  // Number of a topic, or nothing.
  std::optional<std::uint32_t> find_topic(const std::string& name) const;
  // kNotFound when topic or partition does not exist.
  Result<Target> target(const std::string& topic, Partition partition) const;
  // One past the last offset of a partition that exists.
  std::int64_t end(Target target) const;
  // Where its records from an offset on are, up to so many. `from` is not negative.
  std::vector<FrameSlice> slices(Target target, std::int64_t from, std::size_t records_max) const;
  // The group's committed offset; 0, the beginning of every partition, when there is none.
  std::int64_t committed(const std::string& group, Target target) const;

 private:
  Status apply_topic(std::string_view payload);
  Status apply_records(std::string_view payload, std::uint32_t frame);
  bool exists(Target target) const;
  bool has_room(const std::vector<Target>& targets) const;
  const PartitionIndex& partition(Target target) const;

  using GroupKey = std::pair<std::string, std::pair<std::uint32_t, std::uint32_t>>;
  std::deque<FramePlace> frames_;
  std::vector<TopicIndex> topics_;
  std::map<std::string, std::uint32_t> topic_numbers_;
  std::map<GroupKey, std::int64_t> committed_;
  std::uint64_t record_count_ = 0;
};

}  // namespace qcdr::stream::embedded
