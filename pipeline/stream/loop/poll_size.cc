#include "stream/loop/poll_size.h"

#include <algorithm>

namespace qcdr::stream {
namespace {

// Before anything was read: as large as a chunk may be.
constexpr std::size_t kRecordBytesFirst = std::size_t{64} << 10;

}  // namespace

PollSize::PollSize(const LoopOptions& options)
    : options_(options), records_(fitting(kRecordBytesFirst)) {}

void PollSize::note(const std::vector<Record>& read) {
  if (read.empty()) return;
  std::size_t bytes = 0;
  for (const Record& record : read) bytes += record.content_bytes();
  records_ = fitting(std::max<std::size_t>(1, bytes / read.size()));
}

std::size_t PollSize::fitting(std::size_t record_bytes) const {
  const std::size_t records = options_.poll_bytes_max / record_bytes;
  return std::clamp<std::size_t>(records, 1, options_.poll_records_max);
}

}  // namespace qcdr::stream
