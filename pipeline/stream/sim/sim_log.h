// Log of one simulated process over the shared SimBroker.
//
// Thread-safety: none. Ownership: broker and process outlive it and what it makes.
#pragma once

#include "stream/sim/sim_broker.h"

namespace qcdr::stream {

class SimLog : public Log {
 public:
  SimLog(SimBroker& broker, SimProcess& process) : broker_(broker), process_(process) {}

  Status ensure_topics(const std::vector<TopicDefinition>& topics) override;
  Result<std::int32_t> partition_count(const std::string& topic) override;
  Result<std::unique_ptr<Consumer>> join(const std::string& group, const std::string& topic,
                                         const std::string& member_id) override;
  Result<std::unique_ptr<TransactionalProducer>> transactional_producer(
      const std::string& transactional_id) override;
  Result<std::unique_ptr<Appender>> appender() override;
  Result<std::unique_ptr<Reader>> reader() override;

 private:
  SimBroker& broker_;
  SimProcess& process_;
};

}  // namespace qcdr::stream
