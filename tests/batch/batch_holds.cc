// What is held, and what lets it in: extensions, officers, lifted holds. An officer may refuse it.
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
  bool refused = false;
};

using IsMeant = std::function<bool(const Held&)>;
enum class Settle : std::uint8_t { kLetIn, kRefuse };

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

std::size_t settle_versions(Season* season, Settle settle, const IsMeant& is_meant) {
  std::size_t settled = 0;
  for (auto& [name, versions] : season->facts) {
    if (!versions.held) continue;
    if (!is_meant({name, versions.held->origin, calendar_kind_of(name.kind),
                   versions.in_force.has_value(), versions.held_refused})) {
      continue;
    }
    if (settle == Settle::kLetIn) {
      versions.in_force = std::exchange(versions.held, std::nullopt);
      versions.held_refused = false;
    } else if (std::exchange(versions.held_refused, true)) {
      continue;
    }
    ++settled;
  }
  return settled;
}

std::size_t settle_permissions(Season* season, Settle settle, const IsMeant& is_meant) {
  std::size_t settled = 0;
  for (auto& [name, permission] : season->permissions) {
    const bool refused = permission.standing == Standing::kRefused;
    if (permission.standing != Standing::kHeld && !refused && !permission.more) continue;
    const Origin origin = permission.more ? permission.more->second : permission.origin;
    if (!is_meant({name, origin, calendar_kind_of(name.kind), false, refused})) continue;
    if (settle == Settle::kRefuse && refused) continue;
    ++settled;
    if (settle == Settle::kRefuse) {
      if (!permission.more) permission.standing = Standing::kRefused;
      permission.more.reset();
      continue;
    }
    if (permission.more) permission.scope = permission.more->first;
    permission = {Standing::kOnTime, permission.scope, origin, {}};
  }
  return settled;
}

std::size_t settle_elections(Season* season, Settle settle, const IsMeant& is_meant) {
  std::size_t settled = 0;
  for (auto& [tin, elections] : season->elections) {
    if (elections.held.level == 0) continue;
    if (!is_meant({{kElection, tin},
                   elections.held.origin,
                   kinds::kReportingOption,
                   false,
                   elections.held_refused})) {
      continue;
    }
    if (settle == Settle::kRefuse && elections.held_refused) continue;
    elections.held_refused = settle == Settle::kRefuse;
    if (settle == Settle::kLetIn) {
      elections.in_force = std::exchange(elections.held, Election());
      elections.let_in_at_upload = static_cast<std::uint32_t>(season->uploads.size());
    }
    ++settled;
  }
  return settled;
}

std::size_t settle_opt_outs(Season* season, Settle settle, const IsMeant& is_meant) {
  std::size_t settled = 0;
  for (auto& [entity, state] : season->opt_outs) {
    if (!state.held_revocation) continue;
    if (!is_meant({{kOptOut, entity},
                   *state.held_revocation,
                   kinds::kOptOutRevocation,
                   false,
                   state.revocation_refused})) {
      continue;
    }
    if (settle == Settle::kRefuse && state.revocation_refused) continue;
    state.revocation_refused = settle == Settle::kRefuse;
    if (settle == Settle::kLetIn) {
      take_revocation(&state, *state.held_revocation, state.held_categories);
    }
    ++settled;
  }
  return settled;
}

std::size_t settle_facts(Season* season, Settle settle, const IsMeant& is_meant) {
  return settle_versions(season, settle, is_meant) + settle_permissions(season, settle, is_meant) +
         settle_elections(season, settle, is_meant) + settle_opt_outs(season, settle, is_meant);
}

using ShallTake = std::function<bool(const std::string& upload_id, const Upload& upload)>;

// Rosters that came too late, in the order in which they came; a later one that is in force stays.
std::size_t lift_rosters(Season* season, bool refused, const ShallTake& shall_take) {
  std::vector<std::pair<std::uint32_t, std::string>> waiting;
  for (const auto& [id, upload] : season->uploads) {
    if (upload.waiting == Waiting::kLate && (upload.held > 0 || refused) &&
        shall_take(id, upload)) {
      waiting.emplace_back(upload.ordinal, id);
    }
  }
  std::sort(waiting.begin(), waiting.end());
  std::size_t lifted = 0;
  for (const auto& [ordinal, id] : waiting) {
    Upload& upload = season->uploads.at(id);
    if (is_overtaken(*season, upload)) continue;
    if (upload.held == 0) upload.held = std::exchange(upload.rejected, 0);
    take_waiting_roster(season, id, &upload);
    ++lifted;
  }
  return lifted;
}

// The class in which a version counts now; none: nothing changes for it.
using ClassNow = std::function<std::optional<Class>(const Version&, bool correction)>;

// What was held takes the place of what counts. A case that missed its month's date does not become
// punctual by being corrected; one that is taken back leaves nothing.
void let_in(Case* subject, Class as) {
  Version fresh = *std::exchange(subject->held, std::nullopt);
  if (fresh.pairs.empty()) {
    subject->counting.reset();
    return;
  }
  fresh.refused = false;
  fresh.timeliness = subject->counting ? std::max(as, subject->counting->timeliness) : as;
  subject->counting = std::move(fresh);
}

std::size_t lift_cases(Season* season, const ClassNow& class_now) {
  std::size_t changed = 0;
  for (auto& [token, subject] : season->cases) {
    const auto now = [&](const std::optional<Version>& version, bool correction) {
      if (!version || version->timeliness == Class::kOnTime) return std::optional<Class>();
      const std::optional<Class> found = class_now(*version, correction);
      return found == version->timeliness ? std::optional<Class>() : found;
    };
    const std::optional<Class> counting = now(subject.counting, false);
    if (counting) subject.counting->timeliness = *counting;
    const std::optional<Class> held = now(subject.held, subject.counting.has_value());
    if (held) let_in(&subject, *held);
    if (counting || held) ++changed;
  }
  std::erase_if(season->cases,
                [](const auto& entry) { return !entry.second.counting && !entry.second.held; });
  return changed;
}

using IsMeantCase = std::function<bool(const Version&)>;

std::size_t refuse_cases(Season* season, const IsMeantCase& is_meant) {
  std::size_t refused = 0;
  for (auto& [token, subject] : season->cases) {
    if (!subject.held || subject.held->refused || !is_meant(*subject.held)) continue;
    subject.held->refused = true;
    ++refused;
  }
  return refused;
}

std::map<std::uint32_t, std::int64_t> receipts(const Season& season) {
  std::map<std::uint32_t, std::int64_t> received;
  for (const auto& [id, upload] : season.uploads) received[upload.ordinal] = upload.received_at;
  return received;
}

bool in_time(CalendarOutcome outcome) {
  return outcome == CalendarOutcome::kOnTime || outcome == CalendarOutcome::kMilestoneMissed;
}

std::size_t judge_again(Season* season) {
  const auto roster_in_time = [&](const std::string&, const Upload& upload) {
    return in_time(
        judge(*season, kinds::kRoster, Instant::from_milliseconds(upload.received_at), 0, false));
  };
  std::size_t lifted = lift_rosters(season, false, roster_in_time);
  lifted += settle_facts(season, Settle::kLetIn, [&](const Held& held) {
    return !held.refused && in_time(judge(*season, held.calendar_kind,
                                          Instant::from_milliseconds(held.origin.received_at), 0,
                                          held.replaces_one_in_time));
  });
  const std::map<std::uint32_t, std::int64_t> received = receipts(*season);
  return lifted +
         lift_cases(season, [&](const Version& version, bool correction) -> std::optional<Class> {
           if (version.refused) return std::nullopt;
           const CalendarOutcome outcome =
               judge(*season, kinds::kAnesthesiaCase,
                     Instant::from_milliseconds(received.at(version.upload)),
                     LocalDate::from_days(version.service_date).month(),
                     correction || version.pairs.empty());
           if (outcome == CalendarOutcome::kOnTime) return Class::kOnTime;
           if (outcome == CalendarOutcome::kMilestoneMissed) return Class::kMissed;
           return std::nullopt;
         });
}

std::optional<Class> class_if_late(const Version& version) {
  if (version.timeliness != Class::kLate) return std::nullopt;
  return Class::kMissed;
}

// The rosters and cases of an upload; a row: only that one.
std::size_t settle_uploaded(Season* season, Settle settle, const std::string& upload_id,
                            std::optional<std::uint32_t> row) {
  Upload& upload = season->uploads.at(upload_id);
  if (upload.kind == v1::RECORD_KIND_ROSTER_ENTRY) {
    if (settle == Settle::kLetIn) {
      return lift_rosters(season, true,
                          [&](const std::string& id, const Upload&) { return id == upload_id; });
    }
    if (upload.waiting != Waiting::kLate || upload.held == 0) return 0;
    upload.rejected += std::exchange(upload.held, 0);
    return 1;
  }
  if (upload.kind != v1::RECORD_KIND_ANESTHESIA_CASE) return 0;
  const auto is_meant = [&](const Version& version) {
    return version.upload == upload.ordinal && (!row || version.row == *row);
  };
  if (settle == Settle::kRefuse) return refuse_cases(season, is_meant);
  return lift_cases(season, [&](const Version& version, bool) {
    return is_meant(version) ? class_if_late(version) : std::nullopt;
  });
}

// What the names of facts about the TIN or pair begin with. Circumstances of a TIN are those of
// everybody under it.
std::vector<std::string> beginnings_of(const Season& season, const v1::OfficerDecision& fact,
                                       const TinToken& tin, bool circumstances) {
  std::vector<std::string> beginnings;
  if (fact.tin() == 0) return beginnings;
  if (fact.npi() != 0) {
    beginnings.emplace_back(season.entity(PairName{tin, fact.npi()}).bytes());
    return beginnings;
  }
  beginnings.emplace_back(tin.bytes());
  beginnings.emplace_back(season.entity(tin).bytes());
  for (const auto& [name, pair] : season.pairs) {
    const bool everybody = circumstances || !fact.record_id().empty();
    if (everybody && name.tin == tin) beginnings.emplace_back(season.entity(name).bytes());
  }
  return beginnings;
}

// One record by its id, the rows of an upload, or what is held of a TIN or pair.
std::size_t settle_decided(const RowPlace& place, const v1::OfficerDecision& fact,
                           const TinToken& tin) {
  Season& season = *place.season;
  const Settle settle =
      fact.verdict() == v1::OfficerDecision::VERDICT_APPROVE ? Settle::kLetIn : Settle::kRefuse;
  std::string upload_id = fact.record_id();
  std::uint32_t row = 0;
  const bool one_row = split_record_id(fact.record_id(), &upload_id, &row);
  const auto upload = season.uploads.find(upload_id);
  const bool of_upload = upload != season.uploads.end();
  const std::optional<RecordRow> named =
      find_record(season, fact.record_id(), place.upload->ordinal).row;
  const bool circumstances = fact.subject() == v1::OfficerDecision::SUBJECT_LATE_CIRCUMSTANCES;
  const std::vector<std::string> beginnings = beginnings_of(season, fact, tin, circumstances);
  const std::size_t settled = settle_facts(&season, settle, [&](const Held& held) {
    if (circumstances && held.name.kind != kReweighting) return false;
    const bool of_those = std::any_of(
        beginnings.begin(), beginnings.end(),
        [&](const std::string& beginning) { return held.name.subject.starts_with(beginning); });
    if (!beginnings.empty() && !of_those) return false;
    if (of_upload) {
      return held.origin.upload == upload->second.ordinal && (!one_row || held.origin.row == row);
    }
    if (named) return RecordRow(held.origin.upload, held.origin.row) == *named;
    return fact.record_id().empty() && of_those;
  });
  if (!of_upload || circumstances || !beginnings.empty()) return settled;
  return settled +
         settle_uploaded(&season, settle, upload_id, one_row ? std::optional(row) : std::nullopt);
}

bool is_certified_by(const Season& season, Instant instant) {
  for (const auto& [name, versions] : season.facts) {
    if (name.kind == kCertification && versions.in_force &&
        versions.in_force->origin.received_at <= instant.milliseconds()) {
      return true;
    }
  }
  return false;
}

// Until the data are certified, and while CMS takes data.
bool is_open(const Season& season, const v1::AuditCorrection& correction, Instant received_at) {
  return correction.opens_at() <= received_at.milliseconds() &&
         received_at.milliseconds() <= correction.closes_at() &&
         judge(season, kinds::kAuditCorrection, received_at, 0, false) !=
             CalendarOutcome::kRejectedLate &&
         !is_certified_by(season, received_at);
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
  if (!takes_back(place) &&
      find_record(*place.season, fact.record_id(), place.upload->ordinal).ambiguous) {
    reject(place, FindingCode::RECORD_ID_AMBIGUOUS);
    return Status::ok();
  }
  const FactName decision{kDecision, name.take()};
  take_version(place, decision, content.bytes(), kinds::kOfficerDecision);
  if (takes_back(place)) return Status::ok();
  // Said again, it is the latest again.
  const auto stands = place.season->facts.find(decision);
  if (stands != place.season->facts.end() && stands->second.in_force &&
      stands->second.in_force->content == content.bytes()) {
    stands->second.in_force->origin = place.origin();
    remember_record(place);
  }
  std::size_t settled = 0;
  if (fact.subject() == v1::OfficerDecision::SUBJECT_LATE_RECORD ||
      fact.subject() == v1::OfficerDecision::SUBJECT_LATE_CIRCUMSTANCES) {
    settled = settle_decided(place, fact, tin);
  } else if (fact.subject() == v1::OfficerDecision::SUBJECT_UNREADABLE_OPT_OUT && approves) {
    settled = clear_unreadable(place.season, fact.record_id(), tin);
  } else {
    return Status::ok();
  }
  if (settled == 0) {
    const bool circumstances = fact.subject() == v1::OfficerDecision::SUBJECT_LATE_CIRCUMSTANCES;
    if (circumstances && !approves) return Status::ok();
    place.upload->tell(FindingCode::NOTHING_HELD);
  } else {
    place.upload->tell(approves ? FindingCode::HOLD_LIFTED : FindingCode::HOLD_REFUSED);
  }
  return Status::ok();
}

bool audit_accepts(const Season& season, const CaseToken& token, Instant received_at) {
  for (const auto& [finding, version] : season.all_in_force(kAuditCorrection, "")) {
    const v1::AuditCorrection& correction = version->row.audit_correction();
    const bool named = std::any_of(correction.case_tokens().begin(), correction.case_tokens().end(),
                                   [&](const std::string& each) { return each == token.bytes(); });
    if (named && is_open(season, correction, received_at)) return true;
  }
  return false;
}

std::size_t lift_audited(Season* season, const v1::AuditCorrection& correction) {
  const std::map<std::uint32_t, std::int64_t> received = receipts(*season);
  std::size_t lifted = 0;
  for (auto& [token, subject] : season->cases) {
    const bool named =
        std::any_of(correction.case_tokens().begin(), correction.case_tokens().end(),
                    [&, &key = token](const std::string& each) { return each == key.bytes(); });
    if (!named || !subject.held) continue;
    const Instant at = Instant::from_milliseconds(received.at(subject.held->upload));
    if (!is_open(*season, correction, at)) continue;
    let_in(&subject, Class::kMissed);
    ++lifted;
  }
  std::erase_if(season->cases,
                [](const auto& entry) { return !entry.second.counting && !entry.second.held; });
  return lifted;
}

void lift_hold(Season* season, std::uint32_t record_kind) {
  if (record_kind == v1::RECORD_KIND_ANESTHESIA_CASE) {
    lift_cases(season, [](const Version& version, bool) {
      return version.refused ? std::nullopt : class_if_late(version);
    });
  } else if (record_kind == v1::RECORD_KIND_ROSTER_ENTRY) {
    lift_rosters(season, false, [](const std::string&, const Upload&) { return true; });
  } else {
    const Kind kind = kind_of(record_kind);
    settle_facts(season, Settle::kLetIn,
                 [kind](const Held& held) { return !held.refused && held.name.kind == kind; });
  }
}

}  // namespace qcdr::batch
