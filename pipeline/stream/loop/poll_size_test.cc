#include "stream/loop/poll_size.h"

#include <gtest/gtest.h>

namespace qcdr::stream {
namespace {

std::vector<Record> records(std::size_t count, std::size_t bytes) {
  std::vector<Record> made(count);
  for (Record& record : made) record.value = std::string(bytes, 'x');
  return made;
}

LoopOptions options() {
  LoopOptions made;
  made.poll_records_max = 512;
  made.poll_bytes_max = std::size_t{2} << 20;
  return made;
}

TEST(PollSizeTest, AsksForAsManyAsComeToTheBytes) {
  const LoopOptions limits = options();
  PollSize size(limits);
  EXPECT_EQ(size.records(), 32U);  // chunks may have 64 KiB
  for (int i = 0; i < 40; ++i) size.note(records(10, 300));
  EXPECT_EQ(size.records(), 512U);
  size.note(records(512, 26'000));
  EXPECT_EQ(size.records(), 80U);
  size.note({});
  EXPECT_EQ(size.records(), 80U);
}

// The completion of an upload stands alone between the chunks of two.
TEST(PollSizeTest, OneSmallRecordDoesNotMakeAPollOfManyLargeOnes) {
  const LoopOptions limits = options();
  PollSize size(limits);
  size.note(records(47, 44'000));
  size.note(records(1, 200));
  EXPECT_LE(size.records(), 54U);
  std::vector<Record> mixed = records(40, 200);
  mixed.front().value = std::string(44'000, 'x');
  size.note(mixed);
  EXPECT_EQ(size.records(), 47U);
}

TEST(PollSizeTest, AsksForOneAtLeast) {
  const LoopOptions limits = options();
  PollSize size(limits);
  size.note(records(1, std::size_t{3} << 20));
  EXPECT_EQ(size.records(), 1U);
  for (int i = 0; i < 100; ++i) size.note(records(1, 0));  // control records without anything
  EXPECT_EQ(size.records(), 512U);
}

TEST(PollSizeTest, CountsKeysAndHeaders) {
  LoopOptions limits = options();
  limits.poll_bytes_max = 100;
  PollSize size(limits);
  std::vector<Record> read(1);
  read.front().key = std::string(20, 'k');
  read.front().headers.push_back({std::string(10, 'n'), std::string(20, 'v')});
  for (int i = 0; i < 100; ++i) size.note(read);
  EXPECT_EQ(size.records(), 2U);
}

}  // namespace
}  // namespace qcdr::stream
