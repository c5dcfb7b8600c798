// The ledger as the processing loop drives it: opens chunks, folds them, and turns what changed
// into findings and score projections.
//
// A record that can never be folded parks its practice (ledger/parked_practices.h): it becomes a
// dead letter, as does what comes for that practice until it is released. It is found before it
// changes anything. An error of apply() is something else: a key that is not here, a store that
// cannot be read, a year or a kind of record that this program does not know; it stops the
// partition.
// When a deadline passed the state's digest goes to the audit topic, and a mark to the second
// stage, which takes its own there; the batch ends with it. A digest is exact when rows were put
// together. In the middle of a batch they may not be written yet, so they lie over the store's
// until the next freeze.
// Generation: kLedgerLogic names the logic that makes state and outputs. Raise it when
// measure logic, validation semantics or the fold itself changes; a state of another one is never
// replayed. What changes in the rulebook is docs/rolling-forward.md. Thread-safety: none; one fold
// belongs to one partition worker.
#pragma once

#include <memory>

#include "common/chunk_seal.h"
#include "common/sealed_rows.h"
#include "core/overlay_rows.h"
#include "ledger/ledger.h"
#include "notices/notice_maker.h"
#include "rulebook/folding_file.h"
#include "rulebook/rulebook.h"
#include "scoring/audit_chain.h"
#include "scoring/contribution_sender.h"
#include "scoring/document_sender.h"
#include "scoring/finding_sender.h"
#include "scoring/score_changes.h"
#include "scoring/scoring_observer.h"
#include "scoring/standing_sender.h"
#include "stream/fold.h"

namespace qcdr::v1 {
class ControlRecord;
}
namespace qcdr::reference {
class NpiRegistries;
}

namespace qcdr {

inline constexpr std::uint32_t kLedgerLogic = 9;

// Of code and data together; a raise of either is a higher generation.
inline Generation ledger_generation(const rulebook::Rulebook& rulebook) {
  return Generation(kLedgerLogic * rulebook::kFoldingNumbers + rulebook.folding_number());
}

class LedgerFold final : public stream::Fold {
 public:
  LedgerFold(Partition partition, const RowReader& rows, const StateDigest& digest,
             const ledger::LedgerRules& rules, KeyRing& keys,
             std::int32_t contribution_partitions = 0, ScoringObserver* observer = nullptr,
             reference::NpiRegistries* npi_registries = nullptr);
  ~LedgerFold() override;
  // Reads who is parked and how far the audit records are; without it apply() does.
  Status open();
  // What is sent to CMS; without it a request to send stops the partition. It outlives the fold.
  void make_documents_by(const ledger::DocumentMaker* maker) { ledger_.make_documents_by(maker); }

  Status rules_changed(Offset cause, std::string_view before, Instant now) override;
  Status pass_time(Instant before, Instant now, Offset cause) override;
  Status apply(const stream::Record& record, const stream::RecordContext& context) override;
  bool could_read() const override { return could_read_; }
  bool ends_batch() const override { return !audit_.noted().empty(); }
  Status emit(stream::OutputSink& sink) override;
  void committed() override;
  Status freeze(RowBatch* batch) override;
  bool reproducible() const override { return reproducible_; }
  std::size_t parked_keys() const override { return ledger_.parked().count(); }
  const StateDigest& digest() const override { return ledger_.digest(); }
  std::size_t dirty_bytes() const override { return ledger_.dirty_bytes() + unwritten_.bytes(); }
  std::size_t memory_bytes() const override { return ledger_.memory_bytes() + unwritten_.bytes(); }
  void shrink(std::size_t bytes_max) override { ledger_.shrink(bytes_max); }

 private:
  struct Messages;  // protobuf messages, used again and again

  // Why the record can never be folded; it changed nothing then.
  using Folded = Result<std::optional<ledger::Poison>>;

  Status apply_for(PracticeId practice, const std::optional<ledger::ParkedPlace>& place,
                   const stream::Record& record, bool readable);
  Folded fold_for(PracticeId practice, Offset offset);
  Folded fold_chunk(Offset offset);
  Folded fold_completed(Offset offset);
  Folded fold_claim(Offset offset);
  Folded fold_request(Offset offset);
  Folded fold_receipt(Offset offset);
  Folded fold_lifted_hold(PracticeId practice, Offset offset);
  Status pass_over_deleted(ledger::PracticeYear id, Offset offset);
  Status pass_over_deleted(const std::vector<ledger::PracticeYear>& ids, Offset offset);
  Status pass_deadline(const v1::ControlRecord& control, Offset offset);
  Status note_state(const v1::ControlRecord& control, Offset offset);
  // `status` that is not ok: of a deleted practice-year it is passed over.
  Folded not_folded(const Status& status, ledger::PracticeYear id, Offset offset);
  Status apply_control(const stream::Record& record);
  Status release_npi_registry(Offset offset);
  Status lift_hold(const stream::Record& record);
  void release(const v1::ControlRecord& control);
  void lay_aside(const stream::Record& record, const ledger::ParkedPlace& place);
  void lay_aside_alone(const stream::Record& record, ledger::Poison poison);

  Partition partition_;
  const ledger::LedgerRules& rules_;
  SealedRows rows_;
  OverlayRows unwritten_;  // over rows_
  ChunkOpener opener_;
  ledger::Ledger ledger_;
  FindingSender findings_;
  ContributionSender contributions_;
  ScoreChanges changes_;
  NoticeMaker notices_;
  StandingSender standing_;
  AuditChain audit_;
  DocumentSender documents_;
  std::unique_ptr<Messages> messages_;
  std::vector<std::pair<Offset, stream::OutputRecord>> dead_letters_;  // since the last emit()
  Instant as_of_;
  bool reproducible_ = true;
  bool could_read_ = true;  // the last record
  ScoringTally tally_;      // of the open batch
  ScoringTally emitted_;    // of the last one
  ScoringObserver* observer_;
};

class LedgerFoldFactory final : public stream::FoldFactory {
 public:
  // `contribution_partitions` of qcdr.internal.entity-contributions.v1; 0: there is no second
  // stage, nothing is contributed. `observer` and the registries, if any, outlive the folds.
  // Without registries a snapshot that a record releases stops the partition.
  LedgerFoldFactory(const ledger::LedgerRules& rules, KeyRing& keys,
                    std::int32_t contribution_partitions = 0, ScoringObserver* observer = nullptr,
                    reference::NpiRegistries* npi_registries = nullptr)
      : rules_(rules),
        keys_(keys),
        contribution_partitions_(contribution_partitions),
        observer_(observer),
        npi_registries_(npi_registries) {}
  Result<std::unique_ptr<stream::Fold>> create(Partition partition, const RowReader& rows,
                                               const StateDigest& digest) override;

 private:
  const ledger::LedgerRules& rules_;
  KeyRing& keys_;
  const std::int32_t contribution_partitions_;
  ScoringObserver* observer_;
  reference::NpiRegistries* npi_registries_;
};

}  // namespace qcdr
