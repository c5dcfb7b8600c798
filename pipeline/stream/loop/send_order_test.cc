#include "stream/loop/send_order.h"

#include <gtest/gtest.h>

namespace qcdr::stream {
namespace {

OutputRecord record(const char* topic, std::int32_t partition, const char* value) {
  OutputRecord record;
  record.topic = topic;
  record.partition = Partition(partition);
  record.value = value;
  return record;
}

std::string order_of(std::vector<std::vector<OutputRecord>> batches) {
  std::string order;
  const Status sent = send_in_order(std::move(batches), [&order](OutputRecord sent_record) {
    order += *sent_record.value + " ";
    return Status::ok();
  });
  EXPECT_TRUE(sent.is_ok());
  return order;
}

TEST(SendOrder, EveryPartitionsFirstRecordComesBeforeEverybodysSecond) {
  EXPECT_EQ(order_of({{record("a", 0, "1"), record("a", 0, "2"), record("b", 0, "3"),
                       record("a", 0, "4")},
                      {record("b", 1, "5"), record("a", 0, "6"), record("b", 1, "7")}}),
            "1 3 5 2 4 6 7 ");
}

TEST(SendOrder, NothingAndOneOfEach) {
  EXPECT_EQ(order_of({}), "");
  EXPECT_EQ(order_of({{}, {record("a", 0, "1")}, {}}), "1 ");
  EXPECT_EQ(order_of({{record("a", 0, "1"), record("a", 1, "2"), record("b", 0, "3")}}), "1 2 3 ");
}

TEST(SendOrder, TheFirstErrorEndsIt) {
  int sends = 0;
  const Status sent =
      send_in_order({{record("a", 0, "1"), record("a", 0, "2"), record("a", 0, "3")}},
                    [&sends](const OutputRecord& /*record*/) {
                      return ++sends < 2 ? Status::ok() : Status(ErrorCode::kUnavailable, "gone");
                    });
  EXPECT_EQ(sent.code(), ErrorCode::kUnavailable);
  EXPECT_EQ(sends, 2);
}

}  // namespace
}  // namespace qcdr::stream
