// The order in which outputs go to a log: the first record of every partition before everybody's
// second.
//
// A broker must know of a partition before a transaction writes to it. Kafka's client asks for it
// when a record for the partition turns up, and for what turns up meanwhile not before it has the
// answer. When all partitions turn up at once, one question is enough. Within a partition the order
// stays. Thread-safety: none; pure but for `send`.
#pragma once

#include <functional>
#include <vector>

#include "stream/log.h"

namespace qcdr::stream {

// Stops at the first error, which it returns.
Status send_in_order(std::vector<std::vector<OutputRecord>> batches,
                     const std::function<Status(OutputRecord)>& send);

}  // namespace qcdr::stream
