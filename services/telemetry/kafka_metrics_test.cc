#include "telemetry/kafka_metrics.h"

#include <gtest/gtest.h>

namespace qcdr {
namespace {

// Of librdkafka 2.0.2, shortened.
std::string report(const std::string& handle, int sent, int errors) {
  return R"({"name":")" + handle + R"(","type":"consumer","msg_cnt":3,"tx":)" +
         std::to_string(sent) +
         R"(,"tx_bytes":100,"rx":9,"rx_bytes":200,"txmsgs":5,"rxmsgs":6,"brokers":{
           "127.0.0.1:9092/bootstrap":{"nodeid":-1,"state":"UP","txerrs":0},
           "127.0.0.1:9092/1":{"nodeid":1,"state":"UP","txretries":2,"req_timeouts":1,
             "rxerrs":0,"rtt":{"p99":2500},"txerrs":)" +
         std::to_string(errors) +
         R"(}},"topics":{"t":{"partitions":{"0":{"fetchq_cnt":4},"-1":{"fetchq_cnt":0}}}},
         "cgrp":{"rebalance_cnt":2}})";
}

bool has(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

TEST(KafkaMetrics, StatisticsBecomeMetrics) {
  MetricRegistry registry;
  KafkaMetrics metrics(registry);
  metrics.report("consumer g", report("rdkafka#consumer-1", 10, 1));
  metrics.report("consumer g", report("rdkafka#consumer-1", 15, 1));
  const std::string open = registry.text(Audience::kPublic);
  const std::string inner = registry.text(Audience::kInternal);
  EXPECT_TRUE(has(open, R"(qcdr_kafka_brokers_up{client="consumer g"} 1)")) << open;
  EXPECT_TRUE(has(open, R"(qcdr_kafka_request_errors_total{client="consumer g"} 1)")) << open;
  EXPECT_TRUE(has(open, R"(qcdr_kafka_request_timeouts_total{client="consumer g"} 1)")) << open;
  EXPECT_TRUE(has(open, R"(qcdr_kafka_rebalances_total{client="consumer g"} 2)")) << open;
  EXPECT_TRUE(has(inner, R"(qcdr_rdkafka_requests_total{client="consumer g"} 15)")) << inner;
  EXPECT_TRUE(has(inner, R"(qcdr_rdkafka_fetched_messages{client="consumer g"} 4)")) << inner;
  EXPECT_NE(inner.find("qcdr_rdkafka_round_trip_seconds{client=\"consumer g\"} 0.0025"),
            std::string::npos)
      << inner;
  EXPECT_EQ(open.find("127.0.0.1"), std::string::npos);
}

TEST(KafkaMetrics, ANewClientOfTheSameNameAddsUp) {
  MetricRegistry registry;
  KafkaMetrics metrics(registry);
  metrics.report("reader", report("rdkafka#consumer-1", 10, 0));
  metrics.report("reader", report("rdkafka#consumer-2", 4, 0));
  metrics.report("reader", report("rdkafka#consumer-1", 11, 0));
  EXPECT_TRUE(has(registry.text(Audience::kInternal),
                  R"(qcdr_rdkafka_requests_total{client="reader"} 15)"));
}

TEST(KafkaMetrics, WhatCannotBeReadIsCounted) {
  MetricRegistry registry;
  KafkaMetrics metrics(registry);
  for (const char* json : {"", "{", "[]", "7"}) metrics.report("reader", json);
  metrics.report("reader", R"({"name":7,"brokers":[],"topics":{"t":1},"tx":"x"})");
  EXPECT_TRUE(has(registry.text(Audience::kInternal), "qcdr_rdkafka_unread_reports_total 4"));
}

}  // namespace
}  // namespace qcdr
