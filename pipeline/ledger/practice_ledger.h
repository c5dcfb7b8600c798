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
#include "ledger/audit_correction.h"
#include "ledger/case_holds.h"
#include "ledger/case_index.h"
#include "ledger/certification.h"
#include "ledger/count_table.h"
#include "ledger/derived_counts.h"
#include "ledger/effects.h"
#include "ledger/elections.h"
#include "ledger/eligibility.h"
#include "ledger/fact_holds.h"
#include "ledger/interoperability.h"
#include "ledger/ledger_rules.h"
#include "ledger/measure_results.h"
#include "ledger/membership.h"
#include "ledger/officer_decision.h"
#include "ledger/opt_out.h"
#include "ledger/pair_table.h"
#include "ledger/practice_parts.h"
#include "ledger/reconciliation.h"
#include "ledger/record_index.h"
#include "ledger/registration.h"
#include "ledger/reweighting.h"
#include "ledger/stage_two_claim.h"
#include "ledger/touched_entities.h"
#include "ledger/upload_fact.h"
#include "scoring/score.h"

namespace qcdr::ledger {

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
  // Touches entities whose blocks changed.
  Status pass_time(Instant before, Instant now, Offset offset, Effects* effects);
  // Of a consent or deadline.
  Result<bool> has_own_dates() const;
  // Where new clinicians are looked up; it lives until another is used.
  void use(const NpiLookup* npi_registry) { npis_.use(npi_registry); }
  // Looks up everybody; touches those of whom it says something new.
  Status release(const NpiLookup& npi_registry, Offset cause, Effects* effects);
  // Everything is looked at again.
  void touch_all(Offset cause, Effects* effects);
  // The same, and take_contributions() gives unchanged ones, too.
  void say_everything_again(Offset cause, Effects* effects);
  // What is held of a kind (number of the RecordKind) is let in.
  Status lift_hold(std::uint32_t kind, Offset cause, Effects* effects);
  void freeze(RowBatch* batch);
  // Digest of this practice-year's content; exact right after freeze(). It is kept in the layout
  // row, so that a practice-year whose key was destroyed can leave the partition's digest.
  const StateDigest& digest() const { return digest_; }
  bool dirty() const { return dirty_; }

  // --- reading
  PracticeYear id() const { return id_; }
  const FactTable& facts() const { return facts_; }
  const YearLedgerRules& rules() const { return rules_; }
  const PairTable& pairs() const { return pairs_; }
  Result<Consent> individual_consent(const PairRow& pair) const;
  Result<Consent> officer_consent(const TinRow& tin) const;
  Result<ReportingOptionFact> reporting_option(const TinRow& tin) const;
  Result<const EntityCounts*> individual_counts(const PairRow& pair);
  Result<const EntityCounts*> group_counts(const TinRow& tin);
  Result<RegistrationStanding> registration() const;
  Result<OptOutFact> opt_out(const PairRow& pair) const;
  // An opt-out file or row could not be read: individual sets of the TIN wait.
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
  // Audits that name cases of the TIN not received since.
  Result<std::vector<AuditWindow>> open_audits(const TinRow& tin);
  Result<std::vector<Membership>> memberships(const PairRow& pair) const;
  Result<std::vector<Membership>> memberships(const TinRow& tin) const;
  // Cases that count, by month of service.
  using CasesByMonth = DerivedCounts::CasesByMonth;
  const CasesByMonth& group_months(const TinRow& tin) const { return derived_.months(tin.ordinal); }
  std::span<const calendar::Extension> extensions() const { return extensions_; }
  // What scoring needs for one entity.
  Result<scoring::ScoreInput> individual_input(const PairRow& pair, Instant as_of);
  Result<scoring::ScoreInput> group_input(const TinRow& tin, Instant as_of);
  Status for_each_upload(
      const std::function<Status(std::string_view, const UploadFact&)>& visit) const;
  Result<std::optional<UploadFact>> upload(std::string_view upload_id) const;
  // In order of arrival.
  Status for_each_case(const std::function<Status(const CaseEntry&)>& visit);
  std::uint64_t cases() const { return cases_->layout().cases; }
  const CaseIndex::Reads& case_reads() const { return cases_->reads(); }

  // --- practice_claims.cc: what is reported together with other practices
  // Takes what the second stage says of the others that report for a TIN or a pair. It changes no
  // contribution of this practice.
  Status apply_claim(const v1::StageTwoClaim& message, Offset offset, Effects* effects);
  // None: nobody else reports for it.
  Result<std::optional<StageTwoClaim>> claim(const TinRow& tin) const;
  Result<std::optional<StageTwoClaim>> claim(const PairRow& pair) const;
  // Own counts with those of the others, of which the score is made; the own ones when nobody else
  // reports. Valid until the next call.
  Result<const EntityCounts*> shared_counts(const TinRow& tin);
  Result<const EntityCounts*> shared_counts(const PairRow& pair);
  // What it contributes to a TIN; none: neither roster nor cases there.
  Result<std::optional<EntityContribution>> contribution(const TinRow& tin);
  Result<std::optional<EntityContribution>> contribution(const PairRow& pair);
  using VirtualGroup = ledger::VirtualGroup;
  Result<std::vector<VirtualGroup>> virtual_groups() const;
  Result<std::optional<StageTwoClaim>> claim(const VirtualGroup& group) const;
  Result<EntityCounts> shared_counts(const VirtualGroup& group);
  Result<VirtualGroupShare> shared_share(const VirtualGroup& group);
  Result<std::optional<EntityContribution>> contribution(const VirtualGroup& group);
  // Made of contributions alone: every practice comes to the same score.
  Result<scoring::ScoreInput> virtual_group_input(const VirtualGroup& group, Instant as_of);
  using ChangedContribution = ledger::ChangedContribution;
  // Contributions that differ from those taken last: of every TIN, or of those touched since the
  // last take_touched(); and of the pairs under them that others have too.
  Result<std::vector<ChangedContribution>> take_contributions(bool of_all);

  // Digest and sums, from rows and contributions alone. kCorruption: sums are others. Reads
  // everything; the practice-year is clean.
  Result<StateDigest> verify();

  // Since the last call, by entity id.
  using Touched = TouchedEntity;
  std::vector<Touched> take_touched() { return touched_.take(pairs_); }

  std::size_t dirty_bytes() const;
  std::size_t memory_bytes() const;

 private:
  friend class PracticeSubmissions;
  using RowContext = parts::RowContext;
  using LiveUpload = parts::LiveUpload;
  using Subject = parts::Subject;

  PracticeLedger(PracticeYear id, const YearLedgerRules& rules, const Key256& entity_key,
                 const RowReader& rows);

  // practice_ledger.cc: uploads and rows
  Status load(const RowReader& rows);
  Result<LiveUpload*> live_upload(const std::string& upload_id, std::uint32_t kind,
                                  Instant received_at);
  Status apply_row(RowContext& context);
  Status apply_fact(RowContext& context);
  Status repeat_refusals(RowContext& context);
  void park(RowContext& context);
  Status look_at_headcount(const RowContext& context);
  void refuse_after_rows(RowContext& context);
  void tell(RowContext& context, FindingCode code, std::vector<std::string> parameters = {});
  void tell_verdict(const v1::Verdict& verdict, RowContext& context, bool with_row);
  void touch_pair(std::uint32_t ordinal, Offset cause, Effects* effects);
  void touch_tin(std::uint32_t ordinal, Offset cause, Effects* effects);
  Result<std::uint32_t> tin_of(const RowContext& context, std::uint32_t index_plus_one);
  Result<Subject> subject_of(const RowContext& context, std::uint32_t tin, std::uint64_t npi);
  void touch_subject(const Subject& subject, const RowContext& context);
  void touch_tin_and_pairs(std::uint32_t tin, const RowContext& context);
  // The pair that a fact's subject begins with; everything when nobody has seen it.
  void touch_fact(std::string_view subject, Offset cause, Effects* effects);

  // practice_cases.cc, practice_file_order.cc
  Status tell_older_file(RowContext& context, const CaseEntry& replaced);
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
  Result<std::optional<CountClass>> judge_case(RowContext& context, const CaseToken& token,
                                               std::uint16_t day, bool correction);
  void refuse_late_case(RowContext& context);
  Status credit(const Contribution& contribution, int sign, Offset cause, Effects* effects);
  Hash256 case_item(const CaseEntry& entry) const;
  CountOwner owner_of(const PairRow& pair) const;
  CountOwner owner_of(const TinRow& tin) const;

  // practice_claims.cc
  Result<std::optional<StageTwoClaim>> find_claim(const EntityId& entity) const;
  // What others attested for the entity and this practice did not.
  Status add_claimed_activities(const EntityId& entity, scoring::ScoreInput* input) const;
  Result<const EntityCounts*> with_claimed(const EntityCounts* own, const EntityId& entity);
  void write_counts(const EntityCounts& counts, ContributionCounts* out) const;
  Result<std::vector<ContributedClinician>> clinicians_of(const TinRow& tin);
  void note_contribution(const EntityId& entity, EntityLevel level,
                         std::optional<EntityContribution> contribution,
                         std::optional<Offset> cause, std::vector<ChangedContribution>* changed);
  // Entities of a level to which something was contributed last.
  Status for_each_contributed(EntityLevel level,
                              const std::function<void(const EntityId&)>& visit) const;
  Result<VirtualGroupShare> own_share(const VirtualGroup& group);
  Status take_virtual_group_contributions(std::vector<ChangedContribution>* changed);
  Status take_pair_contributions(const TinRow& tin, std::optional<Offset> cause,
                                 std::vector<ChangedContribution>* changed);

  // practice_records.cc: records of which the last version counts
  rulebook::CalendarOutcome judge_record(const RowContext& context, std::string_view calendar_kind,
                                         bool correction, std::string_view* rule_name) const;
  // Judges, keeps and counts one version; tells whether it is in force now.
  Result<bool> take_record(RowContext& context, FactKind kind, const std::string& subject,
                           std::string content, std::string_view calendar_kind,
                           bool correction = false);
  void reject(RowContext& context, FindingCode code, std::vector<std::string> parameters = {});
  Result<VersionedFact> versions(FactKind kind, std::string_view subject) const;
  using VisitVersions =
      std::function<Status(std::string_view subject, const VersionedFact& versions)>;
  // Facts of a kind whose subject begins with `prefix`, in order of subject.
  Status for_each_versions(FactKind kind, std::string_view prefix,
                           const VisitVersions& visit) const;
  Status note_record_id(const RowContext& context);
  // What is in force was said again now: the latest of several that differ wins.
  Status say_again(const RowContext& context, FactKind kind, const std::string& subject,
                   const std::string& content);

  // practice_withdrawals.cc
  bool takes_back(const RowContext& context) const;
  Result<NamedRecord> find_record(std::string_view record_id, std::uint32_t before_upload) const;
  Result<bool> stated_by_registry(const std::vector<RecordPlace>& places,
                                  const RecordRow& record) const;
  Status take_back_named(RowContext& context);
  Status take_back(RowContext& context, FactKind kind, const std::string& subject,
                   const RecordRow* named = nullptr);
  Status take_back_case(RowContext& context, const CaseToken& token);

  // practice_holds.cc: what is held, and what lets it in or refuses it
  // Rosters that came too late; with `refused`, also those that an officer said no to.
  Result<std::uint32_t> settle_rosters(Settle settle, const parts::IsMeantRoster& is_meant,
                                       bool refused, Offset cause, Effects* effects);
  void put_upload(const std::string& upload_id, const UploadFact& fact);
  Status for_each_known_upload(
      const std::function<Status(const std::string&, const UploadFact&)>& visit) const;

  // practice_case_holds.cc: the same for cases
  Result<std::uint32_t> change_cases(const ChangeCase& change, Offset cause, Effects* effects);
  Status change_case(const CaseEntry& now, Offset cause, Effects* effects);
  Result<std::vector<Instant>> receipts() const;  // of uploads, by ordinal
  Status load_audit_corrections();

  // practice_decisions.cc
  Status judge_again(Offset cause, Effects* effects, std::uint32_t* lifted);
  Status apply_deadline_extension(RowContext& context, const v1::DeadlineExtension& fact);
  Status apply_officer_decision(RowContext& context, const v1::OfficerDecision& fact);
  Result<std::uint32_t> settle_decided(const OfficerDecision& decision, RowContext& context);
  Result<std::uint32_t> settle_uploaded(Settle settle, const UploadFact& of_upload,
                                        std::optional<std::uint32_t> row, RowContext& context);
  Result<std::uint32_t> clear_unreadable(const OfficerDecision& decision, Offset cause,
                                         Effects* effects);
  Status load_extensions();

  // practice_registration.cc, _opt_out.cc, _activities.cc
  Status apply_registration(RowContext& context, const v1::PracticeRegistration& fact);
  Result<std::optional<Registration>> word_of_registry() const;
  Result<bool> registration_is_the_registrys() const;
  Status apply_opt_out(RowContext& context, const v1::OptOut& fact);
  Status settle_unreadable(RowContext& context);
  Status revoke_opt_out(RowContext& context, const std::string& subject);
  Result<OptOutFact> find_opt_out(std::string_view entity) const;
  void hold_unreadable(RowContext& context, const TinToken& tin);
  Status complete_opt_outs(RowContext& context);
  Status apply_activity(RowContext& context, const v1::ActivityAttestation& fact);
  bool check_activity(RowContext& context, const Subject& subject, const Activity& activity);
  Result<std::uint32_t> clinicians_on_cases(std::uint32_t tin);
  Result<std::vector<Activity>> find_activities(const EntityId& entity) const;

  // practice_reconciliation.cc
  Status apply_sign_off(RowContext& context, const v1::ReconciliationSignOff& fact);
  using SignOffOutcome = parts::SignOffOutcome;
  Status take_back_sign_offs(RowContext& context, const std::vector<std::uint32_t>& tins);
  Status sign_off_tin(RowContext& context, const v1::ReconciliationSignOff& fact, std::uint32_t tin,
                      SignOffOutcome* outcome);
  Result<std::vector<Waiver>> read_waivers(RowContext& context,
                                           const v1::ReconciliationSignOff& fact,
                                           std::uint32_t tin);
  Status find_open(const TinRow& tin, std::vector<OpenFinding>* open);
  Status find_open_of_tin(const TinRow& tin, const RegistrationStanding& registration,
                          std::vector<OpenFinding>* open);
  void find_open_months(const TinRow& tin, std::vector<OpenFinding>* open) const;
  Status find_open_of_pair(const PairRow& pair, std::vector<OpenFinding>* open);
  void find_withheld(const PairRow& pair, std::vector<OpenFinding>* open) const;
  Status find_open_of_npi(const PairRow& pair, std::vector<OpenFinding>* open) const;
  Result<std::set<Npi>> clinicians_over_paid(const RegistrationStanding& registration);
  Status settle(const TinRow& tin, Reconciliation* reconciliation) const;

  Status look_up(std::uint32_t pair);
  Status count_inactive();

  // practice_external.cc, practice_elections.cc, practice_kept.cc
  Status apply_eligibility(RowContext& context, const v1::EligibilitySnapshot& fact);
  Status apply_reweighting(RowContext& context, const v1::ReweightingApproval& fact);
  Status apply_membership(RowContext& context, const v1::EntityMembership& fact);
  Status apply_measure_result(RowContext& context, const v1::MeasureResult& fact);
  Status apply_billed_cases(RowContext& context, const v1::BilledCases& fact);
  Status apply_interoperability(RowContext& context, const v1::PromotingInteroperability& fact);
  Status apply_opt_in(RowContext& context, const v1::OptInElection& fact);
  Result<OptInElection> find_opt_in(std::string_view entity) const;
  Result<ConfirmationFact> find_confirmation(std::string_view subject) const;
  Status apply_partial_tin(RowContext& context, const v1::PartialTinAttestation& fact);
  Status apply_confirmation(RowContext& context, const v1::Confirmation& fact);
  Status confirm_roster(RowContext& context, const v1::Confirmation& fact);
  Status tell_covered_opt_outs(RowContext& context, std::uint32_t tin);
  Status apply_certification(RowContext& context, const v1::Certification& fact);
  Status apply_role_grant(RowContext& context, const v1::RoleGrant& fact);
  Status apply_cms_feedback(RowContext& context, const v1::CmsFeedback& fact);
  Status apply_review_authorisation(RowContext& context, const v1::ReviewAuthorisation& fact);
  Status apply_review_case(RowContext& context, const v1::ReviewCase& fact);
  Status apply_audit_correction(RowContext& context, const v1::AuditCorrection& fact);

  // practice_facts.cc: of a pair or a group alike
  Result<Eligibility> find_eligibility(const EntityId& entity) const;
  Result<InteroperabilityStanding> find_interoperability(const EntityId& entity) const;
  Result<std::vector<MeasureResult>> find_measure_results(const EntityId& entity) const;
  Result<std::vector<Reweighting>> find_reweighting(const EntityId& entity) const;
  Result<std::vector<Membership>> find_memberships(const EntityId& entity) const;

  Status add_facts(const EntityId& entity, const TinRow& tin, scoring::ScoreInput* input) const;

  // practice_verify.cc
  Status compare_sums();

  // practice_roster.cc
  Status stage_roster_entry(RowContext& context, const v1::RosterEntry& entry);
  Status complete_roster(RowContext& context);
  Result<std::vector<PairRow>> staged_roster(std::string_view upload_id) const;
  using RosterDrop = parts::RosterDrop;
  RosterDrop roster_drop(const std::vector<PairRow>& staged) const;
  Result<std::string> waiting_roster() const;
  Result<bool> roster_is_superseded(const UploadFact& waiting) const;
  Status take_waiting_roster(const std::string& upload_id, UploadFact waiting,
                             const std::vector<PairRow>& staged, Offset cause, Effects* effects);
  Status take_roster(const std::vector<PairRow>& staged, std::string_view upload_id, Offset cause,
                     Effects* effects);
  void drop_stage(std::string_view upload_id);
  Status refold(Offset cause, Effects* effects);

  // practice_permissions.cc
  Status apply_individual_consent(RowContext& context, const v1::IndividualConsent& fact);
  Status apply_officer_consent(RowContext& context, const v1::OfficerConsent& fact);
  Status apply_reporting_option(RowContext& context, const v1::ReportingOption& fact);
  Result<bool> apply_consent(RowContext& context, FactKind kind, std::string_view subject,
                             bool grants, const ConsentScope& scope,
                             std::string_view calendar_kind);
  Origin origin_of(const RowContext& context) const;

  PracticeYear id_;
  const YearLedgerRules& rules_;
  const Key256& entity_key_;
  const RowReader& rows_;
  StateDigest digest_;
  FactTable facts_;
  PairTable pairs_;
  NpiStandings npis_{&facts_};
  CountTable counts_;
  std::unique_ptr<CaseIndex> cases_;
  std::uint32_t upload_count_ = 0;
  bool dirty_ = false;
  bool contribute_again_ = false;
  std::vector<calendar::Extension> extensions_;
  std::vector<AuditCorrection> audit_corrections_;
  TouchedEntities touched_;  // since the last take_touched()
  DerivedCounts derived_;
  // Answers of reconciliation() since the state changed last.
  std::unordered_map<std::uint32_t, Reconciliation> reconciliations_;
  std::unordered_map<std::string, LiveUpload> uploads_;
  std::optional<EntityCounts> shared_counts_;  // what shared_counts() gave last
  using JudgedMonths = parts::JudgedMonths;
  JudgedMonths judged_;
  FileTimes file_times_;
};

}  // namespace qcdr::ledger
