#include "batch_log.h"

#include "batch_reader.h"
#include "common/topic_names.h"

namespace qcdr::batch {
namespace {

constexpr std::size_t kRecordsPerRead = 1000;

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

Result<History> read_history(stream::Log& log, KeyRing& keys,
                             reference::NpiRegistries* registries) {
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions, log.partition_count(kRegistryRecordsTopic));
  HistoryReader reader(keys, partitions, registries);
  QCDR_RETURN_IF_ERROR(
      for_each_record(log, kRegistryRecordsTopic,
                      [&](const stream::Record& record) { return reader.take(record); }));
  return reader.history();
}

}  // namespace qcdr::batch
