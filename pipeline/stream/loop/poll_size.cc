#include "stream/loop/poll_size.h"

#include <algorithm>

namespace qcdr::stream {
namespace {

// Before anything was read: as large as a chunk may be.
constexpr std::size_t kRecordBytesFirst = std::size_t{64} << 10;
// What one poll without a record of that size takes off the expectation.
constexpr std::size_t kForgottenPart = 8;

}  // namespace

PollSize::PollSize(const LoopOptions& options)
    : options_(options), record_bytes_(kRecordBytesFirst) {}

std::size_t PollSize::records() const {
  const std::size_t records = options_.poll_bytes_max / std::max<std::size_t>(1, record_bytes_);
  return std::clamp<std::size_t>(records, 1, options_.poll_records_max);
}

void PollSize::note(const std::vector<Record>& read) {
  if (read.empty()) return;
  std::size_t largest = 0;
  for (const Record& record : read) largest = std::max(largest, record.content_bytes());
  record_bytes_ = std::max(largest, record_bytes_ - record_bytes_ / kForgottenPart);
}

}  // namespace qcdr::stream
