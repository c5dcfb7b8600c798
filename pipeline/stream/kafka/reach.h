// Whether the cluster answers at all, and if not, why.
// Thread-safety: free function.
#pragma once

#include <chrono>
#include <string>

#include "stream/kafka/client.h"

namespace qcdr::stream::kafka {

// The cluster's id; see KafkaLog::reach().
Result<std::string> reach_cluster(const Client& client, std::chrono::milliseconds wait);

}  // namespace qcdr::stream::kafka
