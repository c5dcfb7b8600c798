// What frames carry: topic definitions, and records with group offsets.
//
// Records name their topic by number: topics are numbered from 0 in the order of their frames.
// Offsets are not stored: a record's offset is the number of records before it in its partition.
// Decoding trusts nothing: a malformed payload is an error, whatever its checksum says.
// Thread-safety: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/status.h"
#include "stream/log.h"

namespace qcdr::stream::embedded {

// Where a record goes, with the topic's number.
struct Target {
  std::uint32_t topic = 0;
  std::uint32_t partition = 0;
  bool operator==(const Target& other) const = default;
};

struct GroupOffset {
  std::string group;
  Target target;
  std::int64_t next = 0;
};

// Builds the frame (with room for its header) of one append or transaction.
class RecordsEncoder {
 public:
  RecordsEncoder();
  void add(const OutputRecord& record, Target target);
  std::size_t records() const { return targets_.size(); }
  std::size_t bytes() const { return body_.size(); }
  // Frame with payload; the time of append is left open for stamp_append_time().
  std::string finish(const std::vector<GroupOffset>& offsets) const;
  // Targets of the records, in order.
  const std::vector<Target>& targets() const { return targets_; }

 private:
  ByteWriter body_;
  std::vector<Target> targets_;
};

void stamp_append_time(std::string* frame, Instant time);

// Walks over a records payload. Stops at the first malformed field: check ok() in the end.
class RecordsDecoder {
 public:
  explicit RecordsDecoder(std::string_view payload);
  Instant append_time() const { return append_time_; }
  std::uint64_t record_count() const { return record_count_; }
  // Position in the payload of the record that comes next.
  std::uint32_t position() const;
  // Skips one record and says where it goes.
  Target skip_record();
  // After all records: the group offsets.
  std::vector<GroupOffset> offsets();
  bool ok() const { return reader_.ok() && well_formed_; }
  bool at_end() const { return reader_.at_end(); }

 private:
  std::size_t payload_bytes_;
  ByteReader reader_;
  Instant append_time_;
  std::uint64_t record_count_ = 0;
  bool well_formed_ = true;
};

// Decodes the record at `position` of a records payload; topic, partition and offset of *record
// are left to the caller.
Status decode_record(std::string_view payload, std::uint32_t position, Record* record);

// Decodes those records of a records payload that go to one partition, from the `skip`-th on.
// Lifetime: `payload` outlives it. kCorruption where there are fewer than was said.
class SliceDecoder {
 public:
  SliceDecoder(std::string_view payload, Target target, std::uint32_t skip, std::uint32_t count)
      : payload_(payload), decoder_(payload), target_(target), skip_(skip), left_(count) {}
  bool has_next() const { return left_ > 0; }
  // As decode_record().
  Status next(Record* record);

 private:
  std::string_view payload_;
  RecordsDecoder decoder_;
  Target target_;
  std::uint64_t walked_ = 0;  // records of all partitions
  std::uint32_t skip_;
  std::uint32_t left_;
};

// Frame (with room for its header) that defines a topic.
std::string encode_topic(const TopicDefinition& topic);
Result<TopicDefinition> decode_topic(std::string_view payload);

}  // namespace qcdr::stream::embedded
