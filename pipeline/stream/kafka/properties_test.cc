#include "stream/kafka/properties.h"

#include <gtest/gtest.h>

namespace qcdr::stream::kafka {
namespace {

KafkaOptions options_with(const Properties& properties) {
  KafkaOptions options;
  options.properties = properties;
  options.properties.insert({"bootstrap.servers", "127.0.0.1:1"});
  return options;
}

Properties properties_of(ClientKind kind, const Properties& given) {
  const auto result = client_properties(kind, options_with(given), {});
  EXPECT_TRUE(result.is_ok()) << result.status().to_string();
  return result.is_ok() ? result.value() : Properties();
}

TEST(KafkaProperties, PromisesAreSetForEachKind) {
  for (const ClientKind kind : {ClientKind::kConsumer, ClientKind::kReader}) {
    const Properties properties = properties_of(kind, {});
    EXPECT_EQ(properties.at("isolation.level"), "read_committed");
    EXPECT_EQ(properties.at("auto.offset.reset"), "error");
    EXPECT_EQ(properties.at("enable.auto.commit"), "false");
    EXPECT_EQ(properties.at("enable.auto.offset.store"), "false");
    EXPECT_EQ(properties.at("partition.assignment.strategy"), "range");
    EXPECT_EQ(properties.at("check.crcs"), "true");
  }
  for (const ClientKind kind : {ClientKind::kAppender, ClientKind::kTransactional}) {
    const Properties properties = properties_of(kind, {});
    EXPECT_EQ(properties.at("acks"), "all");
    EXPECT_EQ(properties.at("enable.idempotence"), "true");
    EXPECT_EQ(properties.at("max.in.flight.requests.per.connection"), "5");
  }
}

TEST(KafkaProperties, OwnedNamesAreRefusedWithAndWithoutPrefix) {
  for (const std::string& name : owned_property_names()) {
    for (const std::string& given : {name, "consumer." + name, "producer." + name}) {
      const auto consumer =
          client_properties(ClientKind::kConsumer, options_with({{given, "1"}}), {});
      const auto producer =
          client_properties(ClientKind::kTransactional, options_with({{given, "1"}}), {});
      EXPECT_TRUE(!consumer.is_ok() || !producer.is_ok()) << given;
    }
    EXPECT_FALSE(KafkaLog::open(options_with({{name, "1"}})).is_ok()) << name;
  }
}

TEST(KafkaProperties, OthersPassThroughToTheKindTheyAreMeantFor) {
  const Properties given = {{"security.protocol", "ssl"},
                            {"consumer.fetch.wait.max.ms", "50"},
                            {"producer.linger.ms", "7"}};
  const Properties consumer = properties_of(ClientKind::kConsumer, given);
  const Properties producer = properties_of(ClientKind::kTransactional, given);
  EXPECT_EQ(consumer.at("security.protocol"), "ssl");
  EXPECT_EQ(producer.at("security.protocol"), "ssl");
  EXPECT_EQ(consumer.at("fetch.wait.max.ms"), "50");
  EXPECT_FALSE(consumer.contains("linger.ms"));
  EXPECT_EQ(producer.at("linger.ms"), "7");
  EXPECT_FALSE(producer.contains("fetch.wait.max.ms"));
}

TEST(KafkaProperties, StatisticsAreMadeForWhoeverTakesThem) {
  KafkaOptions options = options_with({});
  const auto interval = [&] {
    const Properties made = client_properties(ClientKind::kReader, options, {}).value();
    const auto found = made.find("statistics.interval.ms");
    return found == made.end() ? "" : found->second;
  };
  EXPECT_EQ(interval(), "");
  options.statistics = [](const std::string&, const std::string&) {};
  EXPECT_EQ(interval(), "5000");
  options.properties["statistics.interval.ms"] = "0";
  EXPECT_EQ(interval(), "0");
}

TEST(KafkaProperties, ContradictionsAreRefused) {
  EXPECT_FALSE(KafkaLog::open({}).is_ok());
  EXPECT_FALSE(KafkaLog::open(options_with({{"client.id", std::string(64, 'x')}})).is_ok());
  EXPECT_TRUE(KafkaLog::open(options_with({{"client.id", std::string(63, 'x')}})).is_ok());
  EXPECT_FALSE(KafkaLog::open(options_with({{"producer.message.timeout.ms", "10000"}})).is_ok());
  EXPECT_FALSE(KafkaLog::open(options_with({{"socket.timeout.ms", "10001"}})).is_ok());
  EXPECT_FALSE(KafkaLog::open(options_with({{"no.such.property", "1"}})).is_ok());
}

}  // namespace
}  // namespace qcdr::stream::kafka
