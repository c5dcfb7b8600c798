#include "batch_season.h"

#include "batch_claims.h"
#include "batch_rows.h"

namespace qcdr::batch {

EntityId Season::entity(const PairName& pair) const {
  return make_individual_entity(*entity_key, id.year, pair.tin, Npi::from_trusted(pair.npi));
}

EntityId Season::entity(const TinToken& tin) const {
  return make_group_entity(*entity_key, id.year, tin);
}

bool Season::effective(const PairName& name, std::int32_t date) const {
  const Pair& pair = pairs.at(name);
  if (!pair.listed) return true;  // provisional
  const auto within = [date](std::int32_t start, std::int32_t end) {
    return (start == 0 || start <= date) && (end == 0 || date <= end);
  };
  bool found = within(pair.line.start, pair.line.end);
  for (const auto& [start, end] : pair.line.later) found = found || within(start, end);
  return found;
}

std::uint32_t Season::type_of(const PairName& name) const {
  const Pair& pair = pairs.at(name);
  return pair.line.type != 0 ? pair.line.type : pair.type;
}

Pair& Season::see(const PairName& name) {
  const std::size_t seen = pairs.size();
  const auto [known, added] = pairs.try_emplace(name);
  if (added) known->second.seen = seen;
  return known->second;
}

const FactVersion* Season::in_force(Kind kind, const std::string& subject) const {
  const auto found = facts.find({kind, subject});
  return found != facts.end() && found->second.in_force ? &*found->second.in_force : nullptr;
}

std::vector<std::pair<std::string, const FactVersion*>> Season::all_in_force(
    Kind kind, std::string_view prefix) const {
  std::vector<std::pair<std::string, const FactVersion*>> found;
  for (auto it = facts.lower_bound({kind, std::string(prefix)}); it != facts.end(); ++it) {
    if (it->first.kind != kind || !it->first.subject.starts_with(prefix)) break;
    if (it->second.in_force) found.emplace_back(it->first.subject, &*it->second.in_force);
  }
  return found;
}

const Upload* Season::upload_of(std::uint32_t ordinal) const {
  for (const auto& [upload_id, upload] : uploads) {
    if (upload.ordinal == ordinal) return &upload;
  }
  return nullptr;
}

bool Season::listed(const PairName& name) const {
  const auto known = pairs.find(name);
  return known != pairs.end() && known->second.listed;
}

Result<std::optional<TinToken>> RowPlace::tin(std::uint32_t index_plus_one) const {
  if (index_plus_one == 0) return std::optional<TinToken>();
  if (index_plus_one > static_cast<std::uint32_t>(chunk->tins_size())) {
    return Status(ErrorCode::kCorruption, "a row names a TIN that its chunk does not have");
  }
  QCDR_ASSIGN_OR_RETURN(
      const TinToken token,
      TinToken::from_string(chunk->tins(static_cast<int>(index_plus_one - 1)).token()));
  return std::optional<TinToken>(token);
}

Result<std::optional<TinToken>> RowPlace::note_tin(std::uint32_t index_plus_one) const {
  QCDR_ASSIGN_OR_RETURN(const std::optional<TinToken> token, tin(index_plus_one));
  if (token) {
    season->tins.emplace(*token, chunk->tins(static_cast<int>(index_plus_one - 1)).last_four());
  }
  return token;
}

// As docs/records say who sends what.
bool is_the_registrys(std::uint32_t record_kind) {
  switch (record_kind) {
    case v1::RECORD_KIND_ELIGIBILITY_SNAPSHOT:
    case v1::RECORD_KIND_OFFICER_DECISION:
    case v1::RECORD_KIND_DEADLINE_EXTENSION:
    case v1::RECORD_KIND_AUDIT_CORRECTION:
      return true;
    default:
      return false;
  }
}

namespace {

Status take_fact(const RowPlace& place) {
  switch (place.row->fact_case()) {
    case v1::Row::kAnesthesiaCase:
      return take_case(place);
    case v1::Row::kIndividualConsent:
      return take_consent(place);
    case v1::Row::kOfficerConsent:
      return take_officer_consent(place);
    case v1::Row::kReportingOption:
      return take_election(place);
    case v1::Row::kRosterEntry:
      return stage_roster_line(place);
    case v1::Row::kOptOut:
      return take_opt_out(place);
    case v1::Row::kPracticeRegistration:
      return take_registration(place);
    case v1::Row::kActivityAttestation:
      return take_activity(place);
    case v1::Row::kReconciliationSignOff:
      return take_sign_off(place);
    case v1::Row::kConfirmation:
      return take_confirmation(place);
    case v1::Row::kOptInElection:
      return take_opt_in(place);
    case v1::Row::kOfficerDecision:
      return take_decision(place);
    case v1::Row::kDeadlineExtension:
      return take_extension(place);
    default:
      return take_plain_record(place);
  }
}

Status take_row(const RowPlace& place, v1::RecordKind kind) {
  for (const v1::Verdict& verdict : place.row->verdicts()) ++place.upload->codes[verdict.code()];
  if (is_the_registrys(static_cast<std::uint32_t>(kind)) && !place.of_registry) {
    reject(place, FindingCode::AUTHORITY_MISSING);
    return Status::ok();
  }
  if (place.row->fact_case() != v1::Row::FACT_NOT_SET) return take_fact(place);
  if (takes_back(place)) {
    take_back_named(place);
    return Status::ok();
  }
  ++place.upload->rejected;  // it could not be read
  if (kind == v1::RECORD_KIND_OPT_OUT) hold_unreadable(place, TinToken());
  return Status::ok();
}

bool is_refusal(const v1::Row& row) {
  if (row.action() != v1::ROW_ACTION_UNSPECIFIED) return false;
  switch (row.fact_case()) {
    case v1::Row::kIndividualConsent:
      return row.individual_consent().action() == v1::CONSENT_ACTION_REVOKE;
    case v1::Row::kOfficerConsent:
      return row.officer_consent().action() == v1::CONSENT_ACTION_REVOKE;
    case v1::Row::kOptOut:
      return row.opt_out().action() == v1::CONSENT_ACTION_GRANT;
    default:
      return false;
  }
}

Upload& find_upload(Season* season, const std::string& id, v1::RecordKind kind,
                    std::int64_t received_at) {
  const auto ordinal = static_cast<std::uint32_t>(season->uploads.size());
  const auto [found, added] = season->uploads.try_emplace(id);
  if (added) {
    found->second.ordinal = ordinal;
    found->second.kind = static_cast<std::uint32_t>(kind);
    found->second.received_at = received_at;
  }
  return found->second;
}

RowPlace place_of(Season* season, const Event& event, Upload* upload, const v1::Row& row) {
  RowPlace place;
  place.season = season;
  place.upload = upload;
  place.chunk = &event.rows;
  place.row = &row;
  place.received_at = event.chunk.received_at();
  place.supersedes = event.chunk.supersedes();
  const v1::Authority authority = event.chunk.actor().authority();
  place.of_registry =
      authority == v1::AUTHORITY_REGISTRY_OPERATOR || authority == v1::AUTHORITY_REGISTRY_DIRECTOR;
  return place;
}

// A complete upload that comes again, received later: its refusals are heard again, uncounted.
Status repeat_refusals(Season* season, const Event& event, const Upload& upload) {
  if (upload.refused || event.chunk.received_at() <= upload.received_at) return Status::ok();
  Upload uncounted = upload;
  for (const v1::Row& row : event.rows.rows()) {
    if (!is_refusal(row)) continue;
    QCDR_RETURN_IF_ERROR(take_fact(place_of(season, event, &uncounted, row)));
  }
  return Status::ok();
}

// Rows are missing. Told once, until rows go on.
void park(Upload* upload) {
  if (!upload->parked) upload->tell(FindingCode::UPLOAD_PARKED);
  upload->parked = true;
}

Status take_chunk(Season* season, const Event& event) {
  const v1::Chunk& chunk = event.chunk;
  Upload& upload = find_upload(season, chunk.upload_id(), chunk.kind(), chunk.received_at());
  if (upload.completed) return repeat_refusals(season, event, upload);
  if (chunk.first_ordinal() > upload.next_row) {  // a gap: wait until validation runs again
    park(&upload);
    return Status::ok();
  }
  upload.parked = false;
  for (const v1::Row& row : event.rows.rows()) {
    if (row.ordinal() < upload.next_row) continue;
    if (row.ordinal() > upload.next_row) {
      return Status(ErrorCode::kCorruption, "rows of a chunk are not consecutive");
    }
    upload.next_row = row.ordinal() + 1;
    QCDR_RETURN_IF_ERROR(take_row(place_of(season, event, &upload, row), chunk.kind()));
  }
  return Status::ok();
}

Status end_upload(Season* season, const v1::UploadCompleted& completed) {
  Upload& upload =
      find_upload(season, completed.upload_id(), completed.kind(), completed.received_at());
  if (upload.completed) return Status::ok();
  if (!completed.refused() && completed.row_count() != upload.next_row) {
    park(&upload);
    return Status::ok();
  }
  if (completed.refused() && upload.next_row > 0) {
    if (completed.kind() == v1::RECORD_KIND_ROSTER_ENTRY) {
      upload.staged.clear();
      upload.rejected += upload.accepted;
      upload.accepted = 0;
    } else {
      upload.tell(FindingCode::UPLOAD_REFUSED_AFTER_ROWS);
    }
  }
  for (const v1::Verdict& verdict : completed.verdicts()) ++upload.codes[verdict.code()];
  upload.completed = true;
  upload.parked = false;
  upload.refused = completed.refused();
  if (!upload.refused && completed.kind() == v1::RECORD_KIND_ROSTER_ENTRY) {
    settle_roster(season, completed.upload_id(), &upload);
  }
  if (completed.kind() == v1::RECORD_KIND_OPT_OUT) end_opt_outs(season, &upload);
  return Status::ok();
}

}  // namespace

Result<Season> fold(PracticeYear id, const std::vector<Event>& events,
                    const rulebook::YearRules& rules, const Key256& entity_key) {
  Season season;
  season.id = id;
  season.rules = &rules;
  season.entity_key = &entity_key;
  for (const Event& event : events) {
    if (event.claim) {
      take_claim(&season, *event.claim);
    } else if (event.lifted_kind) {
      lift_hold(&season, *event.lifted_kind);
    } else if (event.npi_registry) {
      season.npi_registry = event.npi_registry;
    } else if (event.ends_upload) {
      QCDR_RETURN_IF_ERROR(end_upload(&season, event.completed));
    } else {
      QCDR_RETURN_IF_ERROR(take_chunk(&season, event));
    }
  }
  return season;
}

}  // namespace qcdr::batch
