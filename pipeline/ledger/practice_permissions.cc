// Consents and elections.
#include "calendar/judge.h"
#include "ledger/encoding.h"
#include "ledger/practice_ledger.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::ledger {

using rulebook::CalendarOutcome;

Origin PracticeLedger::origin_of(const RowContext& context) const {
  return {context.received_at, context.upload->ordinal, context.row->ordinal()};
}

// Tells whether anything changed.
Result<bool> PracticeLedger::apply_consent(RowContext& context, FactKind kind,
                                           std::string_view subject, bool grants,
                                           const ConsentScope& scope,
                                           std::string_view calendar_kind) {
  Consent consent;
  if (const FactValue* value = facts_.find(kind, subject)) {
    QCDR_ASSIGN_OR_RETURN(consent, Consent::decode(*value));
  }
  bool changed = false;
  bool held = false;
  if (grants && !takes_back(context)) {
    std::string_view rule;
    const CalendarOutcome outcome = judge_record(context, calendar_kind, false, &rule);
    if (outcome == CalendarOutcome::kRejectedLate) {
      reject(context, FindingCode::RECEIVED_LATE_REJECTED, {std::string(rule)});
      return false;
    }
    const bool on_time = outcome != CalendarOutcome::kLateHeld;
    changed = grant(&consent, on_time, scope, origin_of(context));
    held = changed && !on_time;
    if (held) tell(context, FindingCode::RECEIVED_LATE_HELD, {std::string(rule)});
  } else {
    changed = revoke(&consent, origin_of(context));
    if (changed) tell(context, FindingCode::CONSENT_REVOKED);
  }
  if (!changed) {
    ++context.upload->rows_duplicate;
    return false;
  }
  ++(held ? context.upload->rows_held : context.upload->rows_accepted);
  facts_.put(kind, subject, consent.encode());
  QCDR_RETURN_IF_ERROR(note_record_id(context));
  return true;
}

Status PracticeLedger::apply_individual_consent(RowContext& context,
                                                const v1::IndividualConsent& fact) {
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(context, fact.tin(), fact.npi()));
  if (!subject.pair || !pairs_.pair(*subject.pair).listed) {
    tell(context, FindingCode::CONSENT_PAIR_UNKNOWN);
  }
  ConsentScope scope;
  scope.categories = category_bits(fact.categories());
  scope.from = LocalDate::from_days(fact.effective_from());
  scope.to = LocalDate::from_days(fact.expires_on());
  QCDR_ASSIGN_OR_RETURN(const bool changed,
                        apply_consent(context, FactKind::kIndividualConsent, subject.entity.bytes(),
                                      fact.action() == v1::CONSENT_ACTION_GRANT, scope,
                                      rulebook::kinds::kIndividualConsent));
  if (changed) touch_subject(subject, context);
  return Status::ok();
}

Status PracticeLedger::apply_officer_consent(RowContext& context, const v1::OfficerConsent& fact) {
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t tin, tin_of(context, fact.tin()));
  ConsentScope scope;
  scope.categories = category_bits(fact.categories());
  QCDR_ASSIGN_OR_RETURN(const bool changed, apply_consent(context, FactKind::kOfficerConsent,
                                                          pairs_.tins()[tin].token.bytes(),
                                                          fact.action() == v1::CONSENT_ACTION_GRANT,
                                                          scope, rulebook::kinds::kOfficerConsent));
  if (changed) touch_tin(tin, context.offset, context.effects);
  return Status::ok();
}

Status PracticeLedger::apply_reporting_option(RowContext& context,
                                              const v1::ReportingOption& fact) {
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t tin, tin_of(context, fact.tin()));
  const std::string subject(pairs_.tins()[tin].token.bytes());
  if (takes_back(context)) return take_back(context, FactKind::kReportingOption, subject);
  ReportingOptionFact option;
  if (const FactValue* value = facts_.find(FactKind::kReportingOption, subject)) {
    QCDR_ASSIGN_OR_RETURN(option, ReportingOptionFact::decode(*value));
  }
  Election election;
  election.level = static_cast<std::uint8_t>(fact.level());
  election.pathway = static_cast<std::uint8_t>(fact.pathway());
  election.origin = origin_of(context);
  std::string_view rule;
  const CalendarOutcome outcome =
      judge_record(context, rulebook::kinds::kReportingOption, false, &rule);
  if (outcome == CalendarOutcome::kRejectedLate) {
    reject(context, FindingCode::RECEIVED_LATE_REJECTED, {std::string(rule)});
    return Status::ok();
  }
  const bool held = outcome == CalendarOutcome::kLateHeld;
  if (!take_election(&option, election, !held)) {
    ++context.upload->rows_duplicate;
    return Status::ok();
  }
  if (held) tell(context, FindingCode::RECEIVED_LATE_HELD, {std::string(rule)});
  ++(held ? context.upload->rows_held : context.upload->rows_accepted);
  facts_.put(FactKind::kReportingOption, subject, option.encode());
  QCDR_RETURN_IF_ERROR(note_record_id(context));
  touch_tin_and_pairs(tin, context);
  return held ? Status::ok() : tell_covered_opt_outs(context, tin);
}

}  // namespace qcdr::ledger
