#include "telemetry/kafka_metrics.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace qcdr {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kHandlesMax = 64;
constexpr double kMicrosecond = 1e-6;

struct Name {
  Audience audience;
  const char* name;
  const char* help;
};

constexpr std::array<Name, 9> kTotalNames = {{
    {Audience::kInternal, "qcdr_rdkafka_requests_total", "Requests sent to brokers."},
    {Audience::kInternal, "qcdr_rdkafka_sent_bytes_total", "Bytes sent to brokers."},
    {Audience::kInternal, "qcdr_rdkafka_received_bytes_total", "Bytes received from brokers."},
    {Audience::kInternal, "qcdr_rdkafka_sent_messages_total", "Messages sent."},
    {Audience::kInternal, "qcdr_rdkafka_received_messages_total", "Messages received."},
    {Audience::kInternal, "qcdr_rdkafka_retries_total", "Requests sent again."},
    {Audience::kPublic, "qcdr_kafka_request_errors_total", "Requests that failed."},
    {Audience::kPublic, "qcdr_kafka_request_timeouts_total", "Requests without an answer in time."},
    {Audience::kPublic, "qcdr_kafka_rebalances_total", "Assignments and revocations of the group."},
}};

constexpr std::array<Name, 4> kLevelNames = {{
    {Audience::kPublic, "qcdr_kafka_brokers_up", "Brokers that the client is connected to."},
    {Audience::kInternal, "qcdr_rdkafka_queued_messages", "Messages waiting to be sent."},
    {Audience::kInternal, "qcdr_rdkafka_fetched_messages", "Messages fetched and not yet taken."},
    {Audience::kInternal, "qcdr_rdkafka_round_trip_seconds",
     "99th percentile of a request's time, of the slowest broker."},
}};

double number(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

// Of all brokers, or of whatever object stands under the name.
template <class Visit>
void each(const Json& object, const char* name, const Visit& visit) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_object()) return;
  for (const auto& entry : *found) {
    if (entry.is_object()) visit(entry);
  }
}

std::array<double, kTotalNames.size()> totals_of(const Json& report) {
  double retries = 0;
  double errors = 0;
  double timeouts = 0;
  each(report, "brokers", [&](const Json& broker) {
    retries += number(broker, "txretries");
    errors += number(broker, "txerrs") + number(broker, "rxerrs");
    timeouts += number(broker, "req_timeouts");
  });
  const auto group = report.find("cgrp");
  const double rebalances = group != report.end() ? number(*group, "rebalance_cnt") : 0;
  return {number(report, "tx"),
          number(report, "tx_bytes"),
          number(report, "rx_bytes"),
          number(report, "txmsgs"),
          number(report, "rxmsgs"),
          retries,
          errors,
          timeouts,
          rebalances};
}

std::array<double, kLevelNames.size()> levels_of(const Json& report) {
  double up = 0;
  double slowest = 0;
  each(report, "brokers", [&](const Json& broker) {
    const auto state = broker.find("state");
    // The library lists brokers by address before it knows their ids; those have none.
    if (number(broker, "nodeid") >= 0 && state != broker.end() && *state == "UP") ++up;
    const auto round_trip = broker.find("rtt");
    if (round_trip != broker.end()) slowest = std::max(slowest, number(*round_trip, "p99"));
  });
  double fetched = 0;
  each(report, "topics", [&](const Json& topic) {
    each(topic, "partitions",
         [&](const Json& partition) { fetched += number(partition, "fetchq_cnt"); });
  });
  return {up, number(report, "msg_cnt"), fetched, slowest * kMicrosecond};
}

}  // namespace

KafkaMetrics::KafkaMetrics(MetricRegistry& registry)
    : unread_(registry.counter(Audience::kInternal, "qcdr_rdkafka_unread_reports_total",
                               "Statistics of the client library that could not be read.")) {
  static_assert(kTotalNames.size() == kTotals && kLevelNames.size() == kLevels);
  for (const Name& name : kTotalNames) {
    totals_.push_back(registry.counters(name.audience, name.name, name.help));
  }
  for (const Name& name : kLevelNames) {
    levels_.push_back(registry.gauges(name.audience, name.name, name.help));
  }
}

KafkaMetrics::Handle& KafkaMetrics::of(const std::string& client, const std::string& name) {
  const auto found = handles_.find(name);
  if (found != handles_.end()) return found->second;
  if (handles_.size() >= kHandlesMax) {
    handles_.erase(std::min_element(
        handles_.begin(), handles_.end(),
        [](const auto& a, const auto& b) { return a.second.reported < b.second.reported; }));
  }
  Handle& made = handles_[name];
  for (std::size_t i = 0; i < kTotals; ++i) made.totals[i] = totals_[i].with({{"client", client}});
  return made;
}

void KafkaMetrics::report(const std::string& client, const std::string& json) {
  const Json report = Json::parse(json, nullptr, false);
  if (!report.is_object()) {
    unread_.add();
    return;
  }
  const auto name = report.find("name");
  Handle& handle =
      of(client, name != report.end() && name->is_string() ? name->get<std::string>() : client);
  handle.reported = ++reports_;
  const auto totals = totals_of(report);
  for (std::size_t i = 0; i < kTotals; ++i) handle.totals[i].advance_to(totals[i]);
  const auto levels = levels_of(report);
  for (std::size_t i = 0; i < kLevels; ++i) levels_[i].with({{"client", client}}).set(levels[i]);
}

}  // namespace qcdr
