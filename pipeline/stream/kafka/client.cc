#include "stream/kafka/client.h"

#include <fmt/core.h>
#include <librdkafka/rdkafka.h>
#include <openssl/x509_vfy.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "stream/kafka/errors.h"
#include "stream/kafka/properties.h"

namespace qcdr::stream::kafka {
namespace {

ClientContext& context_of(const rd_kafka_t* handle) {
  return *static_cast<ClientContext*>(rd_kafka_opaque(handle));
}

void log_callback(const rd_kafka_t* handle, int level, const char* facility, const char* text) {
  const ClientContext& context = context_of(handle);
  if (context.log_line) context.log_line(level, facility, text);
}

void error_callback(rd_kafka_t* handle, int error, const char* reason, void* /*opaque*/) {
  if (auto trouble = trouble_of_connection(error, reason)) {
    context_of(handle).connection.note(std::move(*trouble));
  }
  const char* name = rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(error));
  log_callback(handle, 4, "ERROR", fmt::format("{}: {}", name, reason).c_str());
}

void rebalance_callback(rd_kafka_t* /*handle*/, rd_kafka_resp_err_t error,
                        rd_kafka_topic_partition_list_t* partitions, void* opaque) {
  ClientEvents* events = static_cast<ClientContext*>(opaque)->events;
  if (events != nullptr) events->on_rebalance(error, partitions);
}

void delivery_callback(rd_kafka_t* /*handle*/, const rd_kafka_message_t* message, void* opaque) {
  ClientEvents* events = static_cast<ClientContext*>(opaque)->events;
  if (events != nullptr) events->on_delivery(*message);
}

int statistics_callback(rd_kafka_t* /*handle*/, char* json, std::size_t length, void* opaque) {
  const ClientContext& context = *static_cast<ClientContext*>(opaque);
  if (context.statistics) context.statistics(context.name, std::string(json, length));
  return 0;  // the library frees it
}

// Accepts what OpenSSL accepts, and notes why it did not: the library's own line does not say.
int certificate_callback(rd_kafka_t* handle, const char* broker, std::int32_t /*id*/, int* error,
                         int /*depth*/, const char* /*certificate*/, std::size_t /*size*/,
                         char* text, std::size_t text_size, void* /*opaque*/) {
  constexpr int kAccepted = 1;
  constexpr int kRefused = 0;
  if (*error == X509_V_OK) return kAccepted;
  ConnectionTrouble trouble = trouble_of_certificate(*error, broker);
  std::snprintf(text, text_size, "%s", trouble.status.message().c_str());
  context_of(handle).connection.note(std::move(trouble));
  return kRefused;
}

std::string name_of(ClientKind kind, const Properties& settings) {
  const auto with = [&](const std::string& name, const std::string& property) {
    const auto found = settings.find(property);
    return found == settings.end() ? name : name + " " + found->second;
  };
  switch (kind) {
    case ClientKind::kConsumer:
      return with("consumer", "group.id");
    case ClientKind::kReader:
      return "reader";
    case ClientKind::kAppender:
      return "appender";
    case ClientKind::kTransactional:
      return with("producer", "transactional.id");
    case ClientKind::kAdmin:
      return "admin";
  }
  return "other";
}

// Threads of a client that is left behind go on while the process ends: what the end of a program
// takes down (OpenSSL, objects of static lifetime) must stay there for them, or they crash it.
// Registered late, so called before what was registered earlier.
void end_without_taking_down() {
  static std::once_flag registered;
  std::call_once(registered, [] {
    ::on_exit(
        [](int status, void* /*argument*/) {
          std::fflush(nullptr);
          ::_exit(status);
        },
        nullptr);
  });
}

struct ConfigurationDeleter {
  void operator()(rd_kafka_conf_t* configuration) const { rd_kafka_conf_destroy(configuration); }
};
using Configuration = std::unique_ptr<rd_kafka_conf_t, ConfigurationDeleter>;

Status set_all(rd_kafka_conf_t* configuration, const Properties& properties) {
  char text[512];
  for (const auto& [name, value] : properties) {
    // Compression is worth having, not worth failing for: a build of the library may lack lz4.
    const bool optional = name == "compression.codec" && value == "lz4";
    if (rd_kafka_conf_set(configuration, name.c_str(), value.c_str(), text, sizeof(text)) !=
            RD_KAFKA_CONF_OK &&
        !optional) {
      return Status(ErrorCode::kInvalidArgument, text);
    }
  }
  return Status::ok();
}

}  // namespace

Status check_properties(ClientKind kind, const KafkaOptions& options) {
  QCDR_ASSIGN_OR_RETURN(const Properties properties, client_properties(kind, options, {}));
  const Configuration configuration(rd_kafka_conf_new());
  return set_all(configuration.get(), properties);
}

Result<std::unique_ptr<Client>> Client::make(ClientKind kind, const KafkaOptions& options,
                                             const Properties& settings, ClientEvents* events) {
  QCDR_ASSIGN_OR_RETURN(const Properties properties, client_properties(kind, options, settings));
  Configuration configuration(rd_kafka_conf_new());
  QCDR_RETURN_IF_ERROR(set_all(configuration.get(), properties));

  auto context = std::make_shared<ClientContext>();
  context->events = events;
  context->log_line = options.log_line;
  context->statistics = options.statistics;
  context->name = name_of(kind, settings);
  rd_kafka_conf_set_opaque(configuration.get(), context.get());
  rd_kafka_conf_set_log_cb(configuration.get(), &log_callback);
  rd_kafka_conf_set_error_cb(configuration.get(), &error_callback);
  rd_kafka_conf_set_ssl_cert_verify_cb(configuration.get(), &certificate_callback);
  if (options.statistics) rd_kafka_conf_set_stats_cb(configuration.get(), &statistics_callback);
  const bool consumes = kind == ClientKind::kConsumer || kind == ClientKind::kReader;
  if (kind == ClientKind::kConsumer) {
    rd_kafka_conf_set_rebalance_cb(configuration.get(), &rebalance_callback);
  }
  if (!consumes) rd_kafka_conf_set_dr_msg_cb(configuration.get(), &delivery_callback);

  char text[512];
  rd_kafka_t* handle = rd_kafka_new(consumes ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER,
                                    configuration.get(), text, sizeof(text));
  if (handle == nullptr) return Status(ErrorCode::kInvalidArgument, text);
  static_cast<void>(configuration.release());  // the client owns it now
  // Everything a consumer gets, errors and rebalances too, comes out of one queue.
  if (consumes) rd_kafka_poll_set_consumer(handle);
  return std::unique_ptr<Client>(new Client(handle, std::move(context), options.destroy_wait));
}

Client::~Client() {
  context_->events = nullptr;
  context_->statistics = nullptr;
  struct Done {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
  };
  auto done = std::make_shared<Done>();
  std::thread([handle = handle_, context = context_, done]() mutable {
    // Closing a consumer in order would wait for callbacks and for the group; a static member
    // does not leave the group anyway.
    rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    context.reset();
    const std::lock_guard<std::mutex> lock(done->mutex);
    done->done = true;
    done->changed.notify_all();
  }).detach();
  std::unique_lock<std::mutex> lock(done->mutex);
  if (!done->changed.wait_for(lock, destroy_wait_, [&] { return done->done; })) {
    end_without_taking_down();
    log(3, "DESTROY", "the client did not end in time and was left behind");
  }
}

Status Client::fatal() const {
  char text[512];
  const rd_kafka_resp_err_t error = rd_kafka_fatal_error(handle_, text, sizeof(text));
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return Status::ok();
  return status_of_fatal(error, text);
}

void Client::log(int level, const std::string& facility, const std::string& text) const {
  if (context_->log_line) context_->log_line(level, facility, text);
}

}  // namespace qcdr::stream::kafka
