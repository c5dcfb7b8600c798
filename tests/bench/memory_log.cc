#include "memory_log.h"

#include <algorithm>

#include "core/assert.h"
#include "stream/partition_turn.h"

namespace qcdr::bench {

using stream::Consumer;
using stream::OutputRecord;
using stream::Record;

struct LogContent {
  const Input& input;
  std::string input_topic;
  std::string progress_topic;
  std::vector<std::vector<std::string>> markers;
  std::vector<Offset> committed;
  OutputTotals outputs;

  std::size_t partitions() const { return input.partitions.size(); }
  std::size_t size(const std::string& topic, Partition partition) const {
    const auto index = static_cast<std::size_t>(partition.value());
    if (topic == input_topic) return input.partitions[index].size();
    return topic == progress_topic ? markers[index].size() : 0;
  }
  Record record(const std::string& topic, Partition partition, std::size_t place) const {
    const auto index = static_cast<std::size_t>(partition.value());
    const Offset offset(static_cast<std::int64_t>(place));
    if (topic == progress_topic) {
      return {topic, partition, offset, Instant(), "", markers[index][place], {}};
    }
    const InputRecord& found = input.partitions[index][place];
    return {topic, partition, offset, found.timestamp, found.key, found.value, {}};
  }
};

namespace {

class MemoryConsumer final : public Consumer {
 public:
  explicit MemoryConsumer(std::shared_ptr<LogContent> content)
      : content_(std::move(content)), positions_(content_->partitions()) {}

  Result<Assignment> assignment() override {
    Assignment all;
    all.epoch = 1;
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      all.partitions.push_back(Partition(static_cast<std::int32_t>(i)));
    }
    return all;
  }
  Status seek(Partition partition, Offset next) override {
    positions_[static_cast<std::size_t>(partition.value())] =
        static_cast<std::size_t>(next.value());
    return Status::ok();
  }
  // Partition after partition, as a broker's client hands out what it fetched.
  Result<std::vector<Record>> poll(std::chrono::milliseconds, std::size_t records_max) override {
    std::vector<Record> records;
    const std::size_t first = turn_.first(positions_.size());
    for (std::size_t i = 0; i < positions_.size() && records.empty(); ++i) {
      const std::size_t place = (first + i) % positions_.size();
      std::size_t& position = positions_[place];
      const Partition partition(static_cast<std::int32_t>(place));
      const std::size_t end =
          std::min(content_->size(content_->input_topic, partition), position + records_max);
      std::size_t bytes = 0;
      for (; position < end; ++position) {
        records.push_back(content_->record(content_->input_topic, partition, position));
        bytes += records.back().content_bytes();
      }
      if (!records.empty()) turn_.ended_in(place, bytes);
    }
    return records;
  }
  Result<Offset> committed(Partition partition) override {
    return content_->committed[static_cast<std::size_t>(partition.value())];
  }
  Status commit(Partition partition, Offset next) override {
    content_->committed[static_cast<std::size_t>(partition.value())] = next;
    return Status::ok();
  }

 private:
  std::shared_ptr<LogContent> content_;
  std::vector<std::size_t> positions_;
  stream::PartitionTurn turn_;
};

class MemoryProducer final : public stream::TransactionalProducer {
 public:
  explicit MemoryProducer(std::shared_ptr<LogContent> content) : content_(std::move(content)) {}

  Status begin() override { return Status::ok(); }
  Status send(OutputRecord record) override {
    if (record.topic == content_->progress_topic) {
      auto& markers = content_->markers[static_cast<std::size_t>(record.partition.value())];
      markers.push_back(std::move(*record.value));
      receipt_.last_offsets[{record.topic, record.partition}] =
          Offset(static_cast<std::int64_t>(markers.size() - 1));
      return Status::ok();
    }
    ++content_->outputs.records;
    content_->outputs.bytes += record.key.size() + (record.value ? record.value->size() : 0);
    for (const stream::Header& header : record.headers) {
      content_->outputs.bytes += header.name.size() + header.value.size();
    }
    return Status::ok();
  }
  Result<stream::CommitReceipt> commit(Consumer& consumer, std::uint64_t,
                                       const std::map<Partition, Offset>& next_offsets) override {
    for (const auto& [partition, next] : next_offsets) {
      QCDR_RETURN_IF_ERROR(consumer.commit(partition, next));
    }
    ++content_->outputs.transactions;
    return std::exchange(receipt_, {});
  }
  Status abort() override { return Status::ok(); }

 private:
  std::shared_ptr<LogContent> content_;
  stream::CommitReceipt receipt_;
};

class MemoryReader final : public stream::Reader {
 public:
  explicit MemoryReader(std::shared_ptr<LogContent> content) : content_(std::move(content)) {}

  Result<std::vector<Record>> read(const std::string& topic, Partition partition, Offset from,
                                   std::size_t records_max) override {
    std::vector<Record> records;
    const auto first = static_cast<std::size_t>(from.value());
    const std::size_t end = std::min(content_->size(topic, partition), first + records_max);
    for (std::size_t i = first; i < end; ++i) {
      records.push_back(content_->record(topic, partition, i));
    }
    return records;
  }
  Result<Offset> beginning(const std::string&, Partition) override { return Offset(0); }
  Result<Offset> end(const std::string& topic, Partition partition) override {
    return Offset(static_cast<std::int64_t>(content_->size(topic, partition)));
  }

 private:
  std::shared_ptr<LogContent> content_;
};

}  // namespace

MemoryLog::MemoryLog(const Input& input, std::string input_topic, std::string progress_topic)
    : content_(std::make_shared<LogContent>(
          LogContent{input, std::move(input_topic), std::move(progress_topic),
                     std::vector<std::vector<std::string>>(input.partitions.size()),
                     std::vector<Offset>(input.partitions.size()), OutputTotals()})) {}

MemoryLog::~MemoryLog() = default;

const OutputTotals& MemoryLog::outputs() const {
  return content_->outputs;
}

Status MemoryLog::ensure_topics(const std::vector<stream::TopicDefinition>&) {
  return Status::ok();
}

Result<std::int32_t> MemoryLog::partition_count(const std::string&) {
  return static_cast<std::int32_t>(content_->partitions());
}

Result<std::unique_ptr<Consumer>> MemoryLog::join(const std::string&, const std::string& topic,
                                                  const std::string&) {
  QCDR_ASSERT(topic == content_->input_topic);
  return std::unique_ptr<Consumer>(std::make_unique<MemoryConsumer>(content_));
}

Result<std::unique_ptr<stream::TransactionalProducer>> MemoryLog::transactional_producer(
    const std::string&) {
  return std::unique_ptr<stream::TransactionalProducer>(std::make_unique<MemoryProducer>(content_));
}

Result<std::unique_ptr<stream::Appender>> MemoryLog::appender() {
  return Status(ErrorCode::kFailedPrecondition, "a bench's log is filled before it runs");
}

Result<std::unique_ptr<stream::Reader>> MemoryLog::reader() {
  return std::unique_ptr<stream::Reader>(std::make_unique<MemoryReader>(content_));
}

}  // namespace qcdr::bench
