// The ledger as the processing loop drives it: opens chunks, folds them, and turns what changed
// into findings and score projections.
//
// Generation: kLedgerLogic names the logic that makes state and outputs. Raise it when measure
// logic, validation semantics or the fold itself changes; a state of another one is never replayed.
// What changes in the rulebook is docs/rolling-forward.md. Thread-safety: none; one fold belongs to
// one partition worker.
#pragma once

#include <memory>

#include "common/chunk_seal.h"
#include "common/sealed_rows.h"
#include "ledger/ledger.h"
#include "rulebook/folding_file.h"
#include "rulebook/rulebook.h"
#include "scoring/contribution_sender.h"
#include "scoring/score_changes.h"
#include "scoring/scoring_observer.h"
#include "scoring/standing_sender.h"
#include "stream/fold.h"

namespace qcdr {

inline constexpr std::uint32_t kLedgerLogic = 6;

// Of code and data together; a raise of either is a higher generation.
inline Generation ledger_generation(const rulebook::Rulebook& rulebook) {
  return Generation(kLedgerLogic * rulebook::kFoldingNumbers + rulebook.folding_number());
}

class LedgerFold final : public stream::Fold {
 public:
  LedgerFold(Partition partition, const RowReader& rows, const StateDigest& digest,
             const ledger::LedgerRules& rules, KeyRing& keys,
             std::int32_t contribution_partitions = 0, ScoringObserver* observer = nullptr);
  ~LedgerFold() override;

  Status rules_changed(Offset cause, std::string_view before, Instant now) override;
  Status pass_time(Instant before, Instant now, Offset cause) override;
  Status apply(const stream::Record& record, const stream::RecordContext& context) override;
  Status emit(stream::OutputSink& sink) override;
  void committed() override;
  Status freeze(RowBatch* batch) override;
  bool reproducible() const override { return reproducible_; }
  const StateDigest& digest() const override { return ledger_.digest(); }
  std::size_t dirty_bytes() const override { return ledger_.dirty_bytes(); }
  std::size_t memory_bytes() const override { return ledger_.memory_bytes(); }
  void shrink(std::size_t bytes_max) override { ledger_.shrink(bytes_max); }

 private:
  struct Messages;  // protobuf messages, used again and again

  Status apply_chunk(Offset offset);
  Status apply_completed(Offset offset);
  Status apply_claim(Offset offset);
  Status pass_over_deleted(ledger::PracticeYear id, Offset offset);
  Status apply_control(Offset offset);
  void emit_findings(const ledger::Effects& effects, stream::OutputSink& sink);
  void emit_outcomes(const ledger::Effects& effects, stream::OutputSink& sink);

  Partition partition_;
  const ledger::LedgerRules& rules_;
  SealedRows rows_;
  ChunkOpener opener_;
  const Key256 fingerprint_key_;
  ledger::Ledger ledger_;
  ContributionSender contributions_;
  ScoreChanges changes_;
  StandingSender standing_;
  std::unique_ptr<Messages> messages_;
  std::vector<std::pair<Offset, stream::OutputRecord>> dead_letters_;  // since the last emit()
  Instant as_of_;
  bool reproducible_ = true;
  ScoringTally tally_;    // of the open batch
  ScoringTally emitted_;  // of the last one
  ScoringObserver* observer_;
};

class LedgerFoldFactory final : public stream::FoldFactory {
 public:
  // `contribution_partitions` of qcdr.internal.entity-contributions.v1; 0: there is no second
  // stage, nothing is contributed. `observer`, if any, outlives the folds.
  LedgerFoldFactory(const ledger::LedgerRules& rules, KeyRing& keys,
                    std::int32_t contribution_partitions = 0, ScoringObserver* observer = nullptr)
      : rules_(rules),
        keys_(keys),
        contribution_partitions_(contribution_partitions),
        observer_(observer) {}
  Result<std::unique_ptr<stream::Fold>> create(Partition partition, const RowReader& rows,
                                               const StateDigest& digest) override;

 private:
  const ledger::LedgerRules& rules_;
  KeyRing& keys_;
  const std::int32_t contribution_partitions_;
  ScoringObserver* observer_;
};

}  // namespace qcdr
