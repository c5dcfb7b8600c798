#include "causes.h"

#include "common/topic_names.h"
#include "qcdr/v1/finding.pb.h"

namespace qcdr::crash {
namespace {

constexpr std::size_t kRecordsPerRead = 1000;

}  // namespace

Result<std::map<std::string, std::uint64_t>> count_causes(stream::Log& log) {
  std::map<std::string, std::uint64_t> causes;
  QCDR_ASSIGN_OR_RETURN(const auto reader, log.reader());
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions, log.partition_count(kFindingsTopic));
  for (std::int32_t number = 0; number < partitions; ++number) {
    const Partition partition(number);
    QCDR_ASSIGN_OR_RETURN(Offset place, reader->beginning(kFindingsTopic, partition));
    for (;;) {
      QCDR_ASSIGN_OR_RETURN(const auto records,
                            reader->read(kFindingsTopic, partition, place, kRecordsPerRead));
      if (records.empty()) break;
      place = next(records.back().offset);
      for (const stream::Record& record : records) {
        v1::FindingRecord message;
        if (!record.value || !message.ParseFromString(*record.value)) {
          return Status(ErrorCode::kCorruption, "a finding cannot be read");
        }
        if (!message.has_score_change()) continue;
        ++causes[v1::ScoreChange::Cause_Name(message.score_change().cause())];
      }
    }
  }
  return causes;
}

}  // namespace qcdr::crash
