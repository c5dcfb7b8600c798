#include "stream/embedded/embedded_log.h"

#include "stream/embedded/embedded_consumer.h"
#include "stream/embedded/embedded_producer.h"
#include "stream/embedded/log_core.h"

namespace qcdr::stream {
namespace {

constexpr std::size_t kReadBytesMax = std::size_t{16} << 20;

class EmbeddedReader : public Reader {
 public:
  explicit EmbeddedReader(std::shared_ptr<embedded::LogCore> core) : core_(std::move(core)) {}

  Result<std::vector<Record>> read(const std::string& topic, Partition partition, Offset from,
                                   std::size_t records_max) override {
    return core_->read({topic, partition, from}, records_max, kReadBytesMax);
  }
  Result<Offset> beginning(const std::string& topic, Partition partition) override {
    QCDR_ASSIGN_OR_RETURN(const auto bounds, core_->bounds(topic, partition));
    return bounds.beginning;
  }
  Result<Offset> end(const std::string& topic, Partition partition) override {
    QCDR_ASSIGN_OR_RETURN(const auto bounds, core_->bounds(topic, partition));
    return bounds.end;
  }

 private:
  std::shared_ptr<embedded::LogCore> core_;
};

}  // namespace

EmbeddedLog::EmbeddedLog(std::shared_ptr<embedded::LogCore> core) : core_(std::move(core)) {}
EmbeddedLog::~EmbeddedLog() = default;

Result<std::unique_ptr<EmbeddedLog>> EmbeddedLog::open(EmbeddedLogOptions options) {
  QCDR_ASSIGN_OR_RETURN(std::shared_ptr<embedded::LogCore> core,
                        embedded::LogCore::open(std::move(options)));
  return std::unique_ptr<EmbeddedLog>(new EmbeddedLog(std::move(core)));
}

const RecoveryReport& EmbeddedLog::recovery() const {
  return core_->recovery();
}

Status EmbeddedLog::ensure_topics(const std::vector<TopicDefinition>& topics) {
  return core_->ensure_topics(topics);
}

Result<std::int32_t> EmbeddedLog::partition_count(const std::string& topic) {
  return core_->partition_count(topic);
}

Result<std::unique_ptr<Consumer>> EmbeddedLog::join(const std::string& group,
                                                    const std::string& topic,
                                                    const std::string& member_id) {
  QCDR_RETURN_IF_ERROR(core_->partition_count(topic).status());
  std::unique_ptr<Consumer> consumer =
      std::make_unique<embedded::EmbeddedConsumer>(core_, core_->join(group, topic, member_id));
  return consumer;
}

Result<std::unique_ptr<TransactionalProducer>> EmbeddedLog::transactional_producer(
    const std::string& transactional_id) {
  std::unique_ptr<TransactionalProducer> producer =
      std::make_unique<embedded::EmbeddedProducer>(core_, transactional_id);
  return producer;
}

Result<std::unique_ptr<Appender>> EmbeddedLog::appender() {
  std::unique_ptr<Appender> appender = std::make_unique<embedded::EmbeddedAppender>(core_);
  return appender;
}

Result<std::unique_ptr<Reader>> EmbeddedLog::reader() {
  std::unique_ptr<Reader> reader = std::make_unique<EmbeddedReader>(core_);
  return reader;
}

}  // namespace qcdr::stream
