// The contract of Log against a real broker.
#include "stream/kafka/kafka_log.h"

#include <gtest/gtest.h>

#include "stream/kafka/test_broker.h"
#include "stream/log_contract.h"

namespace qcdr::stream {
namespace {

using contract::value_of;

const bool registered = contract::register_log_contract("Kafka", &kafka::test_log);

TEST(KafkaLog, AddsTheConstantHeadersOfATopicBeforeARecordsOwn) {
  contract::Subject subject(value_of(kafka::test_log(), "log under test"), "ConstantHeaders");
  const std::string topic = subject.topic("records");
  KafkaOptions options = value_of(kafka::test_options(), "options");
  options.constant_headers = [](const std::string& name) {
    return std::vector<Header>{{"topic", name}};
  };
  const auto log = value_of(KafkaLog::open(std::move(options)), "log");
  const auto appender = value_of(log->appender(), "appender");
  value_of(appender->append({topic, Partition(0), "key", "value", {{"own", "1"}}, {}}), "append");
  const auto records = subject.read_all(topic, Partition(0));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].headers, (std::vector<Header>{{"topic", topic}, {"own", "1"}}));
}

}  // namespace
}  // namespace qcdr::stream
