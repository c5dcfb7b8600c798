#include "stream/kafka/properties.h"

#include <fmt/core.h>

#include <charconv>

namespace qcdr::stream::kafka {
namespace {

// librdkafka before 2.5.0 can crash on long client ids.
constexpr std::size_t kClientIdBytesMax = 63;

bool consumes(ClientKind kind) {
  return kind == ClientKind::kConsumer || kind == ClientKind::kReader;
}
bool produces(ClientKind kind) {
  return kind == ClientKind::kAppender || kind == ClientKind::kTransactional;
}

Properties defaults(ClientKind kind) {
  Properties result = {
      {"client.id", "qcdr"},
      {"socket.nagle.disable", "true"},
      {"socket.timeout.ms", "10000"},
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
  };
  if (consumes(kind)) {
    // A record that comes ends the wait; a seek waits for it. A reader seeks all the time, a
    // consumer hardly ever, and idle questions are work for the broker.
    result.insert({{"fetch.wait.max.ms", kind == ClientKind::kReader ? "10" : "100"},
                   {"fetch.error.backoff.ms", "50"},
                   {"queued.min.messages", "100000"},
                   {"queued.max.messages.kbytes", "131072"}});
  }
  if (kind == ClientKind::kConsumer) {
    result.insert({{"session.timeout.ms", "10000"},
                   {"heartbeat.interval.ms", "1000"},
                   {"max.poll.interval.ms", "60000"}});
  }
  if (produces(kind)) {
    result.insert({{"message.timeout.ms", "8000"},
                   {"message.max.bytes", "2000000"},
                   {"queue.buffering.max.kbytes", "131072"},
                   {"compression.codec", "lz4"},
                   {"linger.ms", kind == ClientKind::kTransactional ? "2" : "0"}});
  }
  if (kind == ClientKind::kTransactional) result.insert({{"transaction.timeout.ms", "10000"}});
  return result;
}

Properties fixed(ClientKind kind) {
  if (consumes(kind)) {
    return {{"enable.auto.commit", "false"},
            {"enable.auto.offset.store", "false"},
            {"isolation.level", "read_committed"},
            {"auto.offset.reset", "error"},
            {"partition.assignment.strategy", "range"},
            {"check.crcs", "true"},
            {"allow.auto.create.topics", "false"},
            {"enable.partition.eof", kind == ClientKind::kReader ? "true" : "false"}};
  }
  if (produces(kind)) {
    return {{"enable.idempotence", "true"},
            {"acks", "all"},
            {"max.in.flight.requests.per.connection", "5"}};
  }
  return {};
}

// Where a passed-through name goes: none when it is meant for the other kind.
std::string name_for(ClientKind kind, const std::string& name) {
  constexpr std::string_view kConsumerPrefix = "consumer.";
  constexpr std::string_view kProducerPrefix = "producer.";
  if (name.starts_with(kConsumerPrefix)) {
    return consumes(kind) ? name.substr(kConsumerPrefix.size()) : "";
  }
  if (name.starts_with(kProducerPrefix)) {
    return produces(kind) ? name.substr(kProducerPrefix.size()) : "";
  }
  return name;
}

std::int64_t number(const Properties& properties, const std::string& name) {
  std::int64_t value = -1;
  const auto found = properties.find(name);
  if (found == properties.end()) return value;
  std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
  return value;
}

Status check(ClientKind kind, const Properties& properties) {
  if (!properties.contains("bootstrap.servers")) {
    return Status(ErrorCode::kInvalidArgument, "bootstrap.servers is not set");
  }
  if (properties.at("client.id").size() > kClientIdBytesMax) {
    return Status(ErrorCode::kInvalidArgument, "client.id must be shorter than 64 bytes");
  }
  if (kind != ClientKind::kTransactional) return Status::ok();
  // A message or a request that outlives its transaction could reach into the next one.
  const std::int64_t transaction = number(properties, "transaction.timeout.ms");
  if (number(properties, "message.timeout.ms") >= transaction ||
      number(properties, "socket.timeout.ms") > transaction) {
    return Status(ErrorCode::kInvalidArgument,
                  "message.timeout.ms must be less than transaction.timeout.ms, and "
                  "socket.timeout.ms not more");
  }
  return Status::ok();
}

}  // namespace

const std::vector<std::string>& owned_property_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result = {"group.id", "group.instance.id", "transactional.id",
                                       "partitioner"};
    for (const ClientKind kind : {ClientKind::kConsumer, ClientKind::kTransactional}) {
      for (const auto& [name, value] : fixed(kind)) result.push_back(name);
    }
    // Other names of the same properties.
    result.insert(result.end(), {"request.required.acks", "max.in.flight"});
    return result;
  }();
  return names;
}

Result<Properties> client_properties(ClientKind kind, const KafkaOptions& options,
                                     const Properties& settings) {
  Properties result = defaults(kind);
  if (options.statistics) {
    result["statistics.interval.ms"] = std::to_string(options.statistics_interval.count());
  }
  const auto& owned = owned_property_names();
  for (const auto& [given, value] : options.properties) {
    const std::string name = name_for(kind, given);
    if (name.empty()) continue;
    if (std::find(owned.begin(), owned.end(), name) != owned.end()) {
      return Status(ErrorCode::kInvalidArgument,
                    fmt::format("the property {} cannot be set: the log depends on it", given));
    }
    result[name] = value;
  }
  for (const auto& [name, value] : fixed(kind)) result[name] = value;
  for (const auto& [name, value] : settings) result[name] = value;
  QCDR_RETURN_IF_ERROR(check(kind, result));
  return result;
}

}  // namespace qcdr::stream::kafka
