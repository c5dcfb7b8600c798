#include "stream/loop/partition_fold.h"

#include "stream/loop/record_checksum.h"

namespace qcdr::stream {

PartitionFold::PartitionFold(const LoopOptions& options, Partition partition, const RowReader& rows,
                             std::unique_ptr<Fold> fold, PartitionState state)
    : options_(options),
      partition_(partition),
      rows_(rows),
      fold_(std::move(fold)),
      state_(std::move(state)),
      boundary_(state_.applied),
      frozen_(state_.applied) {
  QCDR_ASSERT(state_.generation == options.generation);
}

Result<bool> PartitionFold::event_was_applied(const std::string& event_id) const {
  if (events_unfrozen_.count(event_id) != 0) return true;
  QCDR_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                        rows_.get(Family::kMeta, event_row_key(event_id)));
  if (!row) return false;
  QCDR_ASSIGN_OR_RETURN(const Offset applied_at, decode_event_row(*row));
  // A row of an offset not applied yet would be a row written without its offset.
  if (applied_at >= state_.applied) {
    return Status(ErrorCode::kCorruption, "an event row is ahead of the applied offset");
  }
  return true;
}

void PartitionFold::begin_foreign_batch(std::string rules) {
  QCDR_ASSERT(at_boundary());
  foreign_rules_ = std::move(rules);
}

Status PartitionFold::follow_rules(Offset first) {
  if (foreign_rules_) {
    state_.rules = *foreign_rules_;
    return Status::ok();
  }
  if (state_.rules == options_.rules) return Status::ok();
  const std::string before = std::exchange(state_.rules, options_.rules);
  return fold_->rules_changed(first, before, state_.partition_time);
}

Result<PartitionFold::Applied> PartitionFold::apply(const Record& record) {
  QCDR_ASSERT(record.offset >= state_.applied);
  QCDR_ASSERT(record.partition == partition_);
  if (at_boundary()) QCDR_RETURN_IF_ERROR(follow_rules(record.offset));
  const std::string event_id(record.header("event-id"));
  if (event_id.size() > kEventIdBytesMax) {
    return Status(ErrorCode::kInvalidArgument, "event id is too long");
  }
  bool repeated = false;
  if (!event_id.empty()) {
    QCDR_ASSIGN_OR_RETURN(repeated, event_was_applied(event_id));
  }
  const Instant before = state_.partition_time;
  state_.partition_time = std::max(before, record.timestamp);
#ifdef QCDR_PLANTED_BUGS
  if (options_.planted_bug == PlantedBug::kTimeStepsBack) state_.partition_time = record.timestamp;
#endif
  if (state_.partition_time > before) {
    QCDR_RETURN_IF_ERROR(fold_->pass_time(before, state_.partition_time, record.offset));
  }
  if (!repeated) {
    const RecordContext context{options_.generation, state_.partition_time};
    QCDR_RETURN_IF_ERROR(fold_->apply(record, context));
    bool remembered = !event_id.empty() && fold_->could_read();
#ifdef QCDR_PLANTED_BUGS
    if (options_.planted_bug == PlantedBug::kControlAppliedTwice) remembered = false;
#endif
    if (remembered) events_unfrozen_.emplace(event_id, record.offset);
  }
  state_.last_record = LastRecord{record.offset, record_checksum(record)};
  state_.applied = qcdr::next(record.offset);
  return repeated ? Applied::kRepeatedEvent : Applied::kFolded;
}

Status PartitionFold::emit(OutputBatch* outputs) {
  QCDR_ASSERT(outputs->first() == boundary_ && outputs->next() == state_.applied);
  QCDR_ASSERT(!is_sealed());
  QCDR_RETURN_IF_ERROR(fold_->emit(*outputs));
  QCDR_RETURN_IF_ERROR(outputs->status());
  sealed_from_ = boundary_;
  boundary_ = state_.applied;
  return Status::ok();
}

void PartitionFold::close_batch(std::optional<Offset> progress_position) {
  QCDR_ASSERT(is_sealed());
  sealed_from_.reset();
  foreign_rules_.reset();
  if (progress_position) {
    QCDR_ASSERT(*progress_position > state_.progress_position);
    state_.progress_position = *progress_position;
  }
}

Result<RowBatch> PartitionFold::freeze() {
  QCDR_ASSERT(is_settled() && is_dirty());
  return collect();
}

Result<RowBatch> PartitionFold::collect() {
  RowBatch batch;
#ifdef QCDR_PLANTED_BUGS
  batch = planted_rows_held_;
  planted_rows_held_.clear();
#endif
  QCDR_RETURN_IF_ERROR(fold_->freeze(&batch));
  for (const RowBatch::Row& row : batch.rows()) QCDR_ASSERT(row.family != Family::kMeta);
  for (const auto& [event_id, offset] : events_unfrozen_) {
    batch.put(Family::kMeta, event_row_key(event_id), encode_event_row(offset));
  }
  events_unfrozen_.clear();
  state_.digest = fold_->digest();
  batch.put(Family::kMeta, std::string(kPartitionRowKey), state_.encode());
  frozen_ = state_.applied;
  return batch;
}

#ifdef QCDR_PLANTED_BUGS
Result<RowBatch> PartitionFold::planted_half_of_the_rows() {
  RowBatch all;
  QCDR_RETURN_IF_ERROR(fold_->freeze(&all));
  RowBatch half;
  bool alone = true;
  for (const RowBatch::Row& row : all.rows()) {
    RowBatch& target = alone ? half : planted_rows_held_;
    if (row.value) {
      target.put(row.family, row.key, *row.value);
    } else {
      target.erase(row.family, row.key);
    }
    alone = !alone;
  }
  return half;
}
#endif

}  // namespace qcdr::stream
