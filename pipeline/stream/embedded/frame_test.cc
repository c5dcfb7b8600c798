#include "stream/embedded/frame.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "core/identifiers.h"
#include "stream/embedded/payload.h"

namespace qcdr::stream::embedded {
namespace {

std::string frame_of(std::string_view payload, std::uint64_t sequence) {
  std::string frame = frame_with_room_for_header();
  frame += payload;
  seal_frame(&frame, FrameKind::kRecords, sequence, 7);
  return frame;
}

TEST(Frame, ReadsWhatItWrote) {
  const std::string frame = frame_of("payload", 99) + "next";
  FrameHeader header;
  std::string_view payload;
  ASSERT_TRUE(parse_frame(frame, &header, &payload));
  EXPECT_EQ(payload, "payload");
  EXPECT_EQ(header.sequence, 99U);
  EXPECT_EQ(header.settled, 7U);
  EXPECT_EQ(header.version, kFrameVersion);
  EXPECT_EQ(header.kind, static_cast<std::uint8_t>(FrameKind::kRecords));
}

TEST(Frame, NoSingleBitFlipPasses) {
  const std::string frame = frame_of("some payload", 3);
  for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
    std::string damaged = frame;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    FrameHeader header;
    std::string_view payload;
    EXPECT_FALSE(parse_frame(damaged, &header, &payload)) << bit;
  }
}

TEST(Frame, NoTruncationPasses) {
  const std::string frame = frame_of("", 0);
  EXPECT_EQ(frame.size(), kFrameHeaderBytes);
  for (std::size_t size = 0; size < frame.size(); ++size) {
    FrameHeader header;
    std::string_view payload;
    EXPECT_FALSE(parse_frame(std::string_view(frame).substr(0, size), &header, &payload));
  }
}

std::string hex_lines(const std::string& bytes) {
  std::string lines;
  for (std::size_t i = 0; i < bytes.size(); i += 16) {
    for (std::size_t k = i; k < std::min(i + 16, bytes.size()); ++k) {
      lines += hex(bytes.substr(k, 1)) + (k % 16 == 15 || k + 1 == bytes.size() ? "\n" : " ");
    }
  }
  return lines;
}

// The example bytes of the documentation are what the code writes.
TEST(Frame, DocumentedExamples) {
  TopicDefinition topic;
  topic.name = "t";
  topic.partitions = 2;
  std::string topic_frame = encode_topic(topic);
  seal_frame(&topic_frame, FrameKind::kTopic, 0, 0);

  OutputRecord record;
  record.key = "key";
  record.value = "value";
  record.headers = {{"id", "1"}};
  RecordsEncoder encoder;
  encoder.add(record, Target{0, 1});
  std::string records_frame = encoder.finish({GroupOffset{"g", Target{0, 1}, 5}});
  stamp_append_time(&records_frame, Instant::from_milliseconds(1'675'231'200'000));
  seal_frame(&records_frame, FrameKind::kRecords, 1,
             static_cast<std::uint32_t>(topic_frame.size()));

  std::ifstream file("docs/embedded-log.md");
  const std::string documentation{std::istreambuf_iterator<char>(file),
                                  std::istreambuf_iterator<char>()};
  for (const std::string& frame : {topic_frame, records_frame}) {
    EXPECT_NE(documentation.find(hex_lines(frame)), std::string::npos)
        << "docs/embedded-log.md should show\n"
        << hex_lines(frame);
  }
}

}  // namespace
}  // namespace qcdr::stream::embedded
