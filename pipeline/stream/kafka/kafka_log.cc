#include "stream/kafka/kafka_log.h"

#include "stream/kafka/alternating_producer.h"
#include "stream/kafka/appender.h"
#include "stream/kafka/client.h"
#include "stream/kafka/consumer.h"
#include "stream/kafka/offsets.h"
#include "stream/kafka/properties.h"
#include "stream/kafka/reach.h"
#include "stream/kafka/reader.h"
#include "stream/kafka/topic_admin.h"

namespace qcdr::stream {

using kafka::ClientKind;

struct KafkaLog::Parts {
  KafkaOptions options;
  std::unique_ptr<kafka::Client> client;  // for metadata
};

KafkaLog::KafkaLog(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
KafkaLog::~KafkaLog() = default;

const std::vector<std::string>& KafkaLog::owned_properties() {
  return kafka::owned_property_names();
}

Result<std::unique_ptr<KafkaLog>> KafkaLog::open(KafkaOptions options) {
  // A mistake in the properties of any kind of client should be heard of now.
  for (const ClientKind kind : {ClientKind::kConsumer, ClientKind::kReader, ClientKind::kAppender,
                                ClientKind::kTransactional, ClientKind::kAdmin}) {
    QCDR_RETURN_IF_ERROR(kafka::check_properties(kind, options));
  }
  auto parts = std::make_unique<Parts>();
  QCDR_ASSIGN_OR_RETURN(parts->client,
                        kafka::Client::make(ClientKind::kAdmin, options, {}, nullptr));
  parts->options = std::move(options);
  return std::unique_ptr<KafkaLog>(new KafkaLog(std::move(parts)));
}

Result<std::string> KafkaLog::reach() {
  return kafka::reach_cluster(*parts_->client, parts_->options.request_wait);
}

Status KafkaLog::ensure_topics(const std::vector<TopicDefinition>& topics) {
  if (topics.empty()) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(const auto admin, TopicAdmin::make(parts_->options));
  return admin->ensure(topics);
}

Result<std::int32_t> KafkaLog::partition_count(const std::string& topic) {
  return kafka::partition_count(parts_->client->get(), topic, parts_->options.request_wait);
}

Result<std::unique_ptr<Consumer>> KafkaLog::join(const std::string& group, const std::string& topic,
                                                 const std::string& member_id) {
  return kafka::KafkaConsumer::join(parts_->options, group, topic, member_id);
}

Result<std::unique_ptr<TransactionalProducer>> KafkaLog::transactional_producer(
    const std::string& transactional_id) {
  return kafka::AlternatingProducer::make(parts_->options, transactional_id);
}

Result<std::unique_ptr<Appender>> KafkaLog::appender() {
  return kafka::KafkaAppender::make(parts_->options);
}

Result<std::unique_ptr<Reader>> KafkaLog::reader() {
  return kafka::KafkaReader::make(parts_->options);
}

}  // namespace qcdr::stream
