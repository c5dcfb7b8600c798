#include "stream/embedded/payload.h"

#include <gtest/gtest.h>

#include <limits>

#include "stream/embedded/frame.h"
#include "stream/embedded/log_index.h"

namespace qcdr::stream::embedded {
namespace {

std::string payload_of(std::string frame) {
  return frame.substr(kFrameHeaderBytes);
}

OutputRecord sample(const std::string& value) {
  OutputRecord record;
  record.key = "k";
  record.value = value;
  record.headers = {{"a", "1"}};
  return record;
}

TEST(Payload, TopicsRoundTrip) {
  TopicDefinition topic;
  topic.name = "qcdr.internal.uploads.v1";
  topic.partitions = 24;
  topic.compacted = true;
  topic.creation_time = true;
  topic.retention = std::chrono::hours(0);
  const auto decoded = decode_topic(payload_of(encode_topic(topic)));
  ASSERT_TRUE(decoded.is_ok());
  EXPECT_EQ(decoded.value().name, topic.name);
  EXPECT_EQ(decoded.value().partitions, 24);
  EXPECT_TRUE(decoded.value().compacted);
  EXPECT_TRUE(decoded.value().creation_time);
  EXPECT_EQ(decoded.value().retention, topic.retention);
  topic.retention.reset();
  EXPECT_FALSE(decode_topic(payload_of(encode_topic(topic))).value().retention.has_value());
}

class IndexOfTwoPartitions : public testing::Test {
 protected:
  IndexOfTwoPartitions() {
    TopicDefinition topic;
    topic.name = "t";
    topic.partitions = 2;
    EXPECT_TRUE(apply(FrameKind::kTopic, payload_of(encode_topic(topic))).is_ok());
  }
  Status apply(FrameKind kind, const std::string& payload) {
    FrameHeader header;
    header.kind = static_cast<std::uint8_t>(kind);
    header.version = kFrameVersion;
    header.sequence = index_.next_sequence();
    return index_.apply(header, payload, FramePlace{});
  }
  // Values of a slice, each with a space after it; "!" for one that cannot be read.
  static std::string values(const std::string& payload, std::uint32_t partition, std::uint32_t skip,
                            std::uint32_t count) {
    std::string text;
    SliceDecoder decoder(payload, Target{0, partition}, skip, count);
    while (decoder.has_next()) {
      Record record;
      const Status decoded = decoder.next(&record);
      text += decoded.is_ok() ? *record.value + " " : "! ";
      if (!decoded.is_ok()) break;
    }
    return text;
  }
  // Slices as text: frame, records passed over, records.
  std::string slices(std::uint32_t partition, std::int64_t from, std::size_t records_max) const {
    std::string text;
    for (const FrameSlice& slice : index_.slices(Target{0, partition}, from, records_max)) {
      text += std::to_string(slice.frame) + "+" + std::to_string(slice.skip) + "x" +
              std::to_string(slice.count) + " ";
    }
    return text;
  }
  LogIndex index_;
};

TEST_F(IndexOfTwoPartitions, FindsRecordsByOffsetAcrossFrames) {
  // Frames 1, 2 and 3: two records of partition 1, none, three; one of partition 0 in each.
  for (const int records : {2, 0, 3}) {
    RecordsEncoder encoder;
    for (int i = 0; i < records; ++i) encoder.add(sample("x"), Target{0, 1});
    encoder.add(sample("y"), Target{0, 0});
    ASSERT_TRUE(apply(FrameKind::kRecords, payload_of(encoder.finish({}))).is_ok());
  }
  EXPECT_EQ(index_.end(Target{0, 1}), 5);
  EXPECT_EQ(slices(1, 0, 100), "1+0x2 3+0x3 ");
  EXPECT_EQ(slices(1, 1, 2), "1+1x1 3+0x1 ");
  EXPECT_EQ(slices(1, 2, 1), "3+0x1 ");
  EXPECT_EQ(slices(1, 4, 1), "3+2x1 ");
  EXPECT_EQ(slices(1, 4, 0), "");
  EXPECT_EQ(slices(1, 5, 1), "");
  EXPECT_EQ(slices(1, std::numeric_limits<std::int64_t>::max(), 1), "");
  EXPECT_EQ(slices(0, 0, 100), "1+0x1 2+0x1 3+0x1 ");
}

TEST_F(IndexOfTwoPartitions, CountsOffsetsByPartition) {
  RecordsEncoder encoder;
  encoder.add(sample("x"), Target{0, 1});
  encoder.add(sample("y"), Target{0, 1});
  encoder.add(sample("z"), Target{0, 0});
  const std::string payload = payload_of(encoder.finish({GroupOffset{"g", Target{0, 0}, 12}}));
  ASSERT_TRUE(apply(FrameKind::kRecords, payload).is_ok());
  ASSERT_EQ(index_.end(Target{0, 1}), 2);
  ASSERT_EQ(index_.end(Target{0, 0}), 1);
  EXPECT_EQ(values(payload, 1, 1, 1), "y ");
  EXPECT_EQ(values(payload, 1, 0, 2), "x y ");
  EXPECT_EQ(values(payload, 0, 0, 1), "z ");
  EXPECT_EQ(values(payload, 0, 0, 2), "z ! ") << "there is no second one";
  EXPECT_EQ(index_.committed("g", Target{0, 0}), 12);
  EXPECT_EQ(index_.committed("g", Target{0, 1}), 0);
  EXPECT_EQ(index_.committed("other", Target{0, 0}), 0);
}

// Frames stay in the log's cache: they hold nothing that they do not need.
TEST(RecordsEncoder, AFrameTakesNoMoreMemoryThanItHas) {
  RecordsEncoder encoder;
  for (int i = 0; i < 5'000; ++i) encoder.add(sample(std::string(100, 'x')), Target{0, 1});
  const std::string frame = encoder.finish({GroupOffset{"g", Target{0, 0}, 12}});
  EXPECT_GT(frame.size(), 500'000U);
  EXPECT_LE(frame.capacity(), frame.size() + 128);
}

TEST_F(IndexOfTwoPartitions, AMalformedPayloadIsAppliedNotAtAll) {
  RecordsEncoder encoder;
  encoder.add(sample("x"), Target{0, 1});
  encoder.add(sample("y"), Target{0, 0});
  const std::string payload = payload_of(encoder.finish({GroupOffset{"g", Target{0, 0}, 12}}));
  for (std::size_t size = 0; size < payload.size(); ++size) {
    EXPECT_FALSE(apply(FrameKind::kRecords, payload.substr(0, size)).is_ok()) << size;
  }
  EXPECT_FALSE(apply(FrameKind::kRecords, payload + "x").is_ok());
  EXPECT_EQ(index_.record_count(), 0U);
  EXPECT_EQ(index_.end(Target{0, 1}), 0);
  EXPECT_EQ(index_.committed("g", Target{0, 0}), 0);
}

TEST_F(IndexOfTwoPartitions, RefusesWhatNoWriterMakes) {
  RecordsEncoder nowhere;
  nowhere.add(sample("x"), Target{0, 2});
  EXPECT_FALSE(apply(FrameKind::kRecords, payload_of(nowhere.finish({}))).is_ok());
  EXPECT_FALSE(apply(static_cast<FrameKind>(9), "").is_ok());
  TopicDefinition topic;
  topic.name = "t";
  EXPECT_FALSE(apply(FrameKind::kTopic, payload_of(encode_topic(topic))).is_ok());
  FrameHeader header;
  header.kind = static_cast<std::uint8_t>(FrameKind::kRecords);
  header.version = kFrameVersion + 1;
  header.sequence = index_.next_sequence();
  EXPECT_FALSE(index_.apply(header, payload_of(RecordsEncoder().finish({})), {}).is_ok());
  header.version = kFrameVersion;
  ++header.sequence;
  EXPECT_FALSE(index_.apply(header, payload_of(RecordsEncoder().finish({})), {}).is_ok());
}

}  // namespace
}  // namespace qcdr::stream::embedded
