#include "stream/kafka/messages.h"

#include <fmt/core.h>

#include "stream/kafka/client.h"
#include "stream/kafka/deadline.h"
#include "stream/kafka/errors.h"
#include "stream/kafka/handles.h"
#include "stream/kafka/offsets.h"

namespace qcdr::stream::kafka {
namespace {

std::string bytes_of(const void* data, std::size_t size) {
  if (data == nullptr) return {};
  return std::string(static_cast<const char*>(data), size);
}

// The library takes non-const pointers although it copies.
void* pointer_of(const std::string& bytes) {
  return const_cast<char*>(bytes.data());
}

rd_kafka_resp_err_t produce(rd_kafka_t* producer, rd_kafka_topic_t* topic,
                            const OutputRecord& record, rd_kafka_headers_t* headers, void* opaque) {
  void* key = pointer_of(record.key);
  // A pointer with size 0 is an empty value; no pointer is a tombstone.
  void* value = record.value ? pointer_of(*record.value) : nullptr;
  const std::size_t value_size = record.value ? record.value->size() : 0;
  const std::int64_t timestamp = record.timestamp ? record.timestamp->milliseconds() : 0;
// The library's macros are written in C.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
  return rd_kafka_producev(
      producer, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(record.partition.value()),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, record.key.size()),
      RD_KAFKA_V_VALUE(value, value_size), RD_KAFKA_V_HEADERS(headers),
      RD_KAFKA_V_TIMESTAMP(timestamp), RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
#pragma GCC diagnostic pop
}

void add(const std::vector<Header>& from, rd_kafka_headers_t* headers) {
  for (const Header& header : from) {
    rd_kafka_header_add(headers, header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.value.data(), static_cast<ssize_t>(header.value.size()));
  }
}

}  // namespace

Record record_of(const rd_kafka_message_s& message) {
  Record record;
  record.topic = rd_kafka_topic_name(message.rkt);
  record.partition = Partition(message.partition);
  record.offset = Offset(message.offset);
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  record.timestamp = Instant::from_milliseconds(rd_kafka_message_timestamp(&message, &type));
  record.key = bytes_of(message.key, message.key_len);
  if (message.payload != nullptr) record.value = bytes_of(message.payload, message.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    record.headers.reserve(rd_kafka_header_cnt(headers));
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      record.headers.push_back({name, bytes_of(value, size)});
    }
  }
  return record;
}

struct Sender::Topic {
  TopicHandle handle;
  std::int32_t partitions = 0;
  std::vector<Header> constant_headers;
};

Sender::Sender(Client& client, std::chrono::milliseconds request_wait,
               std::chrono::milliseconds queue_wait, ConstantHeaders constant_headers)
    : client_(client),
      request_wait_(request_wait),
      queue_wait_(queue_wait),
      constant_headers_(std::move(constant_headers)) {}

Sender::~Sender() = default;

Result<Sender::Topic*> Sender::topic(const std::string& name) {
  const auto found = topics_.find(name);
  if (found != topics_.end()) return found->second.get();
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions,
                        partition_count(client_.get(), name, request_wait_));
  auto topic = std::make_unique<Topic>();
  topic->handle.reset(rd_kafka_topic_new(client_.get(), name.c_str(), nullptr));
  if (topic->handle == nullptr) return status_of(rd_kafka_last_error(), "topic " + name);
  topic->partitions = partitions;
  if (constant_headers_) topic->constant_headers = constant_headers_(name);
  return topics_.emplace(name, std::move(topic)).first->second.get();
}

Status Sender::send(const OutputRecord& record, void* opaque) {
  QCDR_ASSIGN_OR_RETURN(Topic * topic, topic(record.topic));
  if (record.partition.value() < 0 || record.partition.value() >= topic->partitions) {
    return Status(ErrorCode::kInvalidArgument,
                  fmt::format("{} has no partition {}", record.topic, record.partition.value()));
  }
  const Deadline deadline(queue_wait_);
  while (true) {
    // Headers of every attempt: the library owns them only if it took the message.
    Headers headers(rd_kafka_headers_new(topic->constant_headers.size() + record.headers.size()));
    add(topic->constant_headers, headers.get());
    add(record.headers, headers.get());
    const rd_kafka_resp_err_t error =
        produce(client_.get(), topic->handle.get(), record, headers.get(), opaque);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      static_cast<void>(headers.release());
      return Status::ok();
    }
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL || deadline.passed()) {
      return status_of(error, "sending to " + record.topic);
    }
    rd_kafka_poll(client_.get(), deadline.remaining(10));
  }
}

bool is_refusal(const Status& status) {
  return status.code() == ErrorCode::kNotFound || status.code() == ErrorCode::kInvalidArgument ||
         status.code() == ErrorCode::kLimitExceeded;
}

}  // namespace qcdr::stream::kafka
