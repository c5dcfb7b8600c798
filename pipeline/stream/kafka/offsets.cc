#include "stream/kafka/offsets.h"

#include <fmt/core.h>

#include <thread>

#include "stream/kafka/deadline.h"
#include "stream/kafka/errors.h"
#include "stream/kafka/handles.h"

namespace qcdr::stream::kafka {
namespace {

// What ListOffsets understands besides a time stamp.
constexpr Offset kEarliest(RD_KAFKA_OFFSET_BEGINNING);
constexpr Offset kLatest(RD_KAFKA_OFFSET_END);
constexpr auto kPause = std::chrono::milliseconds(50);
constexpr int kTryMillisecondsMax = 2'000;
constexpr int kRefreshMillisecondsMax = 1'000;

Result<Offset> list_offset(rd_kafka_t* consumer, const std::string& topic, Partition partition,
                           Offset which, std::chrono::milliseconds wait) {
  const std::string context = fmt::format("offset of {} [{}]", topic, partition.value());
  const Deadline deadline(wait);
  while (true) {
    const PartitionList list = new_partition_list();
    add_partition(list, topic, partition, which);
    rd_kafka_resp_err_t error =
        rd_kafka_offsets_for_times(consumer, list.get(), deadline.remaining(kTryMillisecondsMax));
    const rd_kafka_topic_partition_t& answer = list->elems[0];
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = answer.err;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR && answer.offset >= 0) return Offset(answer.offset);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = RD_KAFKA_RESP_ERR__TIMED_OUT;
    // A broker that comes back may not tell of all partitions at once, and the library then knows
    // none of them; only the cluster can say that there is no such partition.
    const bool unknown = error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
    if (!unknown && !is_passing(error)) return status_of(error, context);
    if (deadline.passed())
      return status_of(unknown ? RD_KAFKA_RESP_ERR__TIMED_OUT : error, context);
    // The library goes on asking a broker that no longer leads: where it finds that out, it looks
    // only for the leaders of topics that it reads or writes. Asked for this one, it learns.
    const Result<std::int32_t> count = partition_count(
        consumer, topic, std::chrono::milliseconds(deadline.remaining(kRefreshMillisecondsMax)));
    const bool refuted = count.is_ok() ? partition.value() >= count.value()
                                       : count.status().code() == ErrorCode::kNotFound;
    if (unknown && refuted) return status_of(error, context);
    std::this_thread::sleep_for(kPause);
  }
}

struct Metadata {
  const rd_kafka_metadata_t* value = nullptr;
  Metadata() = default;
  Metadata(const Metadata&) = delete;
  Metadata& operator=(const Metadata&) = delete;
  ~Metadata() {
    if (value != nullptr) rd_kafka_metadata_destroy(value);
  }
};

}  // namespace

Result<Offset> beginning_offset(rd_kafka_s* consumer, const std::string& topic, Partition partition,
                                std::chrono::milliseconds wait) {
  return list_offset(consumer, topic, partition, kEarliest, wait);
}

Result<Offset> end_offset(rd_kafka_s* consumer, const std::string& topic, Partition partition,
                          std::chrono::milliseconds wait) {
  return list_offset(consumer, topic, partition, kLatest, wait);
}

Result<std::int32_t> partition_count(rd_kafka_s* client, const std::string& topic,
                                     std::chrono::milliseconds wait) {
  const TopicHandle handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  if (handle == nullptr) return status_of(rd_kafka_last_error(), "topic " + topic);
  const Deadline deadline(wait);
  while (true) {
    Metadata metadata;
    rd_kafka_resp_err_t error =
        rd_kafka_metadata(client, 0, handle.get(), &metadata.value, deadline.remaining());
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR && metadata.value->topic_cnt != 1) {
      error = RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
    }
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = metadata.value->topics[0].err;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return metadata.value->topics[0].partition_cnt;
    if (!is_passing(error) || deadline.passed()) return status_of(error, "topic " + topic);
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace qcdr::stream::kafka
