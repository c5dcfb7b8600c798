// A group member of the simulated broker, as one process sees it: what it knows of its ownership
// may be stale, as a real client's is.
#pragma once

#include <map>
#include <string>

#include "stream/sim/sim_broker.h"

namespace qcdr::stream {

class SimConsumer : public Consumer {
 public:
  SimConsumer(SimBroker& broker, SimProcess& process, std::string group, std::string topic,
              std::string member, std::uint64_t incarnation)
      : broker_(broker),
        process_(process),
        group_(std::move(group)),
        topic_(std::move(topic)),
        member_(std::move(member)),
        incarnation_(incarnation) {}
  ~SimConsumer() override;

  Result<Assignment> assignment() override;
  Status seek(Partition partition, Offset next) override;
  Result<std::vector<Record>> poll(std::chrono::milliseconds wait,
                                   std::size_t records_max) override;
  Result<Offset> committed(Partition partition) override;
  Status commit(Partition partition, Offset next) override;

  // For the transactional producer of the same process.
  const std::string& group() const { return group_; }
  Status check(std::uint64_t epoch) const {
    return broker_.check_member(group_, member_, incarnation_, epoch);
  }

 private:
  // Heartbeat; a new epoch drops the positions.
  Status learn();
  bool owns(Partition partition) const;

  SimBroker& broker_;
  SimProcess& process_;
  const std::string group_;
  const std::string topic_;
  const std::string member_;
  const std::uint64_t incarnation_;
  Assignment known_;
  std::map<Partition, Offset> positions_;
};

}  // namespace qcdr::stream
