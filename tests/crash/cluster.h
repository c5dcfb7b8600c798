// What crash tests ask a Kafka cluster beyond the product's own interface: a group's offsets and
// owners without joining it, and topics to be thrown away between two runs.
//
// Thread-safety: one thread. Every wait is bounded; errors are kUnavailable, or the cluster's.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "stream/kafka/client.h"

namespace qcdr::crash {

class Cluster {
 public:
  static Result<std::unique_ptr<Cluster>> connect(const std::string& bootstrap_servers);

  // The group's committed offsets as they stand; a transaction that is still open is not waited
  // for. Partitions without a commit are left out.
  Result<std::map<Partition, Offset>> committed(const std::string& group, const std::string& topic,
                                                std::int32_t partitions);
  // Partitions of the static member; none while the group is being rebalanced.
  Result<std::set<Partition>> owned(const std::string& group, const std::string& slot,
                                    const std::string& topic);
  // How many partitions are not on all of their brokers.
  Result<std::size_t> out_of_sync();
  // Deletes every topic whose name begins with the prefix and waits until they are gone.
  Status delete_topics(const std::string& prefix);

 private:
  std::string bootstrap_servers_;
  std::unique_ptr<stream::kafka::Client> client_;
};

}  // namespace qcdr::crash
