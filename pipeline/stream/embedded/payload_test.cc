#include "stream/embedded/payload.h"

#include <gtest/gtest.h>

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
  LogIndex index_;
};

TEST_F(IndexOfTwoPartitions, CountsOffsetsByPartition) {
  RecordsEncoder encoder;
  encoder.add(sample("x"), Target{0, 1});
  encoder.add(sample("y"), Target{0, 1});
  encoder.add(sample("z"), Target{0, 0});
  const std::string payload = payload_of(encoder.finish({GroupOffset{"g", Target{0, 0}, 12}}));
  ASSERT_TRUE(apply(FrameKind::kRecords, payload).is_ok());
  ASSERT_EQ(index_.places(Target{0, 1}).size(), 2U);
  ASSERT_EQ(index_.places(Target{0, 0}).size(), 1U);
  Record record;
  ASSERT_TRUE(decode_record(payload, index_.places(Target{0, 1})[1].position, &record).is_ok());
  EXPECT_EQ(record.value, "y");
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
  EXPECT_TRUE(index_.places(Target{0, 1}).empty());
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
