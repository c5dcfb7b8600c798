// The fold of one practice-year: roster, consents, elections and cases, with the sums that scoring
// needs. Pure: what it does depends on the rows it is given and on its state.
//
// Rules (the registry's own, as docs/architecture.md tells them; 42 CFR 414.1400 for consent):
// - A case credits every TIN/NPI pair on it once, and the group of each TIN on it once.
// - A pair that is not effective on the service date is withheld: the case counts for the others,
//   and for the TIN if one effective person under it remains.
// - A correction replaces the contribution of its case exactly; what comes after the final date is
//   kept beside it and takes nothing away.
// - A roster is taken whole, at the end of its upload; when dates of pairs change, the sums are
//   folded again from the stored contributions.
// - The same rows again change nothing.
// Invariants: sums == fold over the contributions under the roster in force; see count_table.h,
// case_index.h, upload_fact.h for their own.
// Thread-safety: none. Lifetime: rules, entity key and rows outlive it.
// Errors: kCorruption for state or rows that no correct writer makes; such an error stops the
// partition.
#pragma once

#include <memory>
#include <set>
#include <unordered_map>

#include "calendar/judge.h"
#include "ledger/activities.h"
#include "ledger/case_index.h"
#include "ledger/certification.h"
#include "ledger/count_table.h"
#include "ledger/effects.h"
#include "ledger/elections.h"
#include "ledger/eligibility.h"
#include "ledger/interoperability.h"
#include "ledger/ledger_rules.h"
#include "ledger/measure_results.h"
#include "ledger/membership.h"
#include "ledger/officer_decision.h"
#include "ledger/opt_out.h"
#include "ledger/pair_table.h"
#include "ledger/reconciliation.h"
#include "ledger/registration.h"
#include "ledger/reweighting.h"
#include "ledger/upload_fact.h"
#include "scoring/score.h"

namespace qcdr::v1 {
class AnesthesiaCase;
class Chunk;
class ChunkRows;
class IndividualConsent;
class OfficerConsent;
class ReportingOption;
class RosterEntry;
class Row;
class UploadCompleted;
class Verdict;
}  // namespace qcdr::v1

namespace qcdr::ledger {

// What the layout fact of a practice-year keeps.
struct PracticeLayout {
  CaseIndexLayout cases;
  std::uint32_t uploads = 0;
  StateDigest digest;
};
Result<PracticeLayout> decode_practice_layout(const FactValue& value);

class PracticeLedger {
 public:
  static Result<std::unique_ptr<PracticeLedger>> open(PracticeYear id, const YearLedgerRules& rules,
                                                      const Key256& entity_key,
                                                      const RowReader& rows);
  PracticeLedger(const PracticeLedger&) = delete;
  PracticeLedger& operator=(const PracticeLedger&) = delete;

  // --- writing
  Status apply_chunk(const v1::Chunk& chunk, const v1::ChunkRows& rows, Offset offset,
                     Effects* effects);
  Status complete_upload(const v1::UploadCompleted& completed, Offset offset, Effects* effects);
  void freeze(RowBatch* batch);
  // Digest of this practice-year's content; exact right after freeze(). It is kept in the layout
  // row, so that a practice-year whose key was destroyed can leave the partition's digest.
  const StateDigest& digest() const { return digest_; }
  bool dirty() const { return dirty_; }

  // --- reading
  PracticeYear id() const { return id_; }
  const YearLedgerRules& rules() const { return rules_; }
  const PairTable& pairs() const { return pairs_; }
  Result<Consent> individual_consent(const PairRow& pair) const;
  Result<Consent> officer_consent(const TinRow& tin) const;
  Result<ReportingOptionFact> reporting_option(const TinRow& tin) const;
  Result<const EntityCounts*> individual_counts(const PairRow& pair);
  Result<const EntityCounts*> group_counts(const TinRow& tin);
  Result<RegistrationStanding> registration() const;
  Result<OptOutFact> opt_out(const PairRow& pair) const;
  // A row of an opt-out file could not be read: individual sets of the TIN wait.
  Result<bool> opt_out_unreadable(const TinRow& tin) const;
  Result<std::vector<Activity>> activities(const PairRow& pair) const;  // by activity id
  Result<std::vector<Activity>> activities(const TinRow& tin) const;
  Result<Reconciliation> reconciliation(const TinRow& tin);
  Result<Eligibility> eligibility(const PairRow& pair) const;
  Result<Eligibility> eligibility(const TinRow& tin) const;
  Result<BilledCases> billed_cases(const TinRow& tin) const;
  Result<InteroperabilityStanding> interoperability(const PairRow& pair) const;
  Result<InteroperabilityStanding> interoperability(const TinRow& tin) const;
  Result<std::vector<MeasureResult>> measure_results(const PairRow& pair) const;
  Result<std::vector<MeasureResult>> measure_results(const TinRow& tin) const;
  Result<std::vector<Reweighting>> reweighting(const PairRow& pair) const;
  Result<std::vector<Reweighting>> reweighting(const TinRow& tin) const;
  Result<Certification> certification() const;  // the one received last
  Result<OptInElection> opt_in_election(const PairRow& pair) const;
  Result<OptInElection> opt_in_election(const TinRow& tin) const;
  Result<PartialTinAttestation> partial_tin(const TinRow& tin) const;
  // The TIN is null, the upload id empty where the subject has none.
  Result<ConfirmationFact> confirmation(ConfirmationSubject subject, const TinRow* tin,
                                        std::string_view upload_id) const;
  Result<std::vector<OfficerDecision>> decisions(DecisionSubject subject) const;
  Result<std::vector<Membership>> memberships(const PairRow& pair) const;
  Result<std::vector<Membership>> memberships(const TinRow& tin) const;
  // Distinct cases of the TIN that count, by month of service, January first.
  using CasesByMonth = std::array<std::uint32_t, 12>;
  const CasesByMonth& group_months(const TinRow& tin) const;
  // The practice's own limits, for calendar::judge.
  std::span<const calendar::Extension> extensions() const { return extensions_; }
  // What scoring needs for one entity.
  Result<scoring::ScoreInput> individual_input(const PairRow& pair, Instant as_of);
  Result<scoring::ScoreInput> group_input(const TinRow& tin, Instant as_of);
  Status for_each_upload(
      const std::function<Status(std::string_view, const UploadFact&)>& visit) const;
  Result<std::optional<UploadFact>> upload(std::string_view upload_id) const;
  std::uint64_t cases() const { return cases_->layout().cases; }
  const CaseIndex::Reads& case_reads() const { return cases_->reads(); }

  // Recomputes the digest from every row, and the sums from the contributions. kCorruption: stored
  // sums are not what the contributions come to. Reads everything; the practice-year is clean.
  Result<StateDigest> verify();

  // Entities changed since the last call, ordered by entity id.
  struct Touched {
    EntityId entity;
    bool group = false;
    std::uint32_t ordinal = 0;  // of the pair or the TIN
    bool vanished = false;      // it no longer reports: its projection must be taken back
    Offset cause;
  };
  std::vector<Touched> take_touched();

  std::size_t dirty_bytes() const;
  std::size_t memory_bytes() const;

 private:
  struct RowContext {
    const v1::Chunk* chunk = nullptr;
    const v1::ChunkRows* rows = nullptr;
    const v1::Row* row = nullptr;
    UploadFact* upload = nullptr;
    std::string_view upload_id;
    Instant received_at;
    Offset offset;
    Effects* effects = nullptr;
  };
  struct LiveUpload {
    UploadFact fact;
    bool dirty = false;
  };
  struct RosterTaken {
    bool taken = false;
    bool dates_changed = false;
  };

  PracticeLedger(PracticeYear id, const YearLedgerRules& rules, const Key256& entity_key,
                 const RowReader& rows);

  // practice_ledger.cc: uploads and rows
  Status load(const RowReader& rows);
  Result<LiveUpload*> live_upload(const std::string& upload_id, std::uint32_t kind,
                                  Instant received_at);
  Status apply_row(RowContext& context);
  void tell(RowContext& context, FindingCode code, std::vector<std::string> parameters = {});
  void tell_verdict(const v1::Verdict& verdict, RowContext& context, bool with_row);
  void touch_pair(std::uint32_t ordinal, Offset cause, Effects* effects);
  void touch_tin(std::uint32_t ordinal, Offset cause, Effects* effects);
  Result<std::uint32_t> tin_of(const RowContext& context, std::uint32_t index_plus_one);

  // practice_cases.cc
  Status apply_case(RowContext& context, const v1::AnesthesiaCase& fact);
  Result<bool> read_case(RowContext& context, const v1::AnesthesiaCase& fact,
                         Contribution* contribution);
  bool collect_pairs(RowContext& context, const v1::AnesthesiaCase& fact,
                     Contribution* contribution, Status* error);
  void collect_outcomes(RowContext& context, const v1::AnesthesiaCase& fact,
                        Contribution* contribution);
  void tell_withheld(RowContext& context, const Contribution& contribution, bool* credited);
  Status add_case(RowContext& context, const CaseToken& token, Contribution contribution,
                  bool credited);
  Status correct_case(RowContext& context, CaseIndex::Place place, Contribution contribution,
                      bool credited);
  Status hold_case(RowContext& context, std::optional<CaseIndex::Place> place,
                   const CaseToken& token, Contribution contribution);
  CountClass judge_case(RowContext& context, std::uint16_t day, bool correction);
  Status credit(const Contribution& contribution, int sign, Offset cause, Effects* effects);
  Hash256 case_item(const CaseEntry& entry) const;
  CountOwner owner_of(const PairRow& pair) const;
  CountOwner owner_of(const TinRow& tin) const;

  // practice_verify.cc
  Status compare_sums();

  // practice_roster.cc
  Status stage_roster_entry(RowContext& context, const v1::RosterEntry& entry);
  Status complete_roster(RowContext& context);
  Result<std::vector<PairRow>> staged_roster(std::string_view upload_id) const;
  bool drops_too_many(const std::vector<PairRow>& staged, RowContext& context);
  Status take_roster(const std::vector<PairRow>& staged, RowContext& context);
  void drop_stage(std::string_view upload_id);
  Status refold(Offset cause, Effects* effects);

  // practice_permissions.cc
  Status apply_individual_consent(RowContext& context, const v1::IndividualConsent& fact);
  Status apply_officer_consent(RowContext& context, const v1::OfficerConsent& fact);
  Status apply_reporting_option(RowContext& context, const v1::ReportingOption& fact);
  Status apply_consent(RowContext& context, FactKind kind, std::string_view subject, bool grants,
                       std::string_view calendar_kind);
  Origin origin_of(const RowContext& context) const;

  PracticeYear id_;
  const YearLedgerRules& rules_;
  const Key256& entity_key_;
  const RowReader& rows_;
  StateDigest digest_;
  FactTable facts_;
  PairTable pairs_;
  CountTable counts_;
  std::unique_ptr<CaseIndex> cases_;
  std::uint32_t upload_count_ = 0;
  bool dirty_ = false;
  std::vector<calendar::Extension> extensions_;
  std::unordered_map<std::string, LiveUpload> uploads_;
  std::vector<std::int64_t> touched_pairs_;  // cause offset by pair ordinal, -1: not touched
  std::vector<std::int64_t> touched_tins_;
  std::set<std::uint32_t> vanished_pairs_;  // stopped reporting since the last take_touched()
  // Outcome of the calendar for cases received at one instant, by month and correction.
  struct JudgedMonths {
    Instant received_at;
    bool valid = false;
    std::array<std::int8_t, 26> classes;
  };
  JudgedMonths judged_;
};

}  // namespace qcdr::ledger
