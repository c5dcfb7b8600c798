// Records that are kept with their origin for what comes after the season's data: certification,
// roles, CMS's feedback, reviews. And audit corrections, which let cases in.
#include <algorithm>

#include "ledger/encoding.h"
#include "ledger/practice_ledger.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::ledger {
namespace {

void write_optional(bool present, std::int64_t value, ByteWriter* writer) {
  writer->u8(present ? 1 : 0);
  if (present) writer->signed_varint(value);
}

std::string encode(const v1::CmsFeedback& fact) {
  ByteWriter writer = begin_content();
  writer.u8(fact.action() == v1::CONSENT_ACTION_REVOKE ? 0 : 1);
  writer.signed_varint(fact.released_on());
  writer.signed_varint(fact.final_score());
  write_optional(fact.has_adjustment(), fact.adjustment(), &writer);
  write_optional(fact.has_complex_patient_bonus(), fact.complex_patient_bonus(), &writer);
  writer.text(fact.purpose());
  writer.text(fact.document_sha256());
  writer.varint(static_cast<std::uint64_t>(fact.categories_size()));
  for (const v1::FeedbackCategory& category : fact.categories()) {
    writer.u8(static_cast<std::uint8_t>(category.category()));
    writer.signed_varint(category.percent());
    writer.varint(category.weight());
  }
  writer.varint(static_cast<std::uint64_t>(fact.measures_size()));
  for (const v1::FeedbackMeasure& measure : fact.measures()) {
    writer.text(measure.measure_id());
    writer.signed_varint(measure.points());
    write_optional(measure.has_performance_rate(), measure.performance_rate(), &writer);
    writer.u8(measure.picked() ? 1 : 0);
  }
  return writer.take();
}

std::string encode(const v1::ReviewCase& fact, const EntityId& entity) {
  ByteWriter writer = begin_content();
  writer.raw(entity.bytes());
  writer.u8(static_cast<std::uint8_t>(fact.state()));
  writer.u8(static_cast<std::uint8_t>(fact.cause()));
  writer.signed_varint(fact.reached_at());
  writer.signed_varint(fact.documents_due_at());
  write_optional(fact.has_revised_score(), fact.revised_score(), &writer);
  writer.text(fact.cms_number());
  writer.text(fact.text());
  return writer.take();
}

}  // namespace

Status PracticeLedger::apply_certification(RowContext& context, const v1::Certification& fact) {
  Certification certification;
  certification.payload_root = fact.payload_root();
  certification.documents = fact.documents();
  certification.replaces = fact.replaces();
  certification.signed_at = Instant::from_milliseconds(fact.signer().signed_at());
  QCDR_RETURN_IF_ERROR(take_record(context, FactKind::kCertification, fact.batch_id(),
                                   certification.encode(), rulebook::kinds::kCertification)
                           .status());
  touch_all(context.offset, context.effects);
  return Status::ok();
}

Result<Certification> PracticeLedger::certification() const {
  Certification latest;
  QCDR_RETURN_IF_ERROR(for_each_versions(
      FactKind::kCertification, "",
      [&](std::string_view subject, const VersionedFact& fact) -> Status {
        if (!fact.in_force.present()) return Status::ok();
        QCDR_ASSIGN_OR_RETURN(Certification found, Certification::decode(fact.in_force.content));
        found.batch_id = subject;
        found.origin = fact.in_force.origin;
        if (!latest.present() || !(found.origin.received_at < latest.origin.received_at)) {
          latest = std::move(found);
        }
        return Status::ok();
      }));
  return latest;
}

Status PracticeLedger::apply_role_grant(RowContext& context, const v1::RoleGrant& fact) {
  ByteWriter subject;
  subject.text(fact.subject());
  subject.u8(static_cast<std::uint8_t>(fact.role()));
  subject.u8(static_cast<std::uint8_t>(fact.organisation()));
  subject.text(fact.organisation_id());
  if (fact.tin() != 0) {
    QCDR_ASSIGN_OR_RETURN(const Subject entity, subject_of(context, fact.tin(), fact.npi()));
    subject.raw(entity.entity.bytes());
  }
  ByteWriter content = begin_content();
  content.u8(fact.action() == v1::CONSENT_ACTION_REVOKE ? 0 : 1);
  return take_record(context, FactKind::kRoleGrant, subject.take(), content.take(),
                     rulebook::kinds::kRoleGrant)
      .status();
}

Status PracticeLedger::apply_cms_feedback(RowContext& context, const v1::CmsFeedback& fact) {
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(context, fact.tin(), fact.npi()));
  ByteWriter key;
  key.raw(subject.entity.bytes());
  key.u8(static_cast<std::uint8_t>(fact.stage()));
  key.big_u32(fact.version());
  return take_record(context, FactKind::kCmsFeedback, key.take(), encode(fact),
                     rulebook::kinds::kCmsFeedback)
      .status();
}

Status PracticeLedger::apply_review_authorisation(RowContext& context,
                                                  const v1::ReviewAuthorisation& fact) {
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(context, fact.tin(), fact.npi()));
  ByteWriter content = begin_content();
  const bool given = fact.action() != v1::CONSENT_ACTION_REVOKE;
  content.u8(given ? 1 : 0);
  return take_record(context, FactKind::kReviewAuthorisation, std::string(subject.entity.bytes()),
                     content.take(),
                     given ? rulebook::kinds::kReviewAuthorisation : rulebook::kinds::kConfirmation)
      .status();
}

Status PracticeLedger::apply_review_case(RowContext& context, const v1::ReviewCase& fact) {
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(context, fact.tin(), fact.npi()));
  return take_record(context, FactKind::kReviewCase, fact.case_id(), encode(fact, subject.entity),
                     rulebook::kinds::kReviewCase)
      .status();
}

// Names cases that count although they came, or come, after the final date. The registry names
// them, so that an officer's refusal before ends with it.
Status PracticeLedger::apply_audit_correction(RowContext& context,
                                              const v1::AuditCorrection& fact) {
  AuditCorrection correction;
  correction.opens_at = Instant::from_milliseconds(fact.opens_at());
  correction.closes_at = Instant::from_milliseconds(fact.closes_at());
  correction.reason = fact.reason();
  for (const std::string& text : fact.case_tokens()) {
    QCDR_ASSIGN_OR_RETURN(const CaseToken token, CaseToken::from_string(text));
    correction.cases.push_back(token);
  }
  std::sort(correction.cases.begin(), correction.cases.end());
  correction.cases.erase(std::unique(correction.cases.begin(), correction.cases.end()),
                         correction.cases.end());
  QCDR_ASSIGN_OR_RETURN(const bool accepted,
                        take_record(context, FactKind::kAuditCorrection, fact.audit_finding(),
                                    correction.encode(), rulebook::kinds::kAuditCorrection));
  if (!accepted) return Status::ok();
  QCDR_RETURN_IF_ERROR(load_audit_corrections());
  QCDR_ASSIGN_OR_RETURN(const std::vector<Instant> received, receipts());
  std::uint32_t lifted = 0;
  for (const CaseToken& token : correction.cases) {
    QCDR_ASSIGN_OR_RETURN(const auto place, cases_->find(token));
    if (!place) continue;
    QCDR_ASSIGN_OR_RETURN(CaseEntry entry, cases_->read(*place));
    if (!entry.held) continue;
    QCDR_ASSIGN_OR_RETURN(const bool open, audit_accepts(correction, received[entry.held->upload],
                                                         *rules_.year, facts_));
    if (!open) continue;
    let_in(CountClass::kMilestoneMissed, &entry);
    QCDR_RETURN_IF_ERROR(change_case(entry, context.offset, context.effects));
    ++lifted;
  }
  if (lifted > 0) tell(context, FindingCode::HOLD_LIFTED, {std::to_string(lifted)});
  touch_all(context.offset, context.effects);  // it may keep sets here
  return Status::ok();
}

}  // namespace qcdr::ledger
