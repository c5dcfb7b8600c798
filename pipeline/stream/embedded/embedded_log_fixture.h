// What the tests of the embedded log share. For tests only.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "stream/embedded/embedded_log.h"
#include "stream/embedded/segment_writer.h"
#include "stream/temporary_directory.h"

namespace qcdr::stream {

class ManualClock : public Clock {
 public:
  Instant now() override { return Instant::from_milliseconds(milliseconds); }
  std::int64_t monotonic_milliseconds() override { return milliseconds; }
  std::atomic<std::int64_t> milliseconds{1'700'000'000'000};
};

class EmbeddedLogFixture : public testing::Test {
 protected:
  EmbeddedLogOptions options() {
    EmbeddedLogOptions options;
    options.directory = directory_.path() + "/log";
    options.clock = &clock_;
    return options;
  }

  // A log with topic "t" of two partitions.
  std::unique_ptr<EmbeddedLog> open(EmbeddedLogOptions options) {
    auto opened = EmbeddedLog::open(options);
    EXPECT_TRUE(opened.is_ok()) << opened.status().to_string();
    if (!opened.is_ok()) return nullptr;
    std::unique_ptr<EmbeddedLog> log = std::move(opened).value();
    if (!options.read_only) {
      TopicDefinition topic;
      topic.name = "t";
      topic.partitions = 2;
      EXPECT_TRUE(log->ensure_topics({topic}).is_ok());
    }
    return log;
  }
  std::unique_ptr<EmbeddedLog> open() { return open(options()); }

  static OutputRecord record(const std::string& value) {
    OutputRecord record;
    record.topic = "t";
    record.partition = Partition(0);
    record.key = "k";
    record.value = value;
    return record;
  }

  static Status append(EmbeddedLog& log, const std::string& value) {
    QCDR_ASSIGN_OR_RETURN(const auto appender, log.appender());
    return appender->append(record(value)).status();
  }

  static std::vector<std::string> values(EmbeddedLog& log) {
    std::vector<std::string> values;
    const auto reader = log.reader();
    const auto records = reader.value()->read("t", Partition(0), Offset(0), 100'000);
    EXPECT_TRUE(records.is_ok()) << records.status().to_string();
    if (!records.is_ok()) return values;
    for (const Record& record : records.value()) values.push_back(record.value.value_or("-"));
    return values;
  }

  std::string segment(std::uint32_t number) {
    return embedded::segment_path(options().directory, number);
  }
  static std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  static void replace(const std::string& path, const std::string& bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << bytes;
  }
  static void flip(const std::string& path, std::size_t position) {
    std::string bytes = contents(path);
    ASSERT_LT(position, bytes.size());
    bytes[position] = static_cast<char>(bytes[position] ^ 0x10);
    replace(path, bytes);
  }

  TemporaryDirectory directory_;
  ManualClock clock_;
};

}  // namespace qcdr::stream
