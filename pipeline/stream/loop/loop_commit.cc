// The loop's transactions: what is sent, when the answer is looked for, and what follows from it.
#include <utility>

#include "stream/loop/loop.h"
#include "stream/loop/send_order.h"

namespace qcdr::stream {
namespace {

constexpr auto kAnswerWait = std::chrono::milliseconds(1'000);

}  // namespace

Status Loop::start_commit(Outputs outputs, StepOutcome* outcome) {
  if (outputs.empty()) return Status::ok();
  QCDR_RETURN_IF_ERROR(settle_commit(outcome));
  parts_.crash_points.reached(CrashPoint::kLoopFolded);
  CommitReport report;
  report.partitions = outputs.size();
  for (const auto& [partition, made] : outputs) {
    report.records += workers_[partition]->batch_size().sealed_records();
    report.outputs += made.count();
    report.dead_letters += made.dead_letters();
  }
  const std::int64_t now = parts_.clock.monotonic_milliseconds();
  report.batch_milliseconds = now - batch_.started_milliseconds;
  in_transaction_ = true;
  const Status sent = send(&outputs);
  if (sent.code() == ErrorCode::kLimitExceeded) return refused(outputs, sent);
  QCDR_RETURN_IF_ERROR(sent);
  parts_.crash_points.reached(CrashPoint::kLoopProduced);
  ask_to_commit(outputs);
  pending_ = Pending{std::move(outputs), report, now};
  return look_for_answer(std::chrono::milliseconds(0), outcome);
}

Status Loop::send(Outputs* outputs) {
  QCDR_RETURN_IF_ERROR(producer_->begin());
  std::vector<std::vector<OutputRecord>> batches;
  for (auto& [partition, made] : *outputs) {
    batches.push_back(made.take_records());
    batches.back().push_back(make_progress_marker(parts_.options, partition, &made));
  }
  return send_in_order(std::move(batches),
                       [this](OutputRecord record) { return producer_->send(std::move(record)); });
}

void Loop::ask_to_commit(const Outputs& outputs) {
  std::map<Partition, Offset> next_offsets;
  for (const auto& [partition, made] : outputs) next_offsets.emplace(partition, made.next());
#ifdef QCDR_PLANTED_BUGS
  if (parts_.options.planted_bug == PlantedBug::kCommitWithoutPlusOne) {
    for (auto& [partition, next] : next_offsets) next = Offset(next.value() - 1);
  }
  if (parts_.options.planted_bug == PlantedBug::kOffsetOfThePolled) {
    for (auto& [partition, next] : next_offsets) next = workers_[partition]->planted_polled();
  }
  if (parts_.options.planted_bug == PlantedBug::kStateBeforeCommit) {
    for (const auto& [partition, next] : next_offsets) {
      workers_[partition]->planted_freeze_before_commit();
    }
  }
#endif
  producer_->start_commit(*consumer_, *epoch_, next_offsets);
}

Status Loop::settle_commit(StepOutcome* outcome) {
  while (pending_) QCDR_RETURN_IF_ERROR(look_for_answer(kAnswerWait, outcome));
  return Status::ok();
}

Status Loop::look_for_answer(std::chrono::milliseconds wait, StepOutcome* outcome) {
  if (!pending_) return Status::ok();
  const std::optional<Result<CommitReceipt>> answer = producer_->finish_commit(wait);
  if (!answer) return Status::ok();
  Pending pending = std::move(*pending_);
  pending_.reset();
  if (answer->status().code() == ErrorCode::kLimitExceeded) {
    return refused(pending.outputs, answer->status());
  }
  QCDR_RETURN_IF_ERROR(answer->status());
  in_transaction_ = false;
  parts_.crash_points.reached(CrashPoint::kLoopCommitted);
  committed(pending.outputs, answer->value());
  pending.report.commit_milliseconds =
      parts_.clock.monotonic_milliseconds() - pending.began_milliseconds;
  parts_.observer.on_commit(pending.report);
  outcome->records += pending.report.records;
  outcome->outputs += pending.report.outputs;
  outcome->committed = true;
  return Status::ok();
}

// The log said that it is too much, and took nothing.
Status Loop::refused(const Outputs& outputs, const Status& reason) {
  QCDR_RETURN_IF_ERROR(producer_->abort());
  in_transaction_ = false;
  if (outputs.size() > 1) partitions_alone_ = true;
  for (const auto& [partition, made] : outputs) {
    if (outputs.size() > 1) {
      workers_[partition]->reopen();
    } else {
      workers_[partition]->refuse_outputs(reason);
    }
  }
  return Status::ok();
}

void Loop::committed(const Outputs& outputs, const CommitReceipt& receipt) {
  for (const auto& [partition, made] : outputs) {
    std::optional<Offset> progress_position;
    const auto marker = receipt.last_offsets.find({parts_.options.progress_topic, partition});
    if (marker != receipt.last_offsets.end()) progress_position = next(marker->second);
    workers_[partition]->batch_committed(made, progress_position);
#ifdef QCDR_PLANTED_BUGS
    if (parts_.options.planted_bug == PlantedBug::kDirtyObjectAlone) {
      workers_[partition]->planted_write_objects_alone();
    }
#endif
  }
}

}  // namespace qcdr::stream
