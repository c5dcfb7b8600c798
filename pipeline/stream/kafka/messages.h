// Records in and out of librdkafka's messages.
// Thread-safety: Sender belongs to one thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "stream/log.h"

struct rd_kafka_message_s;

namespace qcdr::stream::kafka {

class Client;

// Copies a fetched message.
Record record_of(const rd_kafka_message_s& message);

// Puts records into a producer's queue, to topics and partitions that are known to exist: the
// library would wait for an unknown topic until the message times out, and frees headers twice in
// some of its calls when a partition does not exist.
// A topic is looked up once and stays known; partitions never become fewer.
class Sender {
 public:
  using ConstantHeaders = std::function<std::vector<Header>(const std::string& topic)>;

  Sender(Client& client, std::chrono::milliseconds request_wait,
         std::chrono::milliseconds queue_wait, ConstantHeaders constant_headers = {});
  ~Sender();

  // `opaque` comes back in the delivery report. Errors: kNotFound, kInvalidArgument (no such
  // partition), kLimitExceeded (record too large); in these cases nothing was queued and the
  // producer goes on. Anything else ends its use.
  Status send(const OutputRecord& record, void* opaque);

 private:
  struct Topic;
  Result<Topic*> topic(const std::string& name);

  Client& client_;
  std::chrono::milliseconds request_wait_;
  std::chrono::milliseconds queue_wait_;
  ConstantHeaders constant_headers_;
  std::map<std::string, std::unique_ptr<Topic>> topics_;
};

// Whether an error of Sender::send() left everything as it was.
bool is_refusal(const Status& status);

}  // namespace qcdr::stream::kafka
