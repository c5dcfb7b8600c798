// One librdkafka client: configuration, log lines, and an end that cannot hang.
//
// Invariants:
//   - every property that a promise of the log hangs on is set here and cannot be overridden;
//   - callbacks find their object through ClientContext, never through a pointer that may dangle;
//   - the client is destroyed on a thread of its own with a bound, because librdkafka 2.0.2 can
//     wait for ever there (docs/kafka.md); a client that is late is left behind, with its context,
//     and the process then ends by _exit: its threads must not outlive what they use.
// Thread-safety: the client library is thread-safe; a Client object belongs to one thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"
#include "stream/kafka/connection_trouble.h"
#include "stream/kafka/kafka_log.h"

struct rd_kafka_s;
struct rd_kafka_message_s;
struct rd_kafka_topic_partition_list_s;

namespace qcdr::stream::kafka {

// Gets what the library calls back with, on the thread that polls.
class ClientEvents {
 public:
  virtual ~ClientEvents() = default;
  // `error` is librdkafka's code: assign, revoke or an error.
  virtual void on_rebalance(int /*error*/, rd_kafka_topic_partition_list_s* /*partitions*/) {}
  virtual void on_delivery(const rd_kafka_message_s& /*message*/) {}
};

struct ClientContext {
  ClientEvents* events = nullptr;  // none once the owner lets go
  std::function<void(int, const std::string&, const std::string&)> log_line;
  std::function<void(const std::string&, const std::string&)> statistics;  // none, likewise
  std::string name;  // kind, and group or transactional id
  ConnectionNotes connection;
};

enum class ClientKind : std::uint8_t { kConsumer, kReader, kAppender, kTransactional, kAdmin };

// Whether the library takes every property of a client of this kind.
Status check_properties(ClientKind kind, const KafkaOptions& options);

class Client {
 public:
  // `settings` are those of this one object (group.id, transactional.id, ...).
  static Result<std::unique_ptr<Client>> make(ClientKind kind, const KafkaOptions& options,
                                              const std::map<std::string, std::string>& settings,
                                              ClientEvents* events);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  rd_kafka_s* get() const { return handle_; }
  // The fatal error that the client raised, if any: kFenced when another instance took over.
  Status fatal() const;
  // What keeps it from the cluster, as far as the library told; rd_kafka_poll() lets it tell.
  std::optional<ConnectionTrouble> trouble() const { return context_->connection.trouble(); }
  void log(int level, const std::string& facility, const std::string& text) const;

 private:
  Client(rd_kafka_s* handle, std::shared_ptr<ClientContext> context,
         std::chrono::milliseconds destroy_wait)
      : handle_(handle), context_(std::move(context)), destroy_wait_(destroy_wait) {}

  rd_kafka_s* handle_;
  std::shared_ptr<ClientContext> context_;
  std::chrono::milliseconds destroy_wait_;
};

}  // namespace qcdr::stream::kafka
