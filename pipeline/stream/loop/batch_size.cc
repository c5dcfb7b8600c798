#include "stream/loop/batch_size.h"

#include <algorithm>

#include "core/assert.h"

namespace qcdr::stream {
namespace {

// How many of `records` make at most half of `limit`, when all together make `made`.
std::size_t records_within(std::size_t records, std::size_t made, std::size_t limit) {
  return made <= limit / 2 ? records : records * (limit / 2) / made;
}

}  // namespace

void BatchSize::add(std::size_t record_bytes) {
  ++records_;
  bytes_ += record_bytes;
}

void BatchSize::abandon() {
  records_ = 0;
  bytes_ = 0;
  ended_ = false;
}

void BatchSize::seal() {
  sealed_records_ = records_;
  abandon();
}

void BatchSize::committed(std::size_t output_bytes, std::size_t outputs) {
  const bool was_full = sealed_records_ >= records_max_;
  const bool small = output_bytes < options_.batch_output_bytes_max / 4 &&
                     outputs < options_.batch_outputs_max / 4;
  if (was_full && small) records_max_ = std::min(options_.batch_records_max, records_max_ * 2);
  sealed_records_ = 0;
}

void BatchSize::too_large(std::size_t records, std::size_t output_bytes, std::size_t outputs) {
  QCDR_ASSERT(records > 1);
  // A limit of the log that is not known here may be what was passed: then half is tried.
  std::size_t fitting = records / 2;
  fitting =
      std::min(fitting, records_within(records, output_bytes, options_.batch_output_bytes_max));
  fitting = std::min(fitting, records_within(records, outputs, options_.batch_outputs_max));
  records_max_ = std::max<std::size_t>(1, fitting);
}

}  // namespace qcdr::stream
