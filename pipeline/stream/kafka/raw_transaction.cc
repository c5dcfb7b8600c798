#include "stream/kafka/raw_transaction.h"

#include "stream/kafka/client.h"
#include "stream/kafka/errors.h"
#include "stream/kafka/handles.h"
#include "stream/kafka/messages.h"

namespace qcdr::stream::kafka {
namespace {

constexpr int kWaitMilliseconds = 10'000;

Status status_of_step(rd_kafka_error_t* error) {
  Status status;
  triage(error, &status);
  return status;
}

class OpenTransaction final : public RawTransaction {
 public:
  explicit OpenTransaction(std::unique_ptr<Client> client)
      : client_(std::move(client)),
        sender_(*client_, std::chrono::seconds(10), std::chrono::seconds(10)) {}

  Status begin() {
    QCDR_RETURN_IF_ERROR(
        status_of_step(rd_kafka_init_transactions(client_->get(), kWaitMilliseconds)));
    return status_of_step(rd_kafka_begin_transaction(client_->get()));
  }

  Status send(const std::string& topic, Partition partition) override {
    OutputRecord record;
    record.topic = topic;
    record.partition = partition;
    record.value = "never committed";
    QCDR_RETURN_IF_ERROR(sender_.send(record, nullptr));
    const rd_kafka_resp_err_t error = rd_kafka_flush(client_->get(), kWaitMilliseconds);
    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? Status::ok() : status_of(error, "flush");
  }

  Status send_offset(const std::string& group, std::int32_t generation, const std::string& member,
                     const std::string& topic, Partition partition, Offset next) override {
    const GroupMetadata metadata(rd_kafka_consumer_group_metadata_new_with_genid(
        group.c_str(), generation, member.c_str(), nullptr));
    const PartitionList list = new_partition_list();
    add_partition(list, topic, partition, next);
    return status_of_step(rd_kafka_send_offsets_to_transaction(client_->get(), list.get(),
                                                               metadata.get(), kWaitMilliseconds));
  }

 private:
  std::unique_ptr<Client> client_;
  Sender sender_;
};

}  // namespace

Result<std::unique_ptr<RawTransaction>> RawTransaction::begin(const KafkaOptions& options,
                                                              const std::string& transactional_id,
                                                              std::chrono::milliseconds timeout) {
  QCDR_ASSIGN_OR_RETURN(auto client,
                        Client::make(ClientKind::kTransactional, options,
                                     {{"transactional.id", transactional_id},
                                      {"transaction.timeout.ms", std::to_string(timeout.count())},
                                      {"socket.timeout.ms", std::to_string(timeout.count() - 1)},
                                      {"message.timeout.ms", std::to_string(timeout.count() - 1)}},
                                     nullptr));
  auto transaction = std::make_unique<OpenTransaction>(std::move(client));
  QCDR_RETURN_IF_ERROR(transaction->begin());
  return std::unique_ptr<RawTransaction>(std::move(transaction));
}

Status delete_records(const KafkaOptions& options, const std::string& topic, Partition partition,
                      Offset first) {
  QCDR_ASSIGN_OR_RETURN(const auto client, Client::make(ClientKind::kAdmin, options, {}, nullptr));
  const PartitionList list = new_partition_list();
  add_partition(list, topic, partition, first);
  rd_kafka_DeleteRecords_t* request = rd_kafka_DeleteRecords_new(list.get());
  const Queue queue(rd_kafka_queue_new(client->get()));
  rd_kafka_DeleteRecords(client->get(), &request, 1, nullptr, queue.get());
  const Event event(rd_kafka_queue_poll(queue.get(), kWaitMilliseconds));
  rd_kafka_DeleteRecords_destroy(request);
  if (event == nullptr) return status_of(RD_KAFKA_RESP_ERR__TIMED_OUT, "deleting records");
  const rd_kafka_resp_err_t error = rd_kafka_event_error(event.get());
  return error == RD_KAFKA_RESP_ERR_NO_ERROR ? Status::ok() : status_of(error, "deleting records");
}

}  // namespace qcdr::stream::kafka
