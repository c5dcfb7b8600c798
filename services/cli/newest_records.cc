#include "cli/newest_records.h"

#include <algorithm>
#include <utility>

#include "cli/released_records.h"
#include "common/topic_names.h"

namespace qcdr {
namespace {

void note(const std::optional<std::string>& value, Partition partition, NewestRecords* newest) {
  v1::RegistryRecord message;
  if (!value || !message.ParseFromString(*value)) {
    ++newest->undecodable;
    return;
  }
  if (message.has_chunk()) {
    newest->chunks[partition.value()] = std::move(*message.mutable_chunk());
  }
  if (message.has_upload_completed()) {
    newest->rulebook_digest = message.upload_completed().rulebook_digest();
  }
}

}  // namespace

Result<NewestRecords> read_newest_records(LogView& log, std::int64_t count_max) {
  NewestRecords newest;
  QCDR_ASSIGN_OR_RETURN(const ReleasedRecords released, ReleasedRecords::open(log));
  for (std::int32_t number = 0; number < log.partitions(); ++number) {
    const Partition partition(number);
    QCDR_ASSIGN_OR_RETURN(const Offset end, log.reader().end(kRegistryRecordsTopic, partition));
    const Offset from(std::max(std::int64_t{0}, end.value() - count_max));
    QCDR_RETURN_IF_ERROR(
        log.for_each(kRegistryRecordsTopic, partition, from, [&](const stream::Record& record) {
          const auto value = released.value_of(record);
          const bool has_gone = record.value && !value;
          if (!has_gone) note(value, partition, &newest);
          return Status::ok();
        }));
  }
  return newest;
}

}  // namespace qcdr
