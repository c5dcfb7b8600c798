#include "cli/rejected_rows_judge.h"

#include "qcdr/v1/registry_record.pb.h"
#include "rulebook/rulebook.h"

namespace qcdr {
namespace {

// Beyond every offset of a log: what is folded here comes after everything.
constexpr std::int64_t kFirstOffset = std::int64_t{1} << 40;

}  // namespace

struct StateRowJudge::Parts {
  Parts(StateView::PartitionView& partition, KeyRing& keys, UploadView judged)
      : rules(rulebook::Rulebook::built_in()),
        ledger(rules, keys.entity_key(), *partition.rows, partition.state.digest),
        upload(std::move(judged)) {}

  const ledger::LedgerRules rules;
  ledger::Ledger ledger;
  const UploadView upload;
  std::int64_t offset = kFirstOffset;
};

StateRowJudge::StateRowJudge(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

StateRowJudge::~StateRowJudge() = default;

Result<std::unique_ptr<StateRowJudge>> StateRowJudge::open(StateView& view,
                                                           const UploadView& upload) {
  const ledger::PracticeYear id{PracticeId(upload.upload.practice_id()),
                                PerformanceYear(upload.upload.performance_year())};
  for (StateView::PartitionView& partition : view.partitions()) {
    QCDR_ASSIGN_OR_RETURN(const auto ids, partition.ledger->practice_years());
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) continue;
    return std::unique_ptr<StateRowJudge>(
        new StateRowJudge(std::make_unique<Parts>(partition, view.keys(), upload)));
  }
  return Status(ErrorCode::kNotFound, "there is no state of the practice here");
}

// Each chunk is an upload of its own, so that no limit of findings is reached.
Status StateRowJudge::judge(std::uint32_t first_ordinal, v1::ChunkRows rows, const Tell& tell) {
  const v1::Upload& upload = parts_->upload.upload;
  v1::Chunk chunk;
  chunk.set_upload_id(upload.upload_id() + "/judged-again/" + std::to_string(first_ordinal));
  chunk.set_practice_id(upload.practice_id());
  chunk.set_performance_year(upload.performance_year());
  chunk.set_kind(upload.kind());
  chunk.set_row_count(static_cast<std::uint32_t>(rows.rows_size()));
  chunk.set_received_at(parts_->upload.received_at.milliseconds());
  *chunk.mutable_actor() = upload.actor();
  chunk.set_rulebook_digest(std::string(view(rulebook::Rulebook::built_in().digest())));
  chunk.set_idempotency_key(chunk.upload_id());
  for (int i = 0; i < rows.rows_size(); ++i) {
    rows.mutable_rows(i)->set_ordinal(static_cast<std::uint32_t>(i));
  }
  QCDR_RETURN_IF_ERROR(parts_->ledger.apply_chunk(chunk, rows, Offset(parts_->offset++)));
  const ledger::Effects effects = parts_->ledger.take_effects();
  for (const ledger::LedgerFinding& finding : effects.findings) {
    if (finding.upload_id != chunk.upload_id() || !finding.has_row) continue;
    tell(first_ordinal + finding.row, finding.code, finding.parameters);
  }
  return Status::ok();
}

}  // namespace qcdr
