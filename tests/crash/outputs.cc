#include "outputs.h"

#include <map>

#include "common/topic_names.h"
#include "stream/loop/output_version.h"

namespace qcdr::crash {
namespace {

constexpr std::size_t kRecordsPerRead = 1000;
constexpr std::size_t kExamplesMax = 10;

using Version = std::tuple<std::uint32_t, std::int64_t, std::uint32_t>;

class TopicCheck {
 public:
  TopicCheck(OutputReport* report, bool entities) : report_(report), entities_(entities) {}

  void see(const stream::Record& record) {
    ++report_->outputs;
    const std::string id(record.header(stream::kOutputIdHeader));
    if (id.empty()) {
      problem(record, "no id");
    } else if (!ids_.insert(id).second) {
      problem(record, "id twice: " + id);
    }
    const auto parsed = stream::parse_output_version(record.header(stream::kOutputVersionHeader));
    if (!parsed.is_ok()) {
      problem(record, "version: " + parsed.status().message());
      return;
    }
    const Version version{parsed.value().generation.value(), parsed.value().offset.value(),
                          parsed.value().index};
    const auto known = newest_.find(record.key);
    if (entities_ && known != newest_.end() && version <= known->second) {
      problem(record, "version " + std::string(record.header("version")) +
                          " is not above the one before it of key " + record.key);
    }
    newest_[record.key] = version;
  }

 private:
  void problem(const stream::Record& record, const std::string& what) {
    ++report_->problems;
    if (report_->examples.size() >= kExamplesMax) return;
    report_->examples.push_back(record.topic + " [" + std::to_string(record.partition.value()) +
                                "] at " + std::to_string(record.offset.value()) + ": " + what);
  }

  OutputReport* report_;
  const bool entities_;
  std::set<std::string> ids_;
  std::map<std::string, Version> newest_;
};

}  // namespace

Result<OutputReport> check_outputs(stream::Log& log) {
  OutputReport report;
  QCDR_ASSIGN_OR_RETURN(const auto reader, log.reader());
  for (const std::string topic :
       {kScoreProjectionsTopic, kReadinessTopic, kFindingsTopic, kNoticesTopic, kAuditTopic}) {
    TopicCheck check(&report, topic == kScoreProjectionsTopic || topic == kReadinessTopic);
    QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions, log.partition_count(topic));
    for (std::int32_t number = 0; number < partitions; ++number) {
      const Partition partition(number);
      QCDR_ASSIGN_OR_RETURN(Offset from, reader->beginning(topic, partition));
      while (true) {
        QCDR_ASSIGN_OR_RETURN(const auto records,
                              reader->read(topic, partition, from, kRecordsPerRead));
        if (records.empty()) break;
        for (const stream::Record& record : records) check.see(record);
        from = next(records.back().offset);
      }
    }
  }
  return report;
}

}  // namespace qcdr::crash
