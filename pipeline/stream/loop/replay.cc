#include "stream/loop/replay.h"

namespace qcdr::stream {
namespace {

Status corrupt(const std::string& what) {
  return Status(ErrorCode::kCorruption, "replay: " + what);
}

}  // namespace

Replay::Replay(const LoopOptions& options, Partition partition, Offset committed, Reader& reader,
               PartitionFold& fold, Offset progress_position)
    : options_(options),
      partition_(partition),
      committed_(committed),
      reader_(reader),
      fold_(fold),
      poll_size_(options),
      markers_(options, partition, reader, progress_position) {
  QCDR_ASSERT(fold.at_boundary() && fold.next() <= committed);
}

Result<ReplayReport> Replay::run() {
  ReplayReport report;
  report.partition = partition_;
  report.committed = committed_;
  while (!done()) {
    if (!batch_) {
      if (report.records > 0 && fold_holds_enough()) break;
      QCDR_ASSIGN_OR_RETURN(batch_, markers_.find(fold_.next()));
      if (!batch_) break;
      if (batch_->next > committed_) return corrupt("a batch passes the committed offset");
      if (!batch_->by_our_rules) fold_.begin_foreign_batch(batch_->rules);
    }
    QCDR_ASSIGN_OR_RETURN(const bool whole, apply_batch_records(&report));
    if (!whole) break;
    QCDR_RETURN_IF_ERROR(finish_batch(&report));
  }
  report.applied = fold_.next();
  return report;
}

bool Replay::fold_holds_enough() const {
  return fold_.dirty_bytes() >= options_.dirty_bytes_max ||
         fold_.memory_bytes() >= options_.cache_bytes_max;
}

Result<bool> Replay::apply_batch_records(ReplayReport* report) {
  while (fold_.next() < batch_->next) {
    if (report->records >= options_.replay_records_per_step_max) return false;
    if (records_.empty()) QCDR_RETURN_IF_ERROR(fill());
    if (records_.empty()) return false;
    const Record record = std::move(records_.front());
    records_.pop_front();
    if (record.offset >= batch_->next) {
      return corrupt("record " + std::to_string(batch_->next.value() - 1) + " is gone");
    }
    const Result<PartitionFold::Applied> applied = fold_.apply(record);
    if (!applied.is_ok()) {
      return applied.status().with_context("offset " + std::to_string(record.offset.value()));
    }
    ++report->records;
    report->bytes += record.content_bytes();
  }
  return true;
}

Status Replay::fill() {
  QCDR_ASSIGN_OR_RETURN(
      std::vector<Record> records,
      reader_.read(options_.input_topic, partition_, fold_.next(), poll_size_.records()));
  poll_size_.note(records);
  for (Record& record : records) records_.push_back(std::move(record));
  return Status::ok();
}

Status Replay::finish_batch(ReplayReport* report) {
  OutputBatch outputs(options_, partition_, fold_.boundary(), fold_.next(),
                      OutputBatch::Purpose::kDigestOnly);
  QCDR_RETURN_IF_ERROR(fold_.emit(&outputs));
  if (batch_->by_our_rules && fold_.reproducible()) {
    const Hash256 digest = outputs.finish();
    if (outputs.count() != batch_->output_count || view(digest) != batch_->output_digest) {
      mismatched_ = true;
      return corrupt("outputs of [" + std::to_string(outputs.first().value()) + ", " +
                     std::to_string(outputs.next().value()) +
                     ") are not those committed: " + std::to_string(outputs.count()) + " now, " +
                     std::to_string(batch_->output_count) + " then");
    }
    ++report->compared;
  }
  fold_.close_batch(batch_->position);
  batch_.reset();
  ++report->batches;
  return Status::ok();
}

}  // namespace qcdr::stream
