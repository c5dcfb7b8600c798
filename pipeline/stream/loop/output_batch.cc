#include "stream/loop/output_batch.h"

#include "stream/loop/output_version.h"
#include "stream/topics.h"

namespace qcdr::stream {
namespace {

void encode_canonical(const OutputRecord& record, ByteWriter* to) {
  ByteWriter& writer = *to;
  writer.text(record.topic);
  writer.u32(static_cast<std::uint32_t>(record.partition.value()));
  writer.text(record.key);
  writer.u8(record.value ? 1 : 0);
  if (record.value) writer.text(*record.value);
  writer.varint(record.headers.size());
  for (const Header& header : record.headers) {
    writer.text(header.name);
    writer.text(header.value);
  }
  writer.u8(record.timestamp ? 1 : 0);
  if (record.timestamp) writer.i64(record.timestamp->milliseconds());
}

}  // namespace

OutputBatch::OutputBatch(const LoopOptions& options, Partition partition, Offset first, Offset next,
                         Purpose purpose)
    : options_(options),
      partition_(partition),
      first_(first),
      next_(next),
      purpose_(purpose),
      dead_letter_topic_(dead_letter_topic(options.input_topic)) {
  QCDR_ASSERT(first < next);
}

std::size_t OutputBatch::place_of(Offset cause) const {
  QCDR_ASSERT(cause >= first_ && cause < next_);
  return static_cast<std::size_t>(cause.value() - first_.value());
}

OutputVersion OutputBatch::next_version(Offset cause) {
  const std::size_t place = place_of(cause);
  const std::uint32_t index = place < count_by_cause_.size() ? count_by_cause_[place] : 0;
  Generation generation = options_.generation;
#ifdef QCDR_PLANTED_BUGS
  if (options_.planted_bug == PlantedBug::kVersionWithoutGeneration) generation = Generation(0);
#endif
  return {generation, cause, index};
}

void OutputBatch::send(Offset cause, OutputRecord record) {
  const OutputVersion version = next_version(cause);
  const std::size_t counter = place_of(cause);
  if (counter >= count_by_cause_.size()) count_by_cause_.resize(counter + 1);
  ++count_by_cause_[counter];
  ++count_;
  if (record.topic == dead_letter_topic_) ++dead_letters_;
  OutputVersion place = version;
  place.generation = options_.generation;
  record.headers.reserve(record.headers.size() + 2);
  record.headers.push_back({kOutputIdHeader, output_id(options_.input_topic, partition_, place)});
  record.headers.push_back({kOutputVersionHeader, to_string(version)});
  canonical_.clear();
  encode_canonical(record, &canonical_);
  bytes_ += canonical_.bytes().size();
  if (purpose_ == Purpose::kKeep && !status().is_ok()) return;
  digest_.update(canonical_.bytes());
  if (purpose_ == Purpose::kKeep) records_.push_back(std::move(record));
}

Status OutputBatch::status() const {
  if (purpose_ == Purpose::kDigestOnly) return Status::ok();
  const bool fits =
      count_ <= options_.batch_outputs_max && bytes_ <= options_.record_output_bytes_max;
  if (fits) return Status::ok();
  return Status(ErrorCode::kLimitExceeded,
                std::to_string(count_) + " outputs of " + std::to_string(bytes_) +
                    " bytes; allowed are " + std::to_string(options_.batch_outputs_max) + " of " +
                    std::to_string(options_.record_output_bytes_max) + " bytes");
}

Hash256 OutputBatch::finish() {
  return digest_.finish();
}

}  // namespace qcdr::stream
