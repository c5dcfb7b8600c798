// Whether the cluster's topics are such that a service may work on them.
//
// Refused are: a topic that is missing; topics with different numbers of partitions, since an
// output lies in the partition with its input's number; compaction where records are kept or the
// reverse; retention on a topic that is kept for good; timestamps by the wrong clock (--replay or
// not); and smaller records. Other differences are a matter of taste: `qcdr topics diff` shows
// them. Thread-safety: free functions. Errors: kNotFound for a missing topic, else
// kFailedPrecondition, with everything that is wrong and what to do.
#pragma once

#include <cstdint>
#include <vector>

#include "core/status.h"
#include "stream/kafka/topic_admin.h"

namespace qcdr {

// Asks the cluster; how many partitions its topics have. When the cluster does not let us see the
// settings, the check is skipped with a warning.
Result<std::int32_t> check_topics(const stream::KafkaOptions& kafka, bool replay);

// What check_topics() makes of the differences between definitions and cluster.
Status judge_topics(const std::vector<stream::TopicDefinition>& topics,
                    const std::vector<stream::TopicDifference>& differences, bool replay);

}  // namespace qcdr
