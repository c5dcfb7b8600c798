// The two ends of a partition, as a read-committed reader sees them.
//
// Asked with ListOffsets through rd_kafka_offsets_for_times(), whose wait is bounded; the watermark
// query of librdkafka 2.0.2 ignores its time-out (docs/kafka.md).
// Errors: kNotFound for an unknown topic or partition, kUnavailable when nobody answers in time.
// Thread-safety: any thread.
#pragma once

#include <chrono>
#include <string>

#include "core/status.h"
#include "core/strong.h"

struct rd_kafka_s;

namespace qcdr::stream::kafka {

// The first offset that is still there.
Result<Offset> beginning_offset(rd_kafka_s* consumer, const std::string& topic, Partition partition,
                                std::chrono::milliseconds wait);
// One past the last record whose transaction, and every earlier one, has ended.
Result<Offset> end_offset(rd_kafka_s* consumer, const std::string& topic, Partition partition,
                          std::chrono::milliseconds wait);
// Number of partitions of a topic.
Result<std::int32_t> partition_count(rd_kafka_s* client, const std::string& topic,
                                     std::chrono::milliseconds wait);

}  // namespace qcdr::stream::kafka
