#include "validation/repeated_files.h"

#include <algorithm>

#include "common/topic_names.h"

namespace qcdr {
namespace {

constexpr std::size_t kReadRecords = 1000;

}  // namespace

void RepeatedFiles::Seen::add(const v1::Upload& upload, Offset offset) {
  if (upload.identity() == v1::UPLOAD_IDENTITY_FILE) first.try_emplace(upload.upload_id(), offset);
}

Status RepeatedFiles::read_up_to(Partition partition, Offset end, Seen* seen) {
  if (seen->next >= end) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(const Offset beginning, reader_.beginning(kUploadsTopic, partition));
  seen->next = std::max(seen->next, beginning);
  while (seen->next < end) {
    QCDR_ASSIGN_OR_RETURN(const auto records,
                          reader_.read(kUploadsTopic, partition, seen->next, kReadRecords));
    if (records.empty()) break;
    for (const stream::Record& record : records) {
      v1::Upload upload;
      if (record.value && upload.ParseFromString(*record.value)) seen->add(upload, record.offset);
    }
    seen->next = next(records.back().offset);
  }
  seen->next = std::max(seen->next, end);
  return Status::ok();
}

Result<bool> RepeatedFiles::contains(const stream::Record& record, const v1::Upload& upload) {
  if (upload.identity() != v1::UPLOAD_IDENTITY_FILE) return false;
  Seen& seen = seen_[record.partition];
  QCDR_RETURN_IF_ERROR(read_up_to(record.partition, record.offset, &seen));
  // What was polled before is met again after an error, and is no repeat of itself.
  seen.add(upload, record.offset);
  seen.next = std::max(seen.next, next(record.offset));
  return seen.first.at(upload.upload_id()) < record.offset;
}

}  // namespace qcdr
