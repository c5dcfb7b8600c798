#include "stream/kafka/reader.h"

#include <fmt/core.h>

#include "stream/kafka/deadline.h"
#include "stream/kafka/errors.h"
#include "stream/kafka/handles.h"
#include "stream/kafka/messages.h"
#include "stream/kafka/offsets.h"

namespace qcdr::stream::kafka {

Result<std::unique_ptr<Reader>> KafkaReader::make(const KafkaOptions& options) {
  std::unique_ptr<KafkaReader> reader(new KafkaReader(options));
  // The library has no consumer without a group; this one joins none and commits nothing.
  QCDR_ASSIGN_OR_RETURN(reader->client_, Client::make(ClientKind::kReader, options,
                                                      {{"group.id", "qcdr.reader"}}, nullptr));
  return std::unique_ptr<Reader>(std::move(reader));
}

Result<Offset> KafkaReader::beginning(const std::string& topic, Partition partition) {
  return beginning_offset(client_->get(), topic, partition, options_.request_wait);
}

Result<Offset> KafkaReader::end(const std::string& topic, Partition partition) {
  return end_offset(client_->get(), topic, partition, options_.request_wait);
}

Status KafkaReader::stand_at(const std::string& topic, Partition partition, Offset from) {
  if (place_ && place_->topic == topic && place_->partition == partition && place_->next == from) {
    return Status::ok();
  }
  place_.reset();
  QCDR_ASSIGN_OR_RETURN(const Offset first, beginning(topic, partition));
  if (from < first) {
    return Status(ErrorCode::kNotFound,
                  fmt::format("{} [{}] begins at {}, not at {}", topic, partition.value(),
                              first.value(), from.value()));
  }
  QCDR_ASSIGN_OR_RETURN(const Offset end_now, end(topic, partition));
  // Beyond the end there is no offset that a fetch may begin at.
  if (from > end_now) return Status::ok();
  const PartitionList list = new_partition_list();
  add_partition(list, topic, partition, from);
  const rd_kafka_resp_err_t error = rd_kafka_assign(client_->get(), list.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return status_of(error, "assign " + topic);
  place_ = Place{topic, partition, from, from, end_now};
  return Status::ok();
}

Status KafkaReader::step(const Deadline& deadline, std::vector<Record>* records) {
  const Message message(rd_kafka_consumer_poll(client_->get(), deadline.remaining()));
  if (message == nullptr) return Status::ok();
  const bool here = message->rkt != nullptr && message->partition == place_->partition.value() &&
                    place_->topic == rd_kafka_topic_name(message->rkt);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (!here || message->offset < place_->next.value()) return Status::ok();
    records->push_back(record_of(*message));
    place_->next = next(records->back().offset);
    place_->reached = std::max(place_->reached, place_->next);
    return Status::ok();
  }
  if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    if (here) place_->reached = std::max(place_->reached, Offset(message->offset));
    return Status::ok();
  }
  if (is_passing(message->err)) return Status::ok();
  return status_of(message->err,
                   fmt::format("reading {} [{}]", place_->topic, place_->partition.value()));
}

Result<std::vector<Record>> KafkaReader::read(const std::string& topic, Partition partition,
                                              Offset from, std::size_t records_max) {
  QCDR_RETURN_IF_ERROR(stand_at(topic, partition, from));
  std::vector<Record> records;
  if (!place_) return records;
  if (place_->reached >= place_->end) {
    QCDR_ASSIGN_OR_RETURN(place_->end, end(topic, partition));
  }
  const Deadline deadline(options_.request_wait);
  while (records.size() < records_max && place_->reached < place_->end) {
    const Status status = step(deadline, &records);
    if (!status.is_ok()) {
      place_.reset();
      return status;
    }
    if (place_->reached < place_->end && deadline.passed()) break;
  }
  if (records.empty() && records_max > 0 && place_->reached < place_->end) {
    place_.reset();
    return Status(ErrorCode::kUnavailable,
                  fmt::format("no record of {} [{}] came in time", topic, partition.value()));
  }
  return records;
}

}  // namespace qcdr::stream::kafka
