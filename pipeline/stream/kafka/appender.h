// Appends records outside transactions, acknowledged by all replicas.
//
// The first delivery that fails ends the object's use: a later record must not overtake one whose
// fate is unknown. A refusal (no such topic or partition, record too large) ends nothing.
// Thread-safety: one thread.
#pragma once

#include "stream/kafka/client.h"
#include "stream/kafka/messages.h"
#include "stream/log.h"

namespace qcdr::stream::kafka {

class KafkaAppender final : public Appender, private ClientEvents {
 public:
  static Result<std::unique_ptr<Appender>> make(const KafkaOptions& options);
  ~KafkaAppender() override;

  // The timestamp is the broker's where the topic stamps append time: the produce response
  // carries it. Else it is the record's own.
  Result<Appended> append(OutputRecord record) override;
  Status append_all(std::vector<OutputRecord> records) override;

 private:
  explicit KafkaAppender(const KafkaOptions& options) : options_(options) {}
  void on_delivery(const rd_kafka_message_s& message) override;
  Status await_deliveries();

  KafkaOptions options_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<Sender> sender_;
  Status failed_;
  std::size_t sent_ = 0;
  std::size_t reported_ = 0;
  Status delivery_;
  Appended last_;
};

}  // namespace qcdr::stream::kafka
