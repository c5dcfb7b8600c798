#include "stream/loop/output_batch.h"

#include <gtest/gtest.h>

namespace qcdr::stream {
namespace {

LoopOptions options_of(std::uint32_t generation) {
  LoopOptions options;
  options.generation = Generation(generation);
  options.input_topic = "input";
  return options;
}

OutputRecord record_of(const std::string& key) {
  OutputRecord record;
  record.topic = "output";
  record.key = key;
  record.value = "value";
  return record;
}

TEST(OutputBatchTest, StampsIdAndVersionPerCause) {
  const LoopOptions options = options_of(3);
  OutputBatch batch(options, Partition(2), Offset(10), Offset(20), OutputBatch::Purpose::kKeep);
  EXPECT_EQ(batch.next_version(Offset(12)).index, 0U);
  batch.send(Offset(12), record_of("a"));
  EXPECT_EQ(batch.next_version(Offset(12)).index, 1U);
  batch.send(Offset(11), record_of("b"));
  batch.send(Offset(12), record_of("c"));
  const std::vector<OutputRecord> records = batch.take_records();
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].headers,
            (std::vector<Header>{{"ce_id", "3/input/2/12/0"}, {"version", "3.12.0"}}));
  EXPECT_EQ(records[1].headers.back().value, "3.11.0");
  EXPECT_EQ(records[2].headers.back().value, "3.12.1");
}

TEST(OutputBatchTest, DigestIsOfContentAndOrder) {
  const LoopOptions options = options_of(1);
  const auto digest = [&](std::vector<std::string> keys, OutputBatch::Purpose purpose) {
    OutputBatch batch(options, Partition(0), Offset(0), Offset(5), purpose);
    for (const std::string& key : keys) batch.send(Offset(1), record_of(key));
    return batch.finish();
  };
  const Hash256 kept = digest({"a", "b"}, OutputBatch::Purpose::kKeep);
  EXPECT_EQ(kept, digest({"a", "b"}, OutputBatch::Purpose::kDigestOnly));
  EXPECT_NE(kept, digest({"b", "a"}, OutputBatch::Purpose::kKeep));
  EXPECT_NE(kept, digest({"a"}, OutputBatch::Purpose::kKeep));
  EXPECT_NE(kept, digest({"ab", ""}, OutputBatch::Purpose::kKeep));
}

TEST(OutputBatchTest, HasALimit) {
  LoopOptions options = options_of(1);
  options.batch_outputs_max = 2;
  OutputBatch batch(options, Partition(0), Offset(0), Offset(5), OutputBatch::Purpose::kKeep);
  batch.send(Offset(0), record_of("a"));
  batch.send(Offset(0), record_of("b"));
  EXPECT_TRUE(batch.status().is_ok());
  batch.send(Offset(0), record_of("c"));
  EXPECT_EQ(batch.status().code(), ErrorCode::kLimitExceeded);
  EXPECT_EQ(batch.take_records().size(), 2U);
}

TEST(OutputBatchTest, CountsWhatWasLaidAside) {
  LoopOptions options;
  options.input_topic = "input";
  OutputBatch batch(options, Partition(0), Offset(0), Offset(2), OutputBatch::Purpose::kKeep);
  batch.send(Offset(0), {"input.dlq", Partition(0), "key", "bytes", {}, std::nullopt});
  batch.send(Offset(1), {"outputs", Partition(0), "key", "bytes", {}, std::nullopt});
  EXPECT_EQ(batch.count(), 2U);
  EXPECT_EQ(batch.dead_letters(), 1U);
}

}  // namespace
}  // namespace qcdr::stream
