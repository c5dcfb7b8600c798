#include "cli/progress_ends.h"

#include "common/topic_names.h"
#include "qcdr/v1/progress.pb.h"

namespace qcdr {

Result<Offset> end_of_progress(LogView& log, const std::string& topic, const std::string& group,
                               Partition partition, std::optional<Instant> instant) {
  Offset end;
  QCDR_RETURN_IF_ERROR(log.for_each(
      kProgressTopic, partition, Offset(), [&](const stream::Record& record) -> Status {
        v1::ProgressMarker marker;
        if (!record.value || !marker.ParseFromString(*record.value)) {
          return Status(ErrorCode::kCorruption, "a progress marker cannot be decoded");
        }
        if (marker.topic() == topic && marker.group() == group &&
            marker.partition() == partition.value() && (!instant || record.timestamp <= *instant)) {
          end = std::max(end, Offset(marker.next_offset()));
        }
        return Status::ok();
      }));
  return end;
}

}  // namespace qcdr
