#include <algorithm>

#include "batch_rows.h"
#include "rulebook/calendar_kinds.h"

namespace qcdr::batch {
namespace {

using rulebook::CalendarOutcome;

// What both cover.
Scope narrowed(const Scope& a, const Scope& b) {
  constexpr std::uint8_t kNoCategory = 1;
  Scope both;
  both.categories = static_cast<std::uint8_t>(a.categories & b.categories);
  if (a.categories == 0 || b.categories == 0) {
    both.categories = static_cast<std::uint8_t>(a.categories | b.categories);
  } else if (both.categories == 0) {
    both.categories = kNoCategory;
  }
  both.from = std::max(a.from, b.from);
  both.to = a.to == 0 || b.to == 0 ? std::max(a.to, b.to) : std::min(a.to, b.to);
  return both;
}

// A late yes is held, and narrows at most what is given already.
void grant(const RowPlace& place, const FactName& name, const Scope& scope,
           std::string_view calendar_kind) {
  const CalendarOutcome outcome = judge(*place.season, calendar_kind, place.received(), 0, false);
  if (outcome == CalendarOutcome::kRejectedLate) {
    return reject(place, FindingCode::RECEIVED_LATE_REJECTED);
  }
  const bool late = outcome == CalendarOutcome::kLateHeld;
  const auto known = place.season->permissions.find(name);
  const Permission before = known == place.season->permissions.end() ? Permission() : known->second;
  Permission after{late ? Standing::kHeld : Standing::kOnTime, scope, place.origin(), {}};
  if (late && before.standing == Standing::kOnTime) {
    after = before;
    after.scope = narrowed(before.scope, scope);
    if (!(after.scope == before.scope)) after.origin = place.origin();
    after.more.reset();
    if (!(after.scope == scope)) after.more = {scope, place.origin()};
  }
  const bool known_already =
      before.standing == after.standing || (late && before.standing == Standing::kRefused);
  if (known_already && before.scope == after.scope &&
      before.more.has_value() == after.more.has_value() &&
      (!after.more || before.more->first == after.more->first)) {
    ++place.upload->duplicate;
    return;
  }
  if (late) place.upload->tell(FindingCode::RECEIVED_LATE_HELD);
  ++(late ? place.upload->held : place.upload->accepted);
  place.season->permissions[name] = after;
  remember_record(place);
}

template <class Fact>
Scope scope_of(const Fact& fact) {
  Scope scope;
  for (const auto category : fact.categories()) {
    scope.categories =
        static_cast<std::uint8_t>(scope.categories | 1U << static_cast<unsigned>(category));
  }
  return scope;
}

std::size_t opted_out_under(const Season& season, const TinToken& tin) {
  std::size_t found = 0;
  for (const auto& [name, pair] : season.pairs) {
    if (!(name.tin == tin)) continue;
    const auto state = season.opt_outs.find(std::string(season.entity(name).bytes()));
    if (state != season.opt_outs.end() && state->second.filed) ++found;
  }
  return found;
}

bool same_election(const Election& a, const Election& b) {
  return a.level == b.level && a.pathway == b.pathway;
}

}  // namespace

// A no takes effect at once, whatever the date.
void revoke_permission(const RowPlace& place, const FactName& name) {
  Permission& permission = place.season->permissions[name];
  if (permission.standing == Standing::kRevoked) {
    ++place.upload->duplicate;
    return;
  }
  permission.standing = Standing::kRevoked;
  permission.origin = place.origin();
  permission.more.reset();
  place.upload->tell(FindingCode::CONSENT_REVOKED);
  ++place.upload->accepted;
  remember_record(place);
}

Status take_consent(const RowPlace& place) {
  const v1::IndividualConsent& fact = place.row->individual_consent();
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(place, fact.tin(), fact.npi()));
  if (!place.season->listed({subject.tin, subject.npi})) {
    place.upload->tell(FindingCode::CONSENT_PAIR_UNKNOWN);
  }
  const FactName name{kConsent, subject.entity};
  if (takes_back(place) || fact.action() != v1::CONSENT_ACTION_GRANT) {
    revoke_permission(place, name);
    return Status::ok();
  }
  Scope scope = scope_of(fact);
  scope.from = fact.effective_from();
  scope.to = fact.expires_on();
  grant(place, name, scope, rulebook::kinds::kIndividualConsent);
  return Status::ok();
}

Status take_officer_consent(const RowPlace& place) {
  const v1::OfficerConsent& fact = place.row->officer_consent();
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(place, fact.tin(), 0));
  const FactName name{kOfficerConsent, std::string(subject.tin.bytes())};
  if (takes_back(place) || fact.action() != v1::CONSENT_ACTION_GRANT) {
    revoke_permission(place, name);
  } else {
    grant(place, name, scope_of(fact), rulebook::kinds::kOfficerConsent);
  }
  return Status::ok();
}

// In time, another election takes the place of the one in force, and any takes a held one away.
Status take_election(const RowPlace& place) {
  const v1::ReportingOption& fact = place.row->reporting_option();
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(place, fact.tin(), 0));
  const std::string tin(subject.tin.bytes());
  if (takes_back(place)) {
    take_back(place, {kElection, tin});
    return Status::ok();
  }
  const CalendarOutcome outcome =
      judge(*place.season, rulebook::kinds::kReportingOption, place.received(), 0, false);
  if (outcome == CalendarOutcome::kRejectedLate) {
    reject(place, FindingCode::RECEIVED_LATE_REJECTED);
    return Status::ok();
  }
  const Election fresh{static_cast<std::uint32_t>(fact.level()),
                       static_cast<std::uint32_t>(fact.pathway()), place.origin()};
  Elections elections;
  const auto known = place.season->elections.find(tin);
  if (known != place.season->elections.end()) elections = known->second;
  const bool late = outcome == CalendarOutcome::kLateHeld;
  const bool something_held = elections.held.level != 0;
  const bool same = same_election(elections.in_force, fresh);
  if (late ? same_election(something_held ? elections.held : elections.in_force, fresh)
           : same && !something_held) {
    ++place.upload->duplicate;
    return Status::ok();
  }
  elections.held_refused = false;
  if (late) {
    elections.held = fresh;
    place.upload->tell(FindingCode::RECEIVED_LATE_HELD);
    ++place.upload->held;
  } else {
    if (!same) {
      elections.in_force = fresh;
      elections.let_in_at_upload = 0;
    }
    elections.held = Election();
    ++place.upload->accepted;
  }
  place.season->elections[tin] = elections;
  remember_record(place);
  const bool as_group = elections.in_force.level == v1::REPORTING_LEVEL_GROUP ||
                        elections.in_force.level == v1::REPORTING_LEVEL_BOTH;
  if (!late && as_group && opted_out_under(*place.season, subject.tin) > 0) {
    place.upload->tell(FindingCode::GROUP_COVERS_OPTED_OUT);
  }
  return Status::ok();
}

}  // namespace qcdr::batch
