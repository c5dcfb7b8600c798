// The log on a real Apache Kafka cluster, over librdkafka's C interface.
//
// What it promises is stream/log.h; how librdkafka 2.0.2 is made to keep it, and which of its
// hazards are dodged, is docs/kafka.md. Two things hold everywhere: every wait has a bound, and
// after an error that leaves the truth open the object refuses everything and must be re-made.
// Members of a group are static: destroying a Consumer does not leave the group, so a restart
// within the session timeout moves no partition, and a member that is gone for good is noticed
// after that timeout.
// Thread-safety: KafkaLog from any thread; what it makes belongs to one thread each.
// Errors: kInvalidArgument for a property that librdkafka refuses or that this class owns;
// kNotFound for a topic or partition that does not exist; kUnavailable when no broker answers.
#pragma once

#include <functional>

#include "stream/log.h"

namespace qcdr::stream {

struct KafkaOptions {
  // librdkafka properties; "bootstrap.servers" must be among them. A name that begins with
  // "consumer." or "producer." is meant for that kind only. Names that carry the promises
  // (enable.auto.commit, isolation.level, acks, ...) are refused: see owned_properties().
  std::map<std::string, std::string> properties;
  // The most that one call waits for the cluster, beyond which it answers kUnavailable. A commit
  // and committed() may take as long as a pending transaction does: transaction_wait.
  std::chrono::milliseconds request_wait{10'000};
  std::chrono::milliseconds transaction_wait{20'000};
  // Destroying a client waits this long; then the client is left to its own thread.
  std::chrono::milliseconds destroy_wait{5'000};
  // Lines of librdkafka: syslog level (3 error, 4 warning, 6 information), facility, text. Called
  // from its threads too. None: dropped. Never standard output.
  std::function<void(int level, const std::string& facility, const std::string& text)> log_line;
  // Statistics of librdkafka, about each `statistics_interval`: the client, like
  // "consumer qcdr.scoring" or "appender", and JSON (STATISTICS.md of the library). Called on the
  // thread that uses the client, while it does. None: the library makes none.
  std::function<void(const std::string& client, const std::string& json)> statistics;
  std::chrono::milliseconds statistics_interval{5'000};
  // Headers that every record of a topic carries before its own. Asked once a topic and client;
  // none: no record has any.
  std::function<std::vector<Header>(const std::string& topic)> constant_headers;
};

class KafkaLog final : public Log {
 public:
  // Checks the properties and makes the admin client; does not wait for a broker.
  static Result<std::unique_ptr<KafkaLog>> open(KafkaOptions options);
  // Waits for nothing that it made: those may outlive it.
  ~KafkaLog() override;

  // Waits for the cluster, at most request_wait, and says its id. What keeps us from it is told
  // with the setting and the remedy: kPermissionDenied when the login is refused, kUnavailable when
  // no broker answers or none can be trusted. A reason that no waiting cures ends the wait early.
  Result<std::string> reach();

  Status ensure_topics(const std::vector<TopicDefinition>& topics) override;
  Result<std::int32_t> partition_count(const std::string& topic) override;
  Result<std::unique_ptr<Consumer>> join(const std::string& group, const std::string& topic,
                                         const std::string& member_id) override;
  Result<std::unique_ptr<TransactionalProducer>> transactional_producer(
      const std::string& transactional_id) override;
  Result<std::unique_ptr<Appender>> appender() override;
  Result<std::unique_ptr<Reader>> reader() override;

  // Names that KafkaOptions::properties may not set.
  static const std::vector<std::string>& owned_properties();

 private:
  struct Parts;
  explicit KafkaLog(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace qcdr::stream
