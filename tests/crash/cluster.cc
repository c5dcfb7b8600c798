#include "cluster.h"

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <functional>
#include <thread>

#include "stream/kafka/admin_calls.h"
#include "stream/kafka/deadline.h"
#include "stream/kafka/errors.h"

namespace qcdr::crash {
namespace {

using namespace stream::kafka;

constexpr std::chrono::milliseconds kWait{10'000};
constexpr std::chrono::milliseconds kPause{50};

template <class T, void (*kDestroy)(T*)>
struct Deleter {
  void operator()(T* object) const { kDestroy(object); }
};
template <class T, void (*kDestroy)(T*)>
using Owned = std::unique_ptr<T, Deleter<T, kDestroy>>;

using AdminOptions = Owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;
using DeleteTopic = Owned<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy>;
using Event = Owned<rd_kafka_event_t, rd_kafka_event_destroy>;
using PartitionList = Owned<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;
using Queue = Owned<rd_kafka_queue_t, rd_kafka_queue_destroy>;

// Sends one administrative request and waits for its answer.
Result<Event> ask(
    rd_kafka_t* client, rd_kafka_admin_op_t operation, const std::string& what,
    const std::function<void(const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& send) {
  char text[512];
  const Queue queue(rd_kafka_queue_new(client));
  const AdminOptions options(rd_kafka_AdminOptions_new(client, operation));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(kWait.count()), text,
                                            sizeof(text));
  send(options.get(), queue.get());
  Event event(rd_kafka_queue_poll(queue.get(), static_cast<int>(kWait.count()) + 1000));
  if (event == nullptr) return status_of(RD_KAFKA_RESP_ERR__TIMED_OUT, what);
  const rd_kafka_resp_err_t error = rd_kafka_event_error(event.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return status_of(error, what);
  return event;
}

// Just after a start, the coordinator of a group may still be loading.
template <class T>
Result<T> patiently(const std::function<Result<T>()>& call) {
  const Deadline deadline(kWait);
  while (true) {
    Result<T> result = call();
    if (result.status().code() != ErrorCode::kUnavailable || deadline.passed()) return result;
    std::this_thread::sleep_for(kPause);
  }
}

struct ConsumerDeleter {
  void operator()(rd_kafka_t* consumer) const {
    rd_kafka_destroy_flags(consumer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  }
};
using Consumer = std::unique_ptr<rd_kafka_t, ConsumerDeleter>;

// A consumer that never joins its group. The administrative call for this ends the process of
// librdkafka 2.0.2 when the group's coordinator is not ready yet.
Result<Consumer> onlooker(const std::string& bootstrap_servers, const std::string& group) {
  char text[512];
  rd_kafka_conf_t* configuration = rd_kafka_conf_new();
  const std::map<std::string, std::string> properties = {
      {"bootstrap.servers", bootstrap_servers},
      {"group.id", group},
      {"isolation.level", "read_uncommitted"}};  // else it would wait for open transactions
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(configuration, name.c_str(), value.c_str(), text, sizeof(text)) !=
        RD_KAFKA_CONF_OK) {
      rd_kafka_conf_destroy(configuration);
      return Status(ErrorCode::kInvalidArgument, text);
    }
  }
  rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, text, sizeof(text));
  if (consumer == nullptr) {
    rd_kafka_conf_destroy(configuration);
    return Status(ErrorCode::kUnavailable, text);
  }
  return Consumer(consumer);
}

Result<std::map<Partition, Offset>> group_offsets(rd_kafka_t* consumer, const std::string& topic,
                                                  std::int32_t partitions) {
  const PartitionList list(rd_kafka_topic_partition_list_new(partitions));
  for (std::int32_t number = 0; number < partitions; ++number) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), number);
  }
  const rd_kafka_resp_err_t error =
      rd_kafka_committed(consumer, list.get(), static_cast<int>(kWait.count()));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return status_of(error, "offsets of " + topic);
  std::map<Partition, Offset> offsets;
  for (int i = 0; i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& place = list->elems[i];
    if (place.err != RD_KAFKA_RESP_ERR_NO_ERROR) return status_of(place.err, "offset of " + topic);
    if (place.offset >= 0) offsets[Partition(place.partition)] = Offset(place.offset);
  }
  return offsets;
}

std::set<Partition> partitions_of(const rd_kafka_MemberDescription_t* member,
                                  const std::string& topic) {
  std::set<Partition> result;
  const auto* assignment = rd_kafka_MemberDescription_assignment(member);
  if (assignment == nullptr) return result;
  const auto* list = rd_kafka_MemberAssignment_partitions(assignment);
  for (int i = 0; list != nullptr && i < list->cnt; ++i) {
    if (topic == list->elems[i].topic) result.insert(Partition(list->elems[i].partition));
  }
  return result;
}

Result<std::set<Partition>> owned_by(rd_kafka_t* client, const std::string& group,
                                     const std::string& slot, const std::string& topic) {
  const char* names[] = {group.c_str()};
  QCDR_ASSIGN_OR_RETURN(const Event event,
                        ask(client, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, "members of " + group,
                            [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                              rd_kafka_DescribeConsumerGroups(client, names, 1, options, queue);
                            }));
  const auto* answer = rd_kafka_event_DescribeConsumerGroups_result(event.get());
  std::size_t count = 0;
  const auto** groups = rd_kafka_DescribeConsumerGroups_result_groups(answer, &count);
  if (count != 1) return Status(ErrorCode::kUnavailable, "no answer about " + group);
  const rd_kafka_error_t* error = rd_kafka_ConsumerGroupDescription_error(groups[0]);
  if (error != nullptr) return status_of(rd_kafka_error_code(error), "members of " + group);
  const std::size_t members = rd_kafka_ConsumerGroupDescription_member_count(groups[0]);
  for (std::size_t i = 0; i < members; ++i) {
    const auto* member = rd_kafka_ConsumerGroupDescription_member(groups[0], i);
    const char* name = rd_kafka_MemberDescription_group_instance_id(member);
    if (name != nullptr && slot == name) return partitions_of(member, topic);
  }
  return std::set<Partition>();
}

Result<std::set<std::string>> topics_with(rd_kafka_t* client, const std::string& prefix) {
  QCDR_ASSIGN_OR_RETURN(const auto topics, list_topics(client, kWait));
  std::set<std::string> names;
  for (const auto& entry : topics) {
    if (entry.first.rfind(prefix, 0) == 0) names.insert(entry.first);
  }
  return names;
}

}  // namespace

Result<std::unique_ptr<Cluster>> Cluster::connect(const std::string& bootstrap_servers) {
  stream::KafkaOptions options;
  options.properties["bootstrap.servers"] = bootstrap_servers;
  auto cluster = std::make_unique<Cluster>();
  cluster->bootstrap_servers_ = bootstrap_servers;
  QCDR_ASSIGN_OR_RETURN(cluster->client_, Client::make(ClientKind::kAdmin, options, {}, nullptr));
  return cluster;
}

Result<std::map<Partition, Offset>> Cluster::committed(const std::string& group,
                                                       const std::string& topic,
                                                       std::int32_t partitions) {
  QCDR_ASSIGN_OR_RETURN(const Consumer consumer, onlooker(bootstrap_servers_, group));
  return patiently<std::map<Partition, Offset>>(
      [&] { return group_offsets(consumer.get(), topic, partitions); });
}

Result<std::set<Partition>> Cluster::owned(const std::string& group, const std::string& slot,
                                           const std::string& topic) {
  return patiently<std::set<Partition>>(
      [&] { return owned_by(client_->get(), group, slot, topic); });
}

Result<std::size_t> Cluster::out_of_sync() {
  const rd_kafka_metadata_t* answer = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client_->get(), 1, nullptr, &answer, static_cast<int>(kWait.count()));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return status_of(error, "reading metadata");
  std::size_t count = 0;
  for (int topic = 0; topic < answer->topic_cnt; ++topic) {
    const rd_kafka_metadata_topic_t& of_topic = answer->topics[topic];
    for (int partition = 0; partition < of_topic.partition_cnt; ++partition) {
      const rd_kafka_metadata_partition_t& place = of_topic.partitions[partition];
      count += place.isr_cnt < place.replica_cnt || place.leader < 0 ? 1U : 0U;
    }
  }
  rd_kafka_metadata_destroy(answer);
  return count;
}

Status Cluster::delete_topics(const std::string& prefix) {
  QCDR_ASSIGN_OR_RETURN(const auto names, topics_with(client_->get(), prefix));
  if (names.empty()) return Status::ok();
  std::vector<DeleteTopic> topics;
  std::vector<rd_kafka_DeleteTopic_t*> pointers;
  for (const std::string& name : names) {
    topics.emplace_back(rd_kafka_DeleteTopic_new(name.c_str()));
    pointers.push_back(topics.back().get());
  }
  const auto deleted =
      ask(client_->get(), RD_KAFKA_ADMIN_OP_DELETETOPICS, "deleting topics",
          [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
            rd_kafka_DeleteTopics(client_->get(), pointers.data(), pointers.size(), options, queue);
          });
  QCDR_RETURN_IF_ERROR(deleted.status());
  const Deadline deadline(kWait);
  while (!deadline.passed()) {
    QCDR_ASSIGN_OR_RETURN(const auto left, topics_with(client_->get(), prefix));
    if (left.empty()) return Status::ok();
    std::this_thread::sleep_for(kPause);
  }
  return Status(ErrorCode::kUnavailable, "topics are still there after they were deleted");
}

}  // namespace qcdr::crash
