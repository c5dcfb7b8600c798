#include "stream/loop/progress_markers.h"

#include "qcdr/v1/progress.pb.h"

namespace qcdr::stream {
namespace {

constexpr std::size_t kMarkersPerRead = 512;

}  // namespace

OutputRecord make_progress_marker(const LoopOptions& options, Partition partition,
                                  OutputBatch* outputs) {
  const Hash256 digest = outputs->finish();
  v1::ProgressMarker marker;
  marker.set_generation(options.generation.value());
  marker.set_topic(options.input_topic);
  marker.set_partition(partition.value());
  marker.set_first_offset(outputs->first().value());
  marker.set_next_offset(outputs->next().value());
  marker.set_output_count(outputs->count());
  marker.set_output_digest(std::string(view(digest)));
  marker.set_group(options.group);
  marker.set_rules(options.rules);
  OutputRecord record;
  record.topic = options.progress_topic;
  record.partition = partition;
  record.key = std::to_string(partition.value());
  record.value = marker.SerializeAsString();
  return record;
}

Status ProgressMarkers::fill() {
  QCDR_ASSIGN_OR_RETURN(
      const std::vector<Record> records,
      reader_.read(options_.progress_topic, partition_, position_, kMarkersPerRead));
  for (const Record& record : records) {
    position_ = next(record.offset);
    v1::ProgressMarker marker;
    if (!record.value || !marker.ParseFromString(*record.value)) {
      return Status(ErrorCode::kCorruption, "progress marker cannot be read");
    }
    const bool ours = marker.topic() == options_.input_topic &&
                      marker.partition() == partition_.value() && marker.group() == options_.group;
    if (!ours) continue;
    if (marker.first_offset() >= marker.next_offset()) {
      return Status(ErrorCode::kCorruption, "progress marker of an empty batch");
    }
    const bool of_generation = Generation(marker.generation()) == options_.generation;
    const bool by_our_rules = of_generation && marker.rules() == options_.rules;
    points_.push_back({by_our_rules, of_generation ? marker.rules() : std::string(),
                       Offset(marker.first_offset()), Offset(marker.next_offset()),
                       marker.output_count(), marker.output_digest(), position_});
  }
  return Status::ok();
}

Result<std::optional<ProgressPoint>> ProgressMarkers::find(Offset first) {
  for (;;) {
    while (!points_.empty() && points_.front().next <= first) points_.pop_front();
    if (!points_.empty()) break;
    const Offset before = position_;
    QCDR_RETURN_IF_ERROR(fill());
    if (position_ == before) return std::optional<ProgressPoint>();
  }
  if (points_.front().first != first) {
    return Status(ErrorCode::kCorruption,
                  "progress markers do not pass through offset " + std::to_string(first.value()) +
                      ": the next batch is [" + std::to_string(points_.front().first.value()) +
                      ", " + std::to_string(points_.front().next.value()) + ")");
  }
  return std::optional<ProgressPoint>(points_.front());
}

}  // namespace qcdr::stream
