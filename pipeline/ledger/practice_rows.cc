// One row of an upload: to the fold of its kind, if who sends it may state that.
#include "ledger/actor_authority.h"
#include "ledger/practice_ledger.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::ledger {
namespace {

// A no that somebody says again after a yes: it is safe to hear it twice, and not safe to miss it.
bool is_refusal(const v1::Row& row) {
  if (row.action() != v1::ROW_ACTION_UNSPECIFIED) return false;
  if (row.has_individual_consent()) {
    return row.individual_consent().action() == v1::CONSENT_ACTION_REVOKE;
  }
  if (row.has_officer_consent()) {
    return row.officer_consent().action() == v1::CONSENT_ACTION_REVOKE;
  }
  return row.has_opt_out() && row.opt_out().action() == v1::CONSENT_ACTION_GRANT;
}

}  // namespace

Status PracticeLedger::apply_row(RowContext& context) {
  const v1::Row& row = *context.row;
  for (const v1::Verdict& verdict : row.verdicts()) tell_verdict(verdict, context, true);
  if (!may_state(context.chunk->actor(), context.chunk->kind())) {
    const rulebook::RecordAuthority* kind =
        rulebook::find_record_authority(static_cast<std::uint32_t>(context.chunk->kind()));
    reject(context, FindingCode::AUTHORITY_MISSING,
           {std::string(kind == nullptr ? "this record" : kind->name)});
    return Status::ok();
  }
  if (row.fact_case() != v1::Row::FACT_NOT_SET) return apply_fact(context);
  if (takes_back(context)) return take_back_named(context);
  ++context.upload->rows_rejected;
  if (context.chunk->kind() == v1::RECORD_KIND_OPT_OUT) hold_unreadable(context, TinToken());
  return Status::ok();
}

Status PracticeLedger::apply_fact(RowContext& context) {
  const v1::Row& row = *context.row;
  switch (row.fact_case()) {
    case v1::Row::kAnesthesiaCase:
      return apply_case(context, row.anesthesia_case());
    case v1::Row::kRosterEntry:
      return stage_roster_entry(context, row.roster_entry());
    case v1::Row::kIndividualConsent:
      return apply_individual_consent(context, row.individual_consent());
    case v1::Row::kOfficerConsent:
      return apply_officer_consent(context, row.officer_consent());
    case v1::Row::kReportingOption:
      return apply_reporting_option(context, row.reporting_option());
    case v1::Row::kPracticeRegistration:
      return apply_registration(context, row.practice_registration());
    case v1::Row::kReconciliationSignOff:
      return apply_sign_off(context, row.reconciliation_sign_off());
    case v1::Row::kActivityAttestation:
      return apply_activity(context, row.activity_attestation());
    case v1::Row::kOptOut:
      return apply_opt_out(context, row.opt_out());
    case v1::Row::kMeasureResult:
      return apply_measure_result(context, row.measure_result());
    case v1::Row::kBilledCases:
      return apply_billed_cases(context, row.billed_cases());
    case v1::Row::kPromotingInteroperability:
      return apply_interoperability(context, row.promoting_interoperability());
    case v1::Row::kEligibilitySnapshot:
      return apply_eligibility(context, row.eligibility_snapshot());
    case v1::Row::kReweightingApproval:
      return apply_reweighting(context, row.reweighting_approval());
    case v1::Row::kEntityMembership:
      return apply_membership(context, row.entity_membership());
    case v1::Row::kCertification:
      return apply_certification(context, row.certification());
    case v1::Row::kOfficerDecision:
      return apply_officer_decision(context, row.officer_decision());
    case v1::Row::kConfirmation:
      return apply_confirmation(context, row.confirmation());
    case v1::Row::kOptInElection:
      return apply_opt_in(context, row.opt_in_election());
    case v1::Row::kPartialTinAttestation:
      return apply_partial_tin(context, row.partial_tin_attestation());
    case v1::Row::kRoleGrant:
      return apply_role_grant(context, row.role_grant());
    case v1::Row::kCmsFeedback:
      return apply_cms_feedback(context, row.cms_feedback());
    case v1::Row::kReviewAuthorisation:
      return apply_review_authorisation(context, row.review_authorisation());
    case v1::Row::kReviewCase:
      return apply_review_case(context, row.review_case());
    case v1::Row::kDeadlineExtension:
      return apply_deadline_extension(context, row.deadline_extension());
    case v1::Row::kAuditCorrection:
      return apply_audit_correction(context, row.audit_correction());
    case v1::Row::FACT_NOT_SET:
      break;
  }
  // A fold that skipped what it does not know would never be able to say what it missed.
  return Status(ErrorCode::kFailedPrecondition,
                "a kind of record that this generation does not fold");
}

// The same bytes again change nothing. But a file of refusals that comes again later, after a yes
// between, says no again: receipts differ, so it is no retransmission. Its rows were counted
// before.
Status PracticeLedger::repeat_refusals(RowContext& context) {
  if (context.upload->refused || context.received_at <= context.upload->received_at) {
    return Status::ok();
  }
  UploadFact uncounted = *context.upload;
  context.upload = &uncounted;
  for (const v1::Row& row : context.rows->rows()) {
    if (!is_refusal(row)) continue;
    context.row = &row;
    QCDR_RETURN_IF_ERROR(apply_fact(context));
  }
  return Status::ok();
}

Result<PracticeLedger::Subject> PracticeLedger::subject_of(const RowContext& context,
                                                           std::uint32_t tin, std::uint64_t npi) {
  Subject subject;
  QCDR_ASSIGN_OR_RETURN(subject.tin, tin_of(context, tin));
  const TinRow& row = pairs_.tins()[subject.tin];
  subject.group = npi == 0;
  if (subject.group) {
    subject.entity = row.group_entity;
    return subject;
  }
  subject.pair = pairs_.find_pair(subject.tin, Npi::from_trusted(npi));
  subject.entity = subject.pair ? pairs_.pair(*subject.pair).entity
                                : make_individual_entity(entity_key_, id_.year, row.token,
                                                         Npi::from_trusted(npi));
  return subject;
}

}  // namespace qcdr::ledger
