// A transactional producer that does what ours never would: stops in the middle. For tests.
#pragma once

#include <memory>
#include <string>

#include "stream/kafka/kafka_log.h"

namespace qcdr::stream::kafka {

class RawTransaction {
 public:
  // Begins a transaction that the coordinator ends by itself after `timeout`.
  static Result<std::unique_ptr<RawTransaction>> begin(const KafkaOptions& options,
                                                       const std::string& transactional_id,
                                                       std::chrono::milliseconds timeout);
  virtual ~RawTransaction() = default;
  // Sends a record and waits for its acknowledgement.
  virtual Status send(const std::string& topic, Partition partition) = 0;
  // Adds an offset under a group's generation; generation -1 and no member: a stranger to an
  // empty group.
  virtual Status send_offset(const std::string& group, std::int32_t generation,
                             const std::string& member, const std::string& topic,
                             Partition partition, Offset next) = 0;
};

// Deletes everything before `first` from a partition.
Status delete_records(const KafkaOptions& options, const std::string& topic, Partition partition,
                      Offset first);

}  // namespace qcdr::stream::kafka
