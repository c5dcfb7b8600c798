#include "cli/partition_replay.h"

#include "common/topic_names.h"

namespace qcdr {
namespace {

constexpr std::uint64_t kRecordsPerBatch = 512;
constexpr std::size_t kDirtyBytesMax = std::size_t{32} << 20;
constexpr std::size_t kCacheBytesMax = std::size_t{256} << 20;

}  // namespace

// What users were told is not wanted here; what the fold says of its state is.
class PartitionReplay::Outputs final : public stream::OutputBatch {
 public:
  Outputs(const stream::LoopOptions& options, Partition partition, Offset first, Offset next)
      : OutputBatch(options, partition, first, next, Purpose::kDigestOnly) {}
  void send(Offset cause, stream::OutputRecord record) override {
    if (record.topic == kAuditTopic && record.value) audits_.push_back(*record.value);
    OutputBatch::send(cause, std::move(record));
  }
  const std::vector<std::string>& audits() const { return audits_; }

 private:
  std::vector<std::string> audits_;
};

Status PartitionReplay::open(stream::StateStores& stores, stream::FoldFactory& folds) {
  QCDR_ASSIGN_OR_RETURN(store_, stores.open(partition_, options_.generation));
  QCDR_ASSIGN_OR_RETURN(auto fold, folds.create(partition_, *store_, StateDigest()));
  stream::PartitionState state;
  state.generation = options_.generation;
  state.topic = options_.input_topic;
  state.group = options_.group;
  fold_ = std::make_unique<stream::PartitionFold>(options_, partition_, *store_, std::move(fold),
                                                  std::move(state));
  return Status::ok();
}

Status PartitionReplay::apply(const stream::Record& record) {
  const auto applied = fold_->apply(record);
  if (!applied.is_ok()) {
    return applied.status().with_context("record " + std::to_string(record.offset.value()));
  }
  ++records_;
  if (records_ % kRecordsPerBatch == 0 || fold_->dirty_bytes() > kDirtyBytesMax ||
      fold_->ends_batch()) {
    return close_batch();
  }
  return Status::ok();
}

Status PartitionReplay::emit() {
  if (fold_->at_boundary()) return Status::ok();
  Outputs outputs(options_, partition_, fold_->boundary(), fold_->next());
  QCDR_RETURN_IF_ERROR(fold_->emit(&outputs));
  fold_->close_batch(std::nullopt);
  for (const std::string& audit : outputs.audits()) {
    QCDR_ASSIGN_OR_RETURN(auto state, read_state_at_deadline(audit));
    if (state) states_.push_back(std::move(*state));
  }
  return Status::ok();
}

Status PartitionReplay::close_batch() {
  QCDR_RETURN_IF_ERROR(emit());
  if (fold_->dirty_bytes() <= kDirtyBytesMax) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(RowBatch rows, fold_->freeze());
  QCDR_RETURN_IF_ERROR(store_->submit(std::move(rows)));
  fold_->shrink(kCacheBytesMax);
  return Status::ok();
}

Status PartitionReplay::finish() {
  QCDR_RETURN_IF_ERROR(close_batch());
  if (fold_->is_dirty()) {
    QCDR_ASSIGN_OR_RETURN(RowBatch rows, fold_->freeze());
    QCDR_RETURN_IF_ERROR(store_->submit(std::move(rows)));
  }
  return store_->wait(0);
}

Status PartitionReplay::look_on(const stream::Record& record) {
  const auto applied = fold_->apply(record);
  if (!applied.is_ok()) {
    return applied.status().with_context("record " + std::to_string(record.offset.value()));
  }
  return fold_->ends_batch() ? emit() : Status::ok();
}

}  // namespace qcdr
