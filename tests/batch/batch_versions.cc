// Records of which the last version counts, and rows that take a record back.
#include "batch_rows.h"
#include "rulebook/calendar_kinds.h"

namespace qcdr::batch {

using rulebook::CalendarOutcome;

Result<Subject> subject_of(const RowPlace& place, std::uint32_t tin, std::uint64_t npi) {
  QCDR_ASSIGN_OR_RETURN(const std::optional<TinToken> token, place.note_tin(tin));
  if (!token) return Status(ErrorCode::kCorruption, "a record that needs a TIN has none");
  Subject subject;
  subject.tin = *token;
  subject.npi = npi;
  subject.entity = npi == 0 ? place.season->entity(*token).bytes()
                            : place.season->entity(PairName{*token, npi}).bytes();
  return subject;
}

void reject(const RowPlace& place, FindingCode why) {
  place.upload->tell(why);
  ++place.upload->rejected;
}

bool takes_back(const RowPlace& place) {
  return place.row->action() != v1::ROW_ACTION_UNSPECIFIED;
}

Taken put_version(Versions* versions, FactVersion fresh, bool in_time) {
  const bool as_in_force = versions->in_force && versions->in_force->content == fresh.content;
  if (in_time) {
    if (as_in_force && !versions->held) return Taken::kDuplicate;
    versions->held.reset();
    versions->held_refused = false;
    if (!as_in_force) versions->in_force = std::move(fresh);
    return Taken::kAccepted;
  }
  const bool known = versions->held ? versions->held->content == fresh.content : as_in_force;
  if (known) return Taken::kDuplicate;
  versions->held = std::move(fresh);
  versions->held_refused = false;
  return Taken::kHeld;
}

void remember_record(const RowPlace& place) {
  if (place.row->record_id().empty()) return;
  constexpr std::size_t kKept = 8;
  auto& rows = place.season->records[place.row->record_id()];
  const RecordRow own{place.upload->ordinal, place.row->ordinal()};
  std::erase(rows, own);
  rows.push_back(own);
  if (rows.size() > kKept) rows.erase(rows.begin());
}

bool take_version(const RowPlace& place, const FactName& name, std::string content,
                  std::string_view calendar_kind, bool replaces_one_in_time,
                  std::vector<TinToken> tins) {
  if (takes_back(place)) {
    take_back(place, name);
    return false;
  }
  const CalendarOutcome outcome =
      judge(*place.season, calendar_kind, place.received(), 0, replaces_one_in_time);
  if (outcome == CalendarOutcome::kRejectedLate) {
    reject(place, FindingCode::RECEIVED_LATE_REJECTED);
    return false;
  }
  FactVersion fresh{place.origin(), std::move(content), *place.row, std::move(tins)};
  const Taken taken = put_version(&place.season->facts[name], std::move(fresh),
                                  outcome != CalendarOutcome::kLateHeld);
  if (taken == Taken::kDuplicate) {
    ++place.upload->duplicate;
    return false;
  }
  remember_record(place);
  if (taken == Taken::kHeld) {
    place.upload->tell(FindingCode::RECEIVED_LATE_HELD);
    ++place.upload->held;
    return false;
  }
  if (outcome == CalendarOutcome::kMilestoneMissed) {
    place.upload->tell(FindingCode::MILESTONE_MISSED);
  }
  ++place.upload->accepted;
  return true;
}

bool split_record_id(const std::string& id, std::string* upload_id, std::uint32_t* row) {
  const std::size_t stroke = id.rfind('/');
  if (stroke == std::string::npos || stroke == 0 || stroke + 1 == id.size()) return false;
  std::uint64_t number = 0;
  for (std::size_t i = stroke + 1; i < id.size(); ++i) {
    if (id[i] < '0' || id[i] > '9') return false;
    number = number * 10 + static_cast<std::uint64_t>(id[i] - '0');
    if (number > UINT32_MAX) return false;
  }
  *upload_id = id.substr(0, stroke);
  *row = static_cast<std::uint32_t>(number);
  return true;
}

namespace {

// Every place from which something that stands now came.
void for_each_origin(const Season& season,
                     const std::function<void(const FactName&, const Origin&)>& visit) {
  for (const auto& [name, permission] : season.permissions) {
    visit(name, permission.origin);
    if (permission.more) visit(name, permission.more->second);
  }
  for (const auto& [tin, elections] : season.elections) {
    for (const Election* election : {&elections.in_force, &elections.held}) {
      if (election->level != 0) visit({kElection, tin}, election->origin);
    }
  }
  for (const auto& [entity, state] : season.opt_outs) {
    visit({kOptOut, entity}, state.origin);
    if (state.held_revocation) visit({kOptOut, entity}, *state.held_revocation);
  }
  for (const auto& [name, versions] : season.facts) {
    if (versions.in_force) visit(name, versions.in_force->origin);
    if (versions.held) visit(name, versions.held->origin);
  }
}

bool exists(const Season& season, const FactName& name) {
  switch (name.kind) {
    case kConsent:
    case kOfficerConsent:
      return season.permissions.contains(name);
    case kElection:
      return season.elections.contains(name.subject);
    case kOptOut:
      return season.opt_outs.contains(name.subject);
    default:
      return season.facts.contains(name);
  }
}

}  // namespace

NamedRecord find_record(const Season& season, const std::string& record_id,
                        std::uint32_t before_upload) {
  std::vector<RecordRow> rows;
  if (const auto known = season.records.find(record_id); known != season.records.end()) {
    for (const RecordRow& row : known->second) {
      if (row.first < before_upload) rows.push_back(row);
    }
  }
  if (rows.size() > 1) {
    std::set<RecordRow> standing;
    for_each_origin(season, [&](const FactName&, const Origin& origin) {
      const RecordRow row{origin.upload, origin.row};
      if (std::find(rows.begin(), rows.end(), row) != rows.end()) standing.insert(row);
    });
    if (standing.size() > 1) return {std::nullopt, true};
    if (standing.size() == 1) return {*standing.begin(), false};
  }
  if (!rows.empty()) return {rows.back(), false};
  std::string upload_id;
  std::uint32_t row = 0;
  if (!split_record_id(record_id, &upload_id, &row)) return {};
  const auto upload = season.uploads.find(upload_id);
  if (upload == season.uploads.end()) return {};
  return {RecordRow(upload->second.ordinal, row), false};
}

bool registration_is_the_registrys(const Season& season) {
  const FactVersion* word = season.word_of_registry();
  const FactVersion* stands = season.in_force(kRegistration, "");
  return word != nullptr && stands != nullptr && word->content == stands->content;
}

namespace {

bool came_from(const Origin& origin, const RecordRow* record) {
  return record != nullptr && RecordRow(origin.upload, origin.row) == *record;
}

void forget_versions(Season* season, const FactName& name, const RecordRow* record) {
  Versions& versions = season->facts[name];
  if (record == nullptr || (versions.held && came_from(versions.held->origin, record))) {
    versions.held.reset();
    versions.held_refused = false;
  }
  if (record == nullptr || (versions.in_force && came_from(versions.in_force->origin, record))) {
    versions.in_force.reset();
  }
  if (!versions.held && !versions.in_force) season->facts.erase(name);
}

void count_taken_back(const RowPlace& place) {
  place.upload->tell(FindingCode::RECORD_TAKEN_BACK);
  ++place.upload->accepted;
}

// A late renewal goes alone, and what was given in time stays.
bool forget_renewal(Season* season, const FactName& name, const RecordRow* record) {
  Permission& permission = season->permissions[name];
  const bool renewal = permission.more && came_from(permission.more->second, record) &&
                       !came_from(permission.origin, record);
  if (renewal) permission.more.reset();
  return renewal;
}

void take_opt_out_back(const RowPlace& place, const std::string& entity, const RecordRow* named) {
  OptOutState& state = place.season->opt_outs[entity];
  const bool of_filing = named != nullptr
                             ? state.filed && came_from(state.since, named)
                             : place.row->opt_out().action() != v1::CONSENT_ACTION_REVOKE;
  if (of_filing) return revoke_opt_out(place, entity);
  if (!state.held_revocation) return reject(place, FindingCode::RECORD_CANNOT_BE_TAKEN_BACK);
  state.held_revocation.reset();
  state.revocation_refused = false;
  state.held_categories = 0;
  count_taken_back(place);
}

}  // namespace

// Everything of which a version came from the record: of a sign-off, several TINs.
void take_back_named(const RowPlace& place) {
  std::set<FactName> names;
  const auto [record, ambiguous] = find_record(*place.season, place.row->supersedes(), UINT32_MAX);
  if (ambiguous) return reject(place, FindingCode::RECORD_ID_AMBIGUOUS);
  if (record) {
    bool of_registration = false;
    for_each_origin(*place.season, [&, &named = *record](const FactName& name, const Origin& from) {
      if (RecordRow(from.upload, from.row) != named) return;
      names.insert(name);
      of_registration = of_registration || name.kind == kRegistration;
    });
    const Upload* upload = place.season->upload_of(record->first);
    const bool of_registry = (upload != nullptr && is_the_registrys(upload->kind)) ||
                             (of_registration && registration_is_the_registrys(*place.season));
    if (of_registry && !place.of_registry) return reject(place, FindingCode::AUTHORITY_MISSING);
  }
  if (names.empty()) return reject(place, FindingCode::RECORD_TO_TAKE_BACK_UNKNOWN);
  if (names.size() == 1) return take_back(place, *names.begin(), &*record);
  for (const FactName& name : names) forget_versions(place.season, name, &*record);
  count_taken_back(place);
}

void take_back(const RowPlace& place, const FactName& name, const RecordRow* named) {
  Season& season = *place.season;
  if (!exists(season, name)) return reject(place, FindingCode::RECORD_TO_TAKE_BACK_UNKNOWN);
  if (name.kind == kConsent || name.kind == kOfficerConsent) {
    if (forget_renewal(&season, name, named)) return count_taken_back(place);
    return revoke_permission(place, name);
  }
  if (name.kind == kOptOut) return take_opt_out_back(place, name.subject, named);
  const bool final = name.kind == kElection || name.kind == kDecision || name.kind == kExtension ||
                     (name.kind == kOptIn && is_confirmed(season, name.subject));
  if (final) return reject(place, FindingCode::RECORD_CANNOT_BE_TAKEN_BACK);
  forget_versions(&season, name, named);
  count_taken_back(place);
}

}  // namespace qcdr::batch
