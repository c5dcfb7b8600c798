#include "stream/kafka/admin_calls.h"

#include <fmt/core.h>

#include "stream/kafka/deadline.h"
#include "stream/kafka/errors.h"
#include "stream/kafka/handles.h"

namespace qcdr::stream::kafka {
namespace {

// A record of 1 MiB and what stands around it.
constexpr const char* kMessageBytesMax = "2097152";
// A reader that is an hour late still sees every version of a compacted key.
constexpr const char* kCompactionLagMilliseconds = "3600000";
// The cluster's default.replication.factor.
constexpr int kReplicationByDefault = -1;
constexpr int kTextBytes = 512;

using AdminOptions =
    std::unique_ptr<rd_kafka_AdminOptions_t,
                    Deleter<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>>;
using NewTopic =
    std::unique_ptr<rd_kafka_NewTopic_t, Deleter<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>>;
using ConfigResource =
    std::unique_ptr<rd_kafka_ConfigResource_t,
                    Deleter<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>>;

// One administrative request: its options, its queue and its answer.
class Request {
 public:
  Request(rd_kafka_t* client, rd_kafka_admin_op_t operation, std::chrono::milliseconds wait)
      : wait_(wait),
        queue_(rd_kafka_queue_new(client)),
        options_(rd_kafka_AdminOptions_new(client, operation)) {
    char text[kTextBytes];
    const int milliseconds = static_cast<int>(wait.count());
    rd_kafka_AdminOptions_set_request_timeout(options_.get(), milliseconds, text, sizeof(text));
    if (operation == RD_KAFKA_ADMIN_OP_CREATETOPICS) {
      rd_kafka_AdminOptions_set_operation_timeout(options_.get(), milliseconds, text, sizeof(text));
    }
  }
  rd_kafka_queue_t* queue() const { return queue_.get(); }
  const rd_kafka_AdminOptions_t* options() const { return options_.get(); }

  // The answer; its own time-out is the request's, so the margin here only guards the library.
  Result<const rd_kafka_event_t*> wait(const std::string& what) {
    const auto limit = wait_ + std::chrono::seconds(1);
    event_.reset(rd_kafka_queue_poll(queue_.get(), static_cast<int>(limit.count())));
    if (event_ == nullptr) return status_of(RD_KAFKA_RESP_ERR__TIMED_OUT, what);
    const rd_kafka_resp_err_t error = rd_kafka_event_error(event_.get());
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return status_of(error, what);
    return static_cast<const rd_kafka_event_t*>(event_.get());
  }

 private:
  std::chrono::milliseconds wait_;
  Queue queue_;
  AdminOptions options_;
  Event event_;
};

ConfigResource resource_of(const std::string& topic) {
  return ConfigResource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
}

// Settings made on the topic itself; everything else is the cluster's default.
bool is_of_topic(const rd_kafka_ConfigEntry_t* entry) {
  return rd_kafka_ConfigEntry_source(entry) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG;
}

Result<std::map<std::string, TopicSettings>> describe(rd_kafka_t* client,
                                                      const std::vector<std::string>& names,
                                                      std::chrono::milliseconds wait,
                                                      bool of_topic_only) {
  std::map<std::string, TopicSettings> result;
  if (names.empty()) return result;
  std::vector<ConfigResource> resources;
  std::vector<rd_kafka_ConfigResource_t*> pointers;
  for (const std::string& name : names) {
    resources.push_back(resource_of(name));
    pointers.push_back(resources.back().get());
  }
  Request request(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, wait);
  rd_kafka_DescribeConfigs(client, pointers.data(), pointers.size(), request.options(),
                           request.queue());
  QCDR_ASSIGN_OR_RETURN(const rd_kafka_event_t* event, request.wait("describing topics"));
  std::size_t count = 0;
  const auto* answers = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(const_cast<rd_kafka_event_t*>(event)), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = rd_kafka_ConfigResource_name(answers[i]);
    const rd_kafka_resp_err_t error = rd_kafka_ConfigResource_error(answers[i]);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return status_of(error, "describing " + name);
    std::size_t entries = 0;
    const auto* configs = rd_kafka_ConfigResource_configs(answers[i], &entries);
    TopicSettings& settings = result[name];
    for (std::size_t j = 0; j < entries; ++j) {
      const char* value = rd_kafka_ConfigEntry_value(configs[j]);
      if (value == nullptr || (of_topic_only && !is_of_topic(configs[j]))) continue;
      settings[rd_kafka_ConfigEntry_name(configs[j])] = value;
    }
  }
  if (result.size() != names.size()) {
    return Status(ErrorCode::kUnavailable, "the cluster described fewer topics than asked for");
  }
  return result;
}

}  // namespace

TopicSettings settings_of(const TopicDefinition& topic) {
  TopicSettings settings = {
      {"cleanup.policy", topic.compacted ? "compact" : "delete"},
      {"retention.ms", topic.retention
                           ? std::to_string(std::chrono::milliseconds(*topic.retention).count())
                           : "-1"},
      {"message.timestamp.type", topic.creation_time ? "CreateTime" : "LogAppendTime"},
      {"max.message.bytes", kMessageBytesMax},
  };
  if (topic.compacted) settings["min.compaction.lag.ms"] = kCompactionLagMilliseconds;
  return settings;
}

Result<std::map<std::string, std::int32_t>> list_topics(rd_kafka_s* client,
                                                        std::chrono::milliseconds wait) {
  const rd_kafka_metadata_t* metadata = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client, 1, nullptr, &metadata, static_cast<int>(wait.count()));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return status_of(error, "listing topics");
  std::map<std::string, std::int32_t> result;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& topic = metadata->topics[i];
    if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR || topic.partition_cnt == 0) continue;
    bool led = true;
    for (int j = 0; j < topic.partition_cnt; ++j) led = led && topic.partitions[j].leader >= 0;
    if (led) result[topic.topic] = topic.partition_cnt;
  }
  rd_kafka_metadata_destroy(metadata);
  return result;
}

Status create_topics(rd_kafka_s* client, const std::vector<TopicDefinition>& topics,
                     std::chrono::milliseconds wait) {
  std::vector<NewTopic> owned;
  std::vector<rd_kafka_NewTopic_t*> pointers;
  char text[kTextBytes];
  for (const TopicDefinition& topic : topics) {
    owned.emplace_back(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions,
                                             kReplicationByDefault, text, sizeof(text)));
    if (owned.back() == nullptr) {
      return Status(ErrorCode::kInvalidArgument, fmt::format("{}: {}", topic.name, text));
    }
    for (const auto& [name, value] : settings_of(topic)) {
      rd_kafka_NewTopic_set_config(owned.back().get(), name.c_str(), value.c_str());
    }
    pointers.push_back(owned.back().get());
  }
  Request request(client, RD_KAFKA_ADMIN_OP_CREATETOPICS, wait);
  rd_kafka_CreateTopics(client, pointers.data(), pointers.size(), request.options(),
                        request.queue());
  QCDR_ASSIGN_OR_RETURN(const rd_kafka_event_t* event, request.wait("creating topics"));
  std::size_t count = 0;
  const auto* answers = rd_kafka_CreateTopics_result_topics(
      rd_kafka_event_CreateTopics_result(const_cast<rd_kafka_event_t*>(event)), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(answers[i]);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
      continue;
    }
    return status_of(error, fmt::format("creating {}", rd_kafka_topic_result_name(answers[i])));
  }
  return Status::ok();
}

Result<std::map<std::string, TopicSettings>> describe_topics(rd_kafka_s* client,
                                                             const std::vector<std::string>& names,
                                                             std::chrono::milliseconds wait) {
  return describe(client, names, wait, false);
}

Status alter_topic(rd_kafka_s* client, const std::string& name, const TopicSettings& settings,
                   std::chrono::milliseconds wait) {
  QCDR_ASSIGN_OR_RETURN(auto present, describe(client, {name}, wait, true));
  TopicSettings all = std::move(present[name]);
  for (const auto& [setting, value] : settings) all[setting] = value;
  const ConfigResource resource = resource_of(name);
  for (const auto& [setting, value] : all) {
    rd_kafka_ConfigResource_set_config(resource.get(), setting.c_str(), value.c_str());
  }
  rd_kafka_ConfigResource_t* pointer = resource.get();
  Request request(client, RD_KAFKA_ADMIN_OP_ALTERCONFIGS, wait);
  rd_kafka_AlterConfigs(client, &pointer, 1, request.options(), request.queue());
  QCDR_ASSIGN_OR_RETURN(const rd_kafka_event_t* event, request.wait("altering " + name));
  std::size_t count = 0;
  const auto* answers = rd_kafka_AlterConfigs_result_resources(
      rd_kafka_event_AlterConfigs_result(const_cast<rd_kafka_event_t*>(event)), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const rd_kafka_resp_err_t error = rd_kafka_ConfigResource_error(answers[i]);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return status_of(error, "altering " + name);
  }
  return Status::ok();
}

}  // namespace qcdr::stream::kafka
