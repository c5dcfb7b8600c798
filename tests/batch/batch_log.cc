#include "batch_log.h"

#include <set>

#include "common/chunk_seal.h"
#include "common/topic_names.h"

namespace qcdr::batch {
namespace {

constexpr std::size_t kRecordsPerRead = 1000;

class HistoryReader {
 public:
  HistoryReader(KeyRing& keys, std::int32_t partitions) : opener_(keys), partitions_(partitions) {}

  Status take(const stream::Record& record) {
    v1::RegistryRecord message;
    // Laid aside by the pipeline, so that no fold has it.
    if (!record.value || !message.ParseFromString(*record.value)) return Status::ok();
    switch (message.body_case()) {
      case v1::RegistryRecord::kChunk:
        return take_chunk(message.chunk());
      case v1::RegistryRecord::kUploadCompleted:
        history_.add_completion(message.upload_completed());
        return Status::ok();
      case v1::RegistryRecord::kControl:
        take_control(record, message.control());
        return Status::ok();
      case v1::RegistryRecord::kStageTwoClaim:
        history_.add_claim(message.stage_two_claim());
        return Status::ok();
      default:
        return Status(ErrorCode::kFailedPrecondition, "a registry record that is not folded yet");
    }
  }
  History history() { return std::move(history_); }

 private:
  Status take_chunk(const v1::Chunk& chunk) {
    v1::ChunkRows rows;
    const Status opened = opener_.open(chunk, &rows);
    if (opened.code() == ErrorCode::kNotFound) return Status::ok();  // the key was destroyed
    QCDR_RETURN_IF_ERROR(opened);
    history_.add_chunk(chunk, std::move(rows));
    return Status::ok();
  }

  // Copies stand in every partition; the one beside the practice's records says when it happened.
  void take_control(const stream::Record& record, const v1::ControlRecord& control) {
    if (control.event_case() == v1::ControlRecord::kHoldLifted) {
      take_lifted_hold(record.partition, control);
      return;
    }
    if (control.event_case() != v1::ControlRecord::kKeyDestroyed) return;
    const PracticeId practice(control.key_destroyed().practice_id());
    if (practice_partition(practice, partitions_) != record.partition) return;
    if (!applied_.insert(control.event_id()).second) return;
    history_.forget({practice, PerformanceYear(control.performance_year())});
  }

  // Of each partition the copy that stands there counts, for the practices of that partition.
  void take_lifted_hold(Partition partition, const v1::ControlRecord& control) {
    if (!lifted_.insert({partition.value(), control.event_id()}).second) return;
    std::vector<PracticeYear> meant;
    for (const auto& [id, events] : history_.practice_years()) {
      if (id.year.value() == control.performance_year() &&
          practice_partition(id.practice, partitions_) == partition) {
        meant.push_back(id);
      }
    }
    for (const PracticeYear id : meant) {
      history_.add_lifted_hold(id, static_cast<std::uint32_t>(control.hold_lifted().kind()));
    }
  }

  ChunkOpener opener_;
  const std::int32_t partitions_;
  std::set<std::string> applied_;
  std::set<std::pair<std::int32_t, std::string>> lifted_;
  History history_;
};

}  // namespace

Status for_each_record(stream::Log& log, const std::string& topic, const VisitRecord& visit) {
  QCDR_ASSIGN_OR_RETURN(const auto reader, log.reader());
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions, log.partition_count(topic));
  for (std::int32_t number = 0; number < partitions; ++number) {
    const Partition partition(number);
    QCDR_ASSIGN_OR_RETURN(Offset next_offset, reader->beginning(topic, partition));
    while (true) {
      QCDR_ASSIGN_OR_RETURN(const std::vector<stream::Record> records,
                            reader->read(topic, partition, next_offset, kRecordsPerRead));
      if (records.empty()) break;
      for (const stream::Record& record : records) QCDR_RETURN_IF_ERROR(visit(record));
      next_offset = next(records.back().offset);
    }
  }
  return Status::ok();
}

Result<History> read_history(stream::Log& log, KeyRing& keys) {
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions, log.partition_count(kRegistryRecordsTopic));
  HistoryReader reader(keys, partitions);
  QCDR_RETURN_IF_ERROR(
      for_each_record(log, kRegistryRecordsTopic,
                      [&](const stream::Record& record) { return reader.take(record); }));
  return reader.history();
}

}  // namespace qcdr::batch
