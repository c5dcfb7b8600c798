// Owners of librdkafka's objects. Include only from .cc files: it brings the library's header.
#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <memory>
#include <string>

#include "core/strong.h"

namespace qcdr::stream::kafka {

template <class T, void (*kDestroy)(T*)>
struct Deleter {
  void operator()(T* object) const { kDestroy(object); }
};

using PartitionList = std::unique_ptr<
    rd_kafka_topic_partition_list_t,
    Deleter<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>>;
using Message =
    std::unique_ptr<rd_kafka_message_t, Deleter<rd_kafka_message_t, rd_kafka_message_destroy>>;
using TopicHandle =
    std::unique_ptr<rd_kafka_topic_t, Deleter<rd_kafka_topic_t, rd_kafka_topic_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Deleter<rd_kafka_queue_t, rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Deleter<rd_kafka_event_t, rd_kafka_event_destroy>>;
using Headers =
    std::unique_ptr<rd_kafka_headers_t, Deleter<rd_kafka_headers_t, rd_kafka_headers_destroy>>;
using GroupMetadata = std::unique_ptr<
    rd_kafka_consumer_group_metadata_t,
    Deleter<rd_kafka_consumer_group_metadata_t, rd_kafka_consumer_group_metadata_destroy>>;

inline PartitionList new_partition_list() {
  return PartitionList(rd_kafka_topic_partition_list_new(8));
}

inline void add_partition(const PartitionList& list, const std::string& topic, Partition partition,
                          Offset offset) {
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition.value())->offset =
      offset.value();
}

}  // namespace qcdr::stream::kafka
