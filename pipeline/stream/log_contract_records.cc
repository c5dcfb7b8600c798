// Contract cases: what is appended is read, whole, in order, and again after a restart.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "stream/log_contract.h"

namespace qcdr::stream::contract {
namespace {

using Values = std::vector<std::string>;

void append_and_read_in_order(Subject& subject) {
  const std::string topic = subject.topic("records", 2);
  Offset last(-1);
  Values expected;
  for (int i = 0; i < 20; ++i) {
    const Appended appended = subject.append(record_of(topic, 1, fmt::format("value-{}", i)));
    EXPECT_GT(appended.offset, last);
    last = appended.offset;
    expected.push_back(fmt::format("value-{}", i));
  }
  EXPECT_EQ(values_of(subject.read_all(topic, Partition(1))), expected);
  EXPECT_TRUE(subject.read_all(topic, Partition(0)).empty());
}

void reader_names_place_and_time(Subject& subject) {
  const std::string topic = subject.topic("records", 2);
  const Appended first = subject.append(record_of(topic, 1, "a"));
  const Appended second = subject.append(record_of(topic, 1, "b"));
  const auto records = subject.read_all(topic, Partition(1));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].topic, topic);
  EXPECT_EQ(records[0].partition, Partition(1));
  EXPECT_EQ(records[0].offset, first.offset);
  EXPECT_EQ(records[1].offset, second.offset);
  EXPECT_EQ(records[0].timestamp, first.timestamp);
  EXPECT_EQ(records[1].timestamp, second.timestamp);
  EXPECT_GT(first.timestamp.milliseconds(), 0);
}

void keys_headers_and_tombstones_round_trip(Subject& subject) {
  const std::string topic = subject.topic("records");
  const std::string binary("\0\xff\n\x80", 4);
  OutputRecord full = record_of(topic, 0, binary);
  full.key = std::string("k\0ey", 4);
  full.headers = {{"id", "1"}, {"id", "2"}, {"empty", ""}, {"binary", binary}};
  OutputRecord tombstone = record_of(topic, 0, "");
  tombstone.value.reset();
  OutputRecord empty = record_of(topic, 0, "");
  empty.key.clear();
  for (const OutputRecord& record : {full, tombstone, empty}) subject.append(record);

  const auto records = subject.read_all(topic, Partition(0));
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].key, full.key);
  EXPECT_EQ(records[0].value, full.value);
  EXPECT_EQ(records[0].headers, full.headers);
  EXPECT_EQ(records[0].header("id"), "1");
  EXPECT_EQ(records[0].header("absent"), "");
  EXPECT_FALSE(records[1].value.has_value());
  ASSERT_TRUE(records[2].value.has_value());
  EXPECT_EQ(*records[2].value, "");
  EXPECT_EQ(records[2].key, "");
}

void append_all_keeps_order_within_partitions(Subject& subject) {
  const std::string topic = subject.topic("records", 3);
  std::vector<OutputRecord> records;
  for (int i = 0; i < 60; ++i) records.push_back(record_of(topic, i % 3, std::to_string(i)));
  auto appender = value_of(subject.log().appender(), "appender");
  expect_ok(appender->append_all(std::move(records)), "append_all");
  for (int partition = 0; partition < 3; ++partition) {
    Values expected;
    for (int i = partition; i < 60; i += 3) expected.push_back(std::to_string(i));
    EXPECT_EQ(values_of(subject.read_all(topic, Partition(partition))), expected);
  }
  expect_ok(appender->append_all({}), "append_all of nothing");
}

void large_value(Subject& subject) {
  const std::string topic = subject.topic("records");
  std::string value(std::size_t{1} << 20, '\0');
  std::uint32_t state = 1;
  for (char& c : value) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  subject.append(record_of(topic, 0, value));
  subject.append(record_of(topic, 0, "after"));
  const auto records = subject.read_all(topic, Partition(0));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_TRUE(records[0].value == value);
  EXPECT_EQ(records[1].value, "after");
}

void records_max_is_honoured(Subject& subject) {
  const std::string topic = subject.topic("records");
  for (int i = 0; i < 10; ++i) subject.append(record_of(topic, 0, std::to_string(i)));
  auto reader = value_of(subject.log().reader(), "reader");
  const Offset beginning = value_of(reader->beginning(topic, Partition(0)), "beginning");
  const auto read = value_of(reader->read(topic, Partition(0), beginning, 3), "read");
  ASSERT_FALSE(read.empty());
  EXPECT_LE(read.size(), 3U);
  EXPECT_EQ(read[0].value, "0");
}

void reading_outside_the_log(Subject& subject) {
  const std::string topic = subject.topic("records");
  auto reader = value_of(subject.log().reader(), "reader");
  EXPECT_EQ(value_of(reader->beginning(topic, Partition(0)), "beginning"),
            value_of(reader->end(topic, Partition(0)), "end"));
  subject.append(record_of(topic, 0, "only"));
  const Offset beginning = value_of(reader->beginning(topic, Partition(0)), "beginning");
  const Offset end = value_of(reader->end(topic, Partition(0)), "end");
  EXPECT_GT(end, beginning);
  EXPECT_TRUE(value_of(reader->read(topic, Partition(0), end, 10), "read at the end").empty());
  const auto below = reader->read(topic, Partition(0), Offset(beginning.value() - 1), 10);
  ASSERT_FALSE(below.is_ok());
  EXPECT_EQ(below.status().code(), ErrorCode::kNotFound);
}

void the_log_stamps_unless_the_topic_keeps_times(Subject& subject) {
  TopicDefinition definition;
  definition.name = subject.unique("replayed");
  definition.creation_time = true;
  expect_ok(subject.log().ensure_topics({definition}), "ensure_topics");
  const std::string stamped = subject.topic("stamped");
  const Instant own = Instant::from_milliseconds(1'600'000'000'000);
  for (const std::string& topic : {definition.name, stamped}) {
    OutputRecord record = record_of(topic, 0, "x");
    record.timestamp = own;
    const Appended appended = subject.append(record);
    const auto records = subject.read_all(topic, Partition(0));
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].timestamp, appended.timestamp);
    EXPECT_EQ(records[0].timestamp == own, topic == definition.name);
  }
}

void topics_are_ensured_once(Subject& subject) {
  TopicDefinition definition;
  definition.name = subject.unique("ensured");
  definition.partitions = 3;
  expect_ok(subject.log().ensure_topics({definition}), "first");
  expect_ok(subject.log().ensure_topics({definition}), "second");
  EXPECT_EQ(value_of(subject.log().partition_count(definition.name), "count"), 3);
  definition.partitions = 4;
  EXPECT_EQ(subject.log().ensure_topics({definition}).code(), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(value_of(subject.log().partition_count(definition.name), "count"), 3);
  EXPECT_FALSE(subject.log().partition_count(subject.unique("missing")).is_ok());
}

void unknown_places_are_refused(Subject& subject) {
  const std::string topic = subject.topic("records", 2);
  auto appender = value_of(subject.log().appender(), "appender");
  EXPECT_FALSE(appender->append(record_of(subject.unique("missing"), 0, "x")).is_ok());
  EXPECT_FALSE(appender->append(record_of(topic, 2, "x")).is_ok());
  subject.append(record_of(topic, 1, "still works"));
  EXPECT_EQ(subject.read_all(topic, Partition(1)).size(), 1U);
}

void records_survive_a_restart(Subject& subject) {
  const std::string topic = subject.topic("records", 2);
  OutputRecord record = record_of(topic, 1, "kept");
  record.headers = {{"id", "7"}};
  const Appended before = subject.append(record);
  subject.reopen();
  EXPECT_EQ(value_of(subject.log().partition_count(topic), "count"), 2);
  const Appended after = subject.append(record_of(topic, 1, "later"));
  EXPECT_GT(after.offset, before.offset);
  const auto records = subject.read_all(topic, Partition(1));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].offset, before.offset);
  EXPECT_EQ(records[0].timestamp, before.timestamp);
  EXPECT_EQ(records[0].headers, record.headers);
  EXPECT_EQ(values_of(records), (Values{"kept", "later"}));
}

}  // namespace

std::vector<Case> record_cases() {
  return {
      {"AppendAndReadInOrder", append_and_read_in_order},
      {"ReaderNamesPlaceAndTime", reader_names_place_and_time},
      {"KeysHeadersAndTombstonesRoundTrip", keys_headers_and_tombstones_round_trip},
      {"AppendAllKeepsOrderWithinPartitions", append_all_keeps_order_within_partitions},
      {"LargeValue", large_value},
      {"RecordsMaxIsHonoured", records_max_is_honoured},
      {"ReadingOutsideTheLog", reading_outside_the_log},
      {"TheLogStampsUnlessTheTopicKeepsTimes", the_log_stamps_unless_the_topic_keeps_times},
      {"TopicsAreEnsuredOnce", topics_are_ensured_once},
      {"UnknownPlacesAreRefused", unknown_places_are_refused},
      {"RecordsSurviveARestart", records_survive_a_restart},
  };
}

}  // namespace qcdr::stream::contract
