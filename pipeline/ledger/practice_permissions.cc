// Consents and elections.
#include "calendar/judge.h"
#include "ledger/practice_ledger.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::ledger {

using rulebook::CalendarOutcome;

Origin PracticeLedger::origin_of(const RowContext& context) const {
  return {context.received_at, context.upload->ordinal, context.row->ordinal()};
}

Status PracticeLedger::apply_consent(RowContext& context, FactKind kind, std::string_view subject,
                                     bool grants, std::string_view calendar_kind) {
  Consent consent;
  if (const FactValue* value = facts_.find(kind, subject)) {
    QCDR_ASSIGN_OR_RETURN(consent, Consent::decode(*value));
  }
  bool changed = false;
  bool held = false;
  if (grants) {
    const calendar::Judgement judgement =
        calendar::judge(*rules_.year, calendar_kind, context.received_at, std::nullopt, false, {});
    if (judgement.outcome == CalendarOutcome::kRejectedLate) {
      tell(context, FindingCode::RECEIVED_LATE_REJECTED, {std::string(judgement.rule_name)});
      ++context.upload->rows_rejected;
      return Status::ok();
    }
    const bool on_time = judgement.outcome != CalendarOutcome::kLateHeld;
    changed = grant(&consent, on_time, origin_of(context));
    held = changed && !on_time;
    if (held) tell(context, FindingCode::RECEIVED_LATE_HELD, {std::string(judgement.rule_name)});
  } else {
    changed = revoke(&consent, origin_of(context));
    if (changed) tell(context, FindingCode::CONSENT_REVOKED);
  }
  if (!changed) {
    ++context.upload->rows_duplicate;
    return Status::ok();
  }
  ++(held ? context.upload->rows_held : context.upload->rows_accepted);
  facts_.put(kind, subject, consent.encode());
  return Status::ok();
}

Status PracticeLedger::apply_individual_consent(RowContext& context,
                                                const v1::IndividualConsent& fact) {
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t tin, tin_of(context, fact.tin()));
  const Npi npi = Npi::from_trusted(fact.npi());
  const EntityId entity =
      make_individual_entity(entity_key_, id_.year, pairs_.tins()[tin].token, npi);
  const auto pair = pairs_.find_pair(tin, npi);
  if (!pair || !pairs_.pair(*pair).listed) tell(context, FindingCode::CONSENT_PAIR_UNKNOWN);
  return apply_consent(context, FactKind::kIndividualConsent, entity.bytes(),
                       fact.action() == v1::CONSENT_ACTION_GRANT,
                       rulebook::kinds::kIndividualConsent);
}

Status PracticeLedger::apply_officer_consent(RowContext& context, const v1::OfficerConsent& fact) {
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t tin, tin_of(context, fact.tin()));
  return apply_consent(context, FactKind::kOfficerConsent, pairs_.tins()[tin].token.bytes(),
                       fact.action() == v1::CONSENT_ACTION_GRANT, rulebook::kinds::kOfficerConsent);
}

Status PracticeLedger::apply_reporting_option(RowContext& context,
                                              const v1::ReportingOption& fact) {
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t tin, tin_of(context, fact.tin()));
  const std::string_view subject = pairs_.tins()[tin].token.bytes();
  ReportingOptionFact option;
  if (const FactValue* value = facts_.find(FactKind::kReportingOption, subject)) {
    QCDR_ASSIGN_OR_RETURN(option, ReportingOptionFact::decode(*value));
  }
  Election election;
  election.level = static_cast<std::uint8_t>(fact.level());
  election.pathway = static_cast<std::uint8_t>(fact.pathway());
  election.origin = origin_of(context);
  const calendar::Judgement judgement =
      calendar::judge(*rules_.year, rulebook::kinds::kReportingOption, context.received_at,
                      std::nullopt, false, {});
  if (judgement.outcome == CalendarOutcome::kRejectedLate) {
    tell(context, FindingCode::RECEIVED_LATE_REJECTED, {std::string(judgement.rule_name)});
    ++context.upload->rows_rejected;
    return Status::ok();
  }
  const bool held = judgement.outcome == CalendarOutcome::kLateHeld;
  Election& place = held ? option.held : option.in_force;
  if (place.level == election.level && place.pathway == election.pathway) {
    ++context.upload->rows_duplicate;
    return Status::ok();
  }
  place = election;
  if (!held) option.held = Election();
  if (held) tell(context, FindingCode::RECEIVED_LATE_HELD, {std::string(judgement.rule_name)});
  ++(held ? context.upload->rows_held : context.upload->rows_accepted);
  facts_.put(FactKind::kReportingOption, subject, option.encode());
  return Status::ok();
}

}  // namespace qcdr::ledger
