#include "stream/loop/batch_size.h"

#include <gtest/gtest.h>

namespace qcdr::stream {
namespace {

LoopOptions limits() {
  LoopOptions options;
  options.batch_records_max = 1000;
  options.batch_input_bytes_max = 10'000;
  options.batch_output_bytes_max = 4'000;
  options.batch_outputs_max = 400;
  return options;
}

void add(BatchSize* size, std::size_t records, std::size_t bytes = 1) {
  for (std::size_t record = 0; record < records; ++record) size->add(bytes);
}

TEST(BatchSizeTest, IsFullByRecordsOrByBytesOfInput) {
  const LoopOptions options = limits();
  BatchSize size(options);
  add(&size, 999);
  EXPECT_FALSE(size.is_full());
  add(&size, 1);
  EXPECT_TRUE(size.is_full());
  size.abandon();
  EXPECT_FALSE(size.is_full());
  size.add(20'000);  // one record is let in whatever its bytes
  EXPECT_TRUE(size.is_full());
  EXPECT_EQ(size.records(), 1U);
}

TEST(BatchSizeTest, EndsWhereItIsTold) {
  const LoopOptions options = limits();
  BatchSize size(options);
  add(&size, 1);
  size.end();
  EXPECT_TRUE(size.is_full());
  size.seal();
  EXPECT_FALSE(size.is_full());
  add(&size, 1);
  size.end();
  size.abandon();
  EXPECT_FALSE(size.is_full());
}

TEST(BatchSizeTest, ShrinksAtOnceToWhatFitsHalfTheLimit) {
  const LoopOptions options = limits();
  BatchSize size(options);
  add(&size, 100);
  size.too_large(size.records(), 20'000, 10);  // 200 bytes a record
  EXPECT_EQ(size.records_max(), 10U);
}

TEST(BatchSizeTest, TheNumberOfOutputsCountsToo) {
  const LoopOptions options = limits();
  BatchSize size(options);
  add(&size, 100);
  size.too_large(size.records(), 100, 1'000);
  EXPECT_EQ(size.records_max(), 20U);
}

TEST(BatchSizeTest, ALimitOfOthersHalves) {
  const LoopOptions options = limits();
  BatchSize size(options);
  add(&size, 7);
  size.too_large(size.records(), 0, 0);
  EXPECT_EQ(size.records_max(), 3U);
}

TEST(BatchSizeTest, NeverBelowOneRecord) {
  const LoopOptions options = limits();
  BatchSize size(options);
  add(&size, 2);
  size.too_large(size.records(), 4'000'000, 1);
  EXPECT_EQ(size.records_max(), 1U);
}

TEST(BatchSizeTest, GrowsBackWhileFullBatchesStaySmall) {
  const LoopOptions options = limits();
  BatchSize size(options);
  size.too_large(100, 20'000, 10);
  add(&size, 5);
  size.seal();
  size.committed(10, 1);  // not full: says nothing about ten records
  EXPECT_EQ(size.records_max(), 10U);
  add(&size, 10);
  size.seal();
  add(&size, 3);             // the next is open already
  size.committed(2'000, 1);  // full, and half of the limit: stays
  EXPECT_EQ(size.records_max(), 10U);
  EXPECT_EQ(size.records(), 3U);
  size.abandon();
  for (int batch = 0; batch < 20; ++batch) {
    add(&size, size.records_max());
    size.seal();
    size.committed(10, 1);
  }
  EXPECT_EQ(size.records_max(), options.batch_records_max);
}

}  // namespace
}  // namespace qcdr::stream
