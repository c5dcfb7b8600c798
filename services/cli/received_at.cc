#include "cli/received_at.h"

#include "qcdr/v1/registry_record.pb.h"

namespace qcdr {

Receipt receipt_of(const stream::Record& record) {
  v1::RegistryRecord message;
  // The fold lays it aside, and parks its practice, as it did then.
  if (!record.value || !message.ParseFromString(*record.value)) {
    return {record.timestamp, false};
  }
  switch (message.body_case()) {
    case v1::RegistryRecord::kChunk:
      return {Instant::from_milliseconds(message.chunk().received_at()), false};
    case v1::RegistryRecord::kUploadCompleted:
      return {Instant::from_milliseconds(message.upload_completed().received_at()), false};
    case v1::RegistryRecord::kControl:
      return {Instant::from_milliseconds(message.control().due_at()),
              message.control().has_deadline_passed() || message.control().has_heartbeat()};
    case v1::RegistryRecord::kStageTwoClaim:
      return {std::nullopt, false};
    default:
      return {record.timestamp, false};
  }
}

}  // namespace qcdr
