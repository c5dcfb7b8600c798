#include "batch_rows.h"
#include "rulebook/calendar_kinds.h"

namespace qcdr::batch {
namespace {

using rulebook::CalendarOutcome;

// A late yes is held; a no takes effect at once, whatever the date.
void apply_no(const RowPlace& place, Permission* permission) {
  if (permission->standing == Standing::kRevoked) {
    ++place.upload->duplicate;
    return;
  }
  *permission = {Standing::kRevoked, place.origin()};
  place.upload->tell(FindingCode::CONSENT_REVOKED);
  ++place.upload->accepted;
}

void apply_yes(const RowPlace& place, Permission* permission, CalendarOutcome outcome) {
  if (outcome == CalendarOutcome::kRejectedLate) {
    place.upload->tell(FindingCode::RECEIVED_LATE_REJECTED);
    ++place.upload->rejected;
    return;
  }
  const Standing wanted =
      outcome == CalendarOutcome::kLateHeld ? Standing::kHeld : Standing::kOnTime;
  // What stands is as good already.
  if (permission->standing == wanted || permission->standing == Standing::kOnTime) {
    ++place.upload->duplicate;
    return;
  }
  *permission = {wanted, place.origin()};
  if (wanted == Standing::kHeld) {
    place.upload->tell(FindingCode::RECEIVED_LATE_HELD);
    ++place.upload->held;
  } else {
    ++place.upload->accepted;
  }
}

template <class Key>
void apply_permission(const RowPlace& place, std::map<Key, Permission>* permissions,
                      const Key& subject, bool grants, std::string_view kind) {
  const auto known = permissions->find(subject);
  Permission permission;
  if (known != permissions->end()) permission = known->second;
  if (grants) {
    apply_yes(place, &permission, judge(*place.season->rules, kind, place.received(), 0, false));
  } else {
    apply_no(place, &permission);
  }
  if (permission.standing != Standing::kNone) (*permissions)[subject] = permission;
}

bool same_election(const Election& a, const Election& b) {
  return a.level == b.level && a.pathway == b.pathway;
}

}  // namespace

Status take_consent(const RowPlace& place) {
  const v1::IndividualConsent& fact = place.row->individual_consent();
  QCDR_ASSIGN_OR_RETURN(const std::optional<TinToken> tin, place.note_tin(fact.tin()));
  if (!tin || fact.npi() == 0) {
    ++place.upload->rejected;
    return Status::ok();
  }
  const PairName pair{*tin, fact.npi()};
  if (!place.season->listed(pair)) place.upload->tell(FindingCode::CONSENT_PAIR_UNKNOWN);
  apply_permission(place, &place.season->consents, pair, fact.action() == v1::CONSENT_ACTION_GRANT,
                   rulebook::kinds::kIndividualConsent);
  return Status::ok();
}

Status take_officer_consent(const RowPlace& place) {
  const v1::OfficerConsent& fact = place.row->officer_consent();
  QCDR_ASSIGN_OR_RETURN(const std::optional<TinToken> tin, place.note_tin(fact.tin()));
  if (!tin) {
    ++place.upload->rejected;
    return Status::ok();
  }
  apply_permission(place, &place.season->officer_consents, *tin,
                   fact.action() == v1::CONSENT_ACTION_GRANT, rulebook::kinds::kOfficerConsent);
  return Status::ok();
}

Status take_election(const RowPlace& place) {
  const v1::ReportingOption& fact = place.row->reporting_option();
  QCDR_ASSIGN_OR_RETURN(const std::optional<TinToken> tin, place.note_tin(fact.tin()));
  const CalendarOutcome outcome =
      judge(*place.season->rules, rulebook::kinds::kReportingOption, place.received(), 0, false);
  if (!tin || outcome == CalendarOutcome::kRejectedLate) {
    if (tin) place.upload->tell(FindingCode::RECEIVED_LATE_REJECTED);
    ++place.upload->rejected;
    return Status::ok();
  }
  Elections& elections = place.season->elections[*tin];
  const bool late = outcome == CalendarOutcome::kLateHeld;
  Election& subject = late ? elections.held : elections.in_force;
  const Election fresh{static_cast<std::uint32_t>(fact.level()),
                       static_cast<std::uint32_t>(fact.pathway()), place.origin()};
  if (same_election(subject, fresh)) {
    ++place.upload->duplicate;
    return Status::ok();
  }
  subject = fresh;
  if (!late) elections.held = Election();  // what is said last counts
  if (late) {
    place.upload->tell(FindingCode::RECEIVED_LATE_HELD);
    ++place.upload->held;
  } else {
    ++place.upload->accepted;
  }
  return Status::ok();
}

}  // namespace qcdr::batch
