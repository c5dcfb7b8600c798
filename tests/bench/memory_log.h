// A log in memory for benches: the loop's own cost without a disk's.
//
// One topic is read, from vectors; outputs are counted and let go, except progress markers, which
// replay needs. One member, one producer, no faults: what fails in a real log is tested elsewhere.
// Thread-safety: none. Lifetime: the input outlives the log.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench_input.h"
#include "stream/log.h"

namespace qcdr::bench {

struct LogContent;

struct OutputTotals {
  std::uint64_t records = 0;  // markers apart
  std::uint64_t bytes = 0;    // of keys, values and headers
  std::uint64_t transactions = 0;
};

class MemoryLog final : public stream::Log {
 public:
  MemoryLog(const Input& input, std::string input_topic, std::string progress_topic);
  ~MemoryLog() override;

  const OutputTotals& outputs() const;

  Status ensure_topics(const std::vector<stream::TopicDefinition>& topics) override;
  Result<std::int32_t> partition_count(const std::string& topic) override;
  Result<std::unique_ptr<stream::Consumer>> join(const std::string& group, const std::string& topic,
                                                 const std::string& member_id) override;
  Result<std::unique_ptr<stream::TransactionalProducer>> transactional_producer(
      const std::string& transactional_id) override;
  // Nothing in a bench appends: kFailedPrecondition.
  Result<std::unique_ptr<stream::Appender>> appender() override;
  Result<std::unique_ptr<stream::Reader>> reader() override;

 private:
  std::shared_ptr<LogContent> content_;
};

}  // namespace qcdr::bench
