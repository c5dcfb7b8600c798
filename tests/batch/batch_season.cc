#include "batch_season.h"

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

namespace {

Status take_row(const RowPlace& place, v1::RecordKind kind) {
  for (const v1::Verdict& verdict : place.row->verdicts()) ++place.upload->codes[verdict.code()];
  if (place.row->fact_case() == v1::Row::FACT_NOT_SET) {  // it could not be read
    ++place.upload->rejected;
    return Status::ok();
  }
  if (place.row->action() != v1::ROW_ACTION_UNSPECIFIED) {
    return Status(ErrorCode::kFailedPrecondition, "a row that withdraws or expires");
  }
  switch (kind) {
    case v1::RECORD_KIND_ANESTHESIA_CASE:
      return take_case(place);
    case v1::RECORD_KIND_INDIVIDUAL_CONSENT:
      return take_consent(place);
    case v1::RECORD_KIND_OFFICER_CONSENT:
      return take_officer_consent(place);
    case v1::RECORD_KIND_REPORTING_OPTION:
      return take_election(place);
    case v1::RECORD_KIND_ROSTER_ENTRY:
      return stage_roster_line(place);
    default:
      return Status(ErrorCode::kFailedPrecondition, "a kind of record that is not folded yet");
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

Status take_chunk(Season* season, const Event& event) {
  const v1::Chunk& chunk = event.chunk;
  Upload& upload = find_upload(season, chunk.upload_id(), chunk.kind(), chunk.received_at());
  if (upload.completed) return Status::ok();
  if (chunk.first_ordinal() > upload.next_row) {  // a gap: wait until validation runs again
    upload.parked = true;
    return Status::ok();
  }
  upload.parked = false;
  for (const v1::Row& row : event.rows.rows()) {
    if (row.ordinal() < upload.next_row) continue;
    if (row.ordinal() > upload.next_row) {
      return Status(ErrorCode::kCorruption, "rows of a chunk are not consecutive");
    }
    upload.next_row = row.ordinal() + 1;
    RowPlace place;
    place.season = season;
    place.upload = &upload;
    place.chunk = &event.rows;
    place.row = &row;
    place.received_at = chunk.received_at();
    QCDR_RETURN_IF_ERROR(take_row(place, chunk.kind()));
  }
  return Status::ok();
}

Status end_upload(Season* season, const v1::UploadCompleted& completed) {
  Upload& upload =
      find_upload(season, completed.upload_id(), completed.kind(), completed.received_at());
  if (upload.completed) return Status::ok();
  if (!completed.refused() && completed.row_count() != upload.next_row) {
    upload.parked = true;  // rows are missing
    return Status::ok();
  }
  if (completed.refused() && upload.next_row > 0) {
    return Status(ErrorCode::kCorruption, "an upload was refused after rows of it were sent");
  }
  for (const v1::Verdict& verdict : completed.verdicts()) ++upload.codes[verdict.code()];
  upload.completed = true;
  upload.parked = false;
  upload.refused = completed.refused();
  if (!upload.refused && completed.kind() == v1::RECORD_KIND_ROSTER_ENTRY) {
    settle_roster(season, completed.upload_id(), &upload);
  }
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
    if (event.ends_upload) {
      QCDR_RETURN_IF_ERROR(end_upload(&season, event.completed));
    } else {
      QCDR_RETURN_IF_ERROR(take_chunk(&season, event));
    }
  }
  return season;
}

}  // namespace qcdr::batch
