// What the partition's time tells a fold.
#include "stream/loop/partition_fold.h"

#include <gtest/gtest.h>

namespace qcdr::stream {
namespace {

class NoRows final : public RowReader {
 public:
  Result<std::optional<std::string>> get(Family, std::string_view) const override {
    return std::optional<std::string>();
  }
  Status scan(Family, std::string_view, const Visit&) const override { return Status::ok(); }
};

// Writes down what it is told, in order.
class ToldFold final : public Fold {
 public:
  explicit ToldFold(std::string* told) : told_(*told) {}
  Status pass_time(Instant before, Instant now, Offset cause) override {
    told_ += std::to_string(before.milliseconds()) + ">" + std::to_string(now.milliseconds()) +
             "@" + std::to_string(cause.value()) + " ";
    return Status::ok();
  }
  Status apply(const Record& record, const RecordContext&) override {
    told_ += "record " + std::to_string(record.offset.value()) + " ";
    return Status::ok();
  }
  Status emit(OutputSink&) override { return Status::ok(); }
  Status freeze(RowBatch*) override { return Status::ok(); }
  const StateDigest& digest() const override { return digest_; }
  std::size_t dirty_bytes() const override { return 0; }
  std::size_t memory_bytes() const override { return 0; }
  void shrink(std::size_t) override {}

 private:
  std::string& told_;
  StateDigest digest_;
};

// Before the record that brings it, once, and where the record's event was applied before, too.
TEST(PartitionFold, TellsItsFoldThatTimeGoesOn) {
  std::string told;
  const NoRows rows;
  const LoopOptions options;
  PartitionFold fold(options, Partition(0), rows, std::make_unique<ToldFold>(&told),
                     PartitionState());
  const auto take = [&](std::int64_t offset, std::int64_t milliseconds, const char* event) {
    Record record;
    record.partition = Partition(0);
    record.offset = Offset(offset);
    record.timestamp = Instant::from_milliseconds(milliseconds);
    if (*event != '\0') record.headers.push_back({"event-id", event});
    EXPECT_TRUE(fold.apply(record).is_ok());
  };
  take(0, 10, "e");
  take(1, 10, "");
  take(2, 5, "");
  take(3, 20, "e");
  take(4, 30, "");
  EXPECT_EQ(told, "0>10@0 record 0 record 1 record 2 10>20@3 20>30@4 record 4 ");
}

}  // namespace
}  // namespace qcdr::stream
