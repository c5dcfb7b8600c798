// Makes topics on a Kafka cluster and says where they depart from their definitions.
//
// Never deletes data: ensure() makes what is missing and keeps records longer where the definition
// says so; anything else that differs is reported for a person to decide.
// Thread-safety: any thread, one call at a time.
// Errors: kUnavailable when the cluster does not answer in time, kPermissionDenied.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stream/kafka/kafka_log.h"

namespace qcdr::stream {

struct TopicDifference {
  enum class Kind : std::uint8_t {
    kMissing,     // defined, not on the cluster
    kUnexpected,  // on the cluster under our prefix, not defined
    kSetting,     // `setting` has another value
  };
  Kind kind = Kind::kMissing;
  std::string topic;
  // For kSetting: "partitions", or a topic configuration of Kafka such as "retention.ms".
  std::string setting;
  std::string wanted;
  std::string found;
  friend bool operator==(const TopicDifference&, const TopicDifference&) = default;
};

// One line for a person.
std::string describe(const TopicDifference& difference);

class TopicAdmin {
 public:
  static Result<std::unique_ptr<TopicAdmin>> make(const KafkaOptions& options);
  virtual ~TopicAdmin() = default;

  // In the order of the definitions, then what is unexpected; empty when all is as defined.
  // `prefix` limits what counts as unexpected; empty: nothing does.
  virtual Result<std::vector<TopicDifference>> diff(const std::vector<TopicDefinition>& topics,
                                                    const std::string& prefix) = 0;
  // Makes what is missing, waits until every broker's answer shows it, keeps records longer where
  // defined so. Answers kFailedPrecondition when differences remain; they are in the message.
  virtual Status ensure(const std::vector<TopicDefinition>& topics) = 0;
};

}  // namespace qcdr::stream
