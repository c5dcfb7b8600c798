// The four calls to a cluster's administration that topics need, each with a bounded wait.
// Thread-safety: any thread.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "stream/log.h"

struct rd_kafka_s;

namespace qcdr::stream::kafka {

// A topic's configuration by Kafka's names.
using TopicSettings = std::map<std::string, std::string>;

// What a definition means in Kafka's words.
TopicSettings settings_of(const TopicDefinition& topic);

// Topics and their numbers of partitions, as far as every partition has a leader.
Result<std::map<std::string, std::int32_t>> list_topics(rd_kafka_s* client,
                                                        std::chrono::milliseconds wait);
// Made by somebody else meanwhile is no error.
Status create_topics(rd_kafka_s* client, const std::vector<TopicDefinition>& topics,
                     std::chrono::milliseconds wait);
// Every setting of every named topic, defaults included.
Result<std::map<std::string, TopicSettings>> describe_topics(rd_kafka_s* client,
                                                             const std::vector<std::string>& names,
                                                             std::chrono::milliseconds wait);
// Changes these settings and no other. librdkafka 2.0.2 only has the call that replaces all, so
// what was set on the topic is read and sent along; two changes at once could lose one.
Status alter_topic(rd_kafka_s* client, const std::string& name, const TopicSettings& settings,
                   std::chrono::milliseconds wait);

}  // namespace qcdr::stream::kafka
