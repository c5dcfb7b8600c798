// What is held, and what lets it in: extensions, officers, lifted holds.
#include <algorithm>
#include <functional>

#include "batch_rows.h"
#include "core/bytes.h"
#include "qcdr/v1/common.pb.h"
#include "rulebook/calendar_kinds.h"

namespace qcdr::batch {
namespace {

namespace kinds = rulebook::kinds;
using rulebook::CalendarOutcome;

// Something that waits.
struct Held {
  FactName name;
  Origin origin;
  std::string_view calendar_kind;
  bool replaces_one_in_time = false;
};

using ShallLift = std::function<bool(const Held&)>;

std::string_view calendar_kind_of(Kind kind) {
  switch (kind) {
    case kConsent:
      return kinds::kIndividualConsent;
    case kOfficerConsent:
      return kinds::kOfficerConsent;
    case kElection:
      return kinds::kReportingOption;
    case kRegistration:
      return kinds::kRegistration;
    case kOptOut:
      return kinds::kOptOutRevocation;
    case kActivity:
      return kinds::kActivityAttestation;
    case kSignOff:
      return kinds::kReconciliationSignOff;
    case kBilledCases:
      return kinds::kBilledCases;
    case kInteroperability:
      return kinds::kPromotingInteroperability;
    case kMeasureResult:
      return kinds::kMeasureResult;
    case kReweighting:
      return kinds::kReweightingApproval;
    case kPartialTin:
      return kinds::kPartialTinAttestation;
    default:
      return {};
  }
}

Kind kind_of(std::uint32_t record_kind) {
  switch (static_cast<v1::RecordKind>(record_kind)) {
    case v1::RECORD_KIND_INDIVIDUAL_CONSENT:
      return kConsent;
    case v1::RECORD_KIND_OFFICER_CONSENT:
      return kOfficerConsent;
    case v1::RECORD_KIND_REPORTING_OPTION:
      return kElection;
    case v1::RECORD_KIND_PRACTICE_REGISTRATION:
      return kRegistration;
    case v1::RECORD_KIND_OPT_OUT:
      return kOptOut;
    case v1::RECORD_KIND_ACTIVITY_ATTESTATION:
      return kActivity;
    case v1::RECORD_KIND_RECONCILIATION_SIGN_OFF:
      return kSignOff;
    case v1::RECORD_KIND_BILLED_CASES:
      return kBilledCases;
    case v1::RECORD_KIND_PROMOTING_INTEROPERABILITY:
      return kInteroperability;
    case v1::RECORD_KIND_MEASURE_RESULT:
      return kMeasureResult;
    case v1::RECORD_KIND_REWEIGHTING_APPROVAL:
      return kReweighting;
    case v1::RECORD_KIND_PARTIAL_TIN_ATTESTATION:
      return kPartialTin;
    default:
      return kMeasures;  // nothing of it is ever held
  }
}

std::size_t lift_facts(Season* season, const ShallLift& shall_lift) {
  std::size_t lifted = 0;
  for (auto& [name, versions] : season->facts) {
    if (!versions.held) continue;
    if (!shall_lift({name, versions.held->origin, calendar_kind_of(name.kind),
                     versions.in_force.has_value()})) {
      continue;
    }
    versions.in_force = std::exchange(versions.held, std::nullopt);
    ++lifted;
  }
  for (auto& [name, permission] : season->permissions) {
    if (permission.standing != Standing::kHeld && !permission.more) continue;
    const Origin origin = permission.more ? permission.more->second : permission.origin;
    if (!shall_lift({name, origin, calendar_kind_of(name.kind), false})) continue;
    if (permission.more) permission.scope = permission.more->first;
    permission = {Standing::kOnTime, permission.scope, origin, {}};
    ++lifted;
  }
  for (auto& [tin, elections] : season->elections) {
    if (elections.held.level == 0) continue;
    if (!shall_lift({{kElection, tin}, elections.held.origin, kinds::kReportingOption, false})) {
      continue;
    }
    elections.in_force = std::exchange(elections.held, Election());
    elections.let_in_at_upload = static_cast<std::uint32_t>(season->uploads.size());
    ++lifted;
  }
  for (auto& [entity, state] : season->opt_outs) {
    if (!state.held_revocation) continue;
    if (!shall_lift({{kOptOut, entity}, *state.held_revocation, kinds::kOptOutRevocation, false})) {
      continue;
    }
    take_revocation(&state, *state.held_revocation, state.held_categories);
    ++lifted;
  }
  return lifted;
}

using ShallTake = std::function<bool(const std::string& upload_id, const Upload& upload)>;

// Rosters that came too late, in the order in which they came; a later one that is in force stays.
std::size_t lift_rosters(Season* season, const ShallTake& shall_take) {
  std::vector<std::pair<std::uint32_t, std::string>> waiting;
  for (const auto& [id, upload] : season->uploads) {
    if (upload.waiting == Waiting::kLate && shall_take(id, upload)) {
      waiting.emplace_back(upload.ordinal, id);
    }
  }
  std::sort(waiting.begin(), waiting.end());
  std::size_t lifted = 0;
  for (const auto& [ordinal, id] : waiting) {
    Upload& upload = season->uploads.at(id);
    if (is_overtaken(*season, upload)) continue;
    take_waiting_roster(season, id, &upload);
    ++lifted;
  }
  return lifted;
}

// The class in which a version counts now; none: nothing changes for it.
using ClassNow = std::function<std::optional<Class>(const Version&, bool correction)>;

std::size_t lift_cases(Season* season, const ClassNow& class_now) {
  std::size_t changed = 0;
  for (auto& [token, subject] : season->cases) {
    bool any = false;
    const auto look_again = [&](std::optional<Version>* version, bool correction) {
      if (!*version || (*version)->timeliness == Class::kOnTime) return false;
      const std::optional<Class> now = class_now(**version, correction);
      if (!now || *now == (*version)->timeliness) return false;
      (*version)->timeliness = *now;
      any = true;
      return true;
    };
    look_again(&subject.counting, false);
    if (look_again(&subject.held, subject.counting.has_value())) {
      // A case that missed its month's date does not become punctual by being corrected.
      if (subject.counting) {
        subject.held->timeliness = std::max(subject.held->timeliness, subject.counting->timeliness);
      }
      subject.counting = std::exchange(subject.held, std::nullopt);
    }
    if (any) ++changed;
  }
  return changed;
}

bool in_time(CalendarOutcome outcome) {
  return outcome == CalendarOutcome::kOnTime || outcome == CalendarOutcome::kMilestoneMissed;
}

std::size_t judge_again(Season* season) {
  std::size_t lifted = lift_rosters(season, [&](const std::string&, const Upload& upload) {
    return in_time(
        judge(*season, kinds::kRoster, Instant::from_milliseconds(upload.received_at), 0, false));
  });
  lifted += lift_facts(season, [&](const Held& held) {
    return in_time(judge(*season, held.calendar_kind,
                         Instant::from_milliseconds(held.origin.received_at), 0,
                         held.replaces_one_in_time));
  });
  std::map<std::uint32_t, std::int64_t> received;
  for (const auto& [id, upload] : season->uploads) received[upload.ordinal] = upload.received_at;
  return lifted +
         lift_cases(season, [&](const Version& version, bool correction) -> std::optional<Class> {
           const CalendarOutcome outcome =
               judge(*season, kinds::kAnesthesiaCase,
                     Instant::from_milliseconds(received.at(version.upload)),
                     LocalDate::from_days(version.service_date).month(), correction);
           if (outcome == CalendarOutcome::kOnTime) return Class::kOnTime;
           if (outcome == CalendarOutcome::kMilestoneMissed) return Class::kMissed;
           return std::nullopt;
         });
}

std::optional<Class> let_in(const Version& version) {
  if (version.timeliness != Class::kLate) return std::nullopt;
  return Class::kMissed;
}

// One record by its id, the rows of an upload, or what is held of a TIN or pair.
std::size_t lift_decided(const RowPlace& place, const v1::OfficerDecision& fact,
                         const TinToken& tin) {
  Season& season = *place.season;
  std::string upload_id = fact.record_id();
  std::uint32_t row = 0;
  const bool one_row = split_record_id(fact.record_id(), &upload_id, &row);
  const auto upload = season.uploads.find(upload_id);
  const bool of_upload = upload != season.uploads.end();
  const std::optional<RecordRow> named = find_record(season, fact.record_id());
  const bool circumstances = fact.subject() == v1::OfficerDecision::SUBJECT_LATE_CIRCUMSTANCES;
  std::vector<std::string> beginnings;
  if (fact.tin() != 0 && fact.npi() != 0) {
    beginnings.emplace_back(season.entity(PairName{tin, fact.npi()}).bytes());
  } else if (fact.tin() != 0) {
    beginnings.emplace_back(tin.bytes());
    beginnings.emplace_back(season.entity(tin).bytes());
  }
  std::size_t lifted = lift_facts(&season, [&](const Held& held) {
    if (circumstances && held.name.kind != kReweighting) return false;
    if (of_upload) {
      return held.origin.upload == upload->second.ordinal && (!one_row || held.origin.row == row);
    }
    if (named) return RecordRow(held.origin.upload, held.origin.row) == *named;
    return fact.record_id().empty() &&
           std::any_of(beginnings.begin(), beginnings.end(), [&](const std::string& beginning) {
             return held.name.subject.starts_with(beginning);
           });
  });
  if (!of_upload || circumstances) return lifted;
  lifted += lift_rosters(&season,
                         [&](const std::string& id, const Upload&) { return id == upload->first; });
  if (upload->second.kind != v1::RECORD_KIND_ANESTHESIA_CASE) return lifted;
  return lifted + lift_cases(&season, [&](const Version& version, bool) {
           const bool meant =
               version.upload == upload->second.ordinal && (!one_row || version.row == row);
           return meant ? let_in(version) : std::nullopt;
         });
}

// A last instant is meant with its whole second.
Instant moment_after(std::int64_t last) {
  constexpr std::int64_t kSecond = 1000;
  return Instant::from_milliseconds((last / kSecond + 1) * kSecond);
}

bool calendar_names(const rulebook::YearRules& rules, const std::string& name) {
  for (const rulebook::Deadline& each : rules.deadlines()) {
    if (each.name == name) return true;
  }
  for (const rulebook::CalendarRule& each : rules.calendar()) {
    if (each.name == name) return true;
  }
  return false;
}

}  // namespace

Status take_extension(const RowPlace& place) {
  const v1::DeadlineExtension& fact = place.row->deadline_extension();
  Season& season = *place.season;
  if (takes_back(place)) {
    reject(place, FindingCode::RECORD_CANNOT_BE_TAKEN_BACK);
    return Status::ok();
  }
  if (!calendar_names(*season.rules, fact.deadline())) {
    reject(place, FindingCode::DEADLINE_UNKNOWN);
    return Status::ok();
  }
  const auto known = season.extensions.find(fact.deadline());
  if (known != season.extensions.end() && moment_after(fact.until()) <= known->second) {
    ++place.upload->duplicate;
    return Status::ok();
  }
  ByteWriter content;
  content.u8(1);
  content.signed_varint(fact.until());
  content.signed_varint(fact.announced_at());
  content.text(fact.reason());
  if (!take_version(place, {kExtension, fact.deadline()}, content.take(),
                    kinds::kDeadlineExtension)) {
    return Status::ok();
  }
  season.extensions[fact.deadline()] = moment_after(fact.until());
  if (judge_again(&season) > 0) place.upload->tell(FindingCode::HOLD_LIFTED);
  return Status::ok();
}

Status take_decision(const RowPlace& place) {
  const v1::OfficerDecision& fact = place.row->officer_decision();
  QCDR_ASSIGN_OR_RETURN(const std::optional<TinToken> named, place.note_tin(fact.tin()));
  const TinToken tin = named.value_or(TinToken());
  ByteWriter name;
  name.u8(static_cast<std::uint8_t>(fact.subject()));
  name.raw(tin.bytes());
  name.big_u64(fact.npi());
  name.big_u32(fact.code());
  name.text(fact.record_id());
  const bool approves = fact.verdict() == v1::OfficerDecision::VERDICT_APPROVE;
  ByteWriter content;
  content.u8(1);
  content.u8(approves ? 1 : 2);
  content.text(fact.reason());
  if (!take_version(place, {kDecision, name.take()}, content.take(), kinds::kOfficerDecision) ||
      !approves) {
    return Status::ok();
  }
  std::size_t lifted = 0;
  if (fact.subject() == v1::OfficerDecision::SUBJECT_LATE_RECORD ||
      fact.subject() == v1::OfficerDecision::SUBJECT_LATE_CIRCUMSTANCES) {
    lifted = lift_decided(place, fact, tin);
  } else if (fact.subject() == v1::OfficerDecision::SUBJECT_UNREADABLE_OPT_OUT) {
    lifted = clear_unreadable(place.season, fact.record_id(), tin);
  } else {
    return Status::ok();
  }
  place.upload->tell(lifted > 0 ? FindingCode::HOLD_LIFTED : FindingCode::NOTHING_HELD);
  return Status::ok();
}

void lift_hold(Season* season, std::uint32_t record_kind) {
  if (record_kind == v1::RECORD_KIND_ANESTHESIA_CASE) {
    lift_cases(season, [](const Version& version, bool) { return let_in(version); });
  } else if (record_kind == v1::RECORD_KIND_ROSTER_ENTRY) {
    lift_rosters(season, [](const std::string&, const Upload&) { return true; });
  } else {
    const Kind kind = kind_of(record_kind);
    lift_facts(season, [kind](const Held& held) { return held.name.kind == kind; });
  }
}

}  // namespace qcdr::batch
