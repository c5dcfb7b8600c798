#include "batch_rows.h"
#include "rulebook/calendar_kinds.h"
#include "rulebook/parameter_names.h"

namespace qcdr::batch {

Status stage_roster_line(const RowPlace& place) {
  const v1::RosterEntry& entry = place.row->roster_entry();
  QCDR_ASSIGN_OR_RETURN(const std::optional<TinToken> tin, place.note_tin(entry.tin()));
  if (!tin || entry.npi() == 0) {
    ++place.upload->rejected;
    return Status::ok();
  }
  if (takes_back(place)) {  // a roster is taken whole: who leaves is left out of the next one
    reject(place, FindingCode::RECORD_CANNOT_BE_TAKEN_BACK);
    return Status::ok();
  }
  RosterLine line;
  line.pair = {*tin, entry.npi()};
  line.type = static_cast<std::uint32_t>(entry.clinician_type());
  line.start = entry.start_date();
  line.end = entry.end_date();
  line.last_name = entry.last_name();
  line.first_name = entry.first_name();
  place.upload->staged[place.row->ordinal()] = std::move(line);
  ++place.upload->accepted;  // until the roster is taken or not
  return Status::ok();
}

namespace {

bool drops_too_many(const Season& season, const std::map<PairName, RosterLine>& fresh) {
  std::int64_t listed = 0;
  std::int64_t dropped = 0;
  for (const auto& [name, pair] : season.pairs) {
    if (!pair.listed) continue;
    ++listed;
    if (!fresh.contains(name)) ++dropped;
  }
  const Decimal limit =
      season.rules->parameter(rulebook::names::kRosterDropConfirmationPercent).value;
  // dropped / listed > limit %
  return Decimal::from_integer(dropped * 100) > limit * Decimal::from_integer(listed);
}

// Rows of one pair are its periods; of two that overlap the later one is used.
void add_line(const RosterLine& line, std::map<PairName, RosterLine>* fresh) {
  const auto known = fresh->find(line.pair);
  if (known == fresh->end()) {
    fresh->emplace(line.pair, line);
    return;
  }
  constexpr std::int32_t kForever = 1 << 30;
  const auto last_day = [](std::int32_t end) { return end == 0 ? kForever : end; };
  const auto first_day = [](std::int32_t start) { return start == 0 ? -kForever : start; };
  std::vector<std::pair<std::int32_t, std::int32_t>> periods;
  const auto keep = [&](std::int32_t start, std::int32_t end) {
    const bool apart =
        last_day(end) < first_day(line.start) || last_day(line.end) < first_day(start);
    if (apart) periods.emplace_back(start, end);
  };
  keep(known->second.start, known->second.end);
  for (const auto& [start, end] : known->second.later) keep(start, end);
  periods.emplace_back(line.start, line.end);
  RosterLine merged = line;
  merged.start = periods.front().first;
  merged.end = periods.front().second;
  merged.later.assign(periods.begin() + 1, periods.end());
  known->second = std::move(merged);
}

void put_in_force(Season* season, const std::string& upload_id, Upload* upload) {
  std::map<PairName, RosterLine> fresh;
  for (const auto& [row, line] : upload->staged) {
    add_line(line, &fresh);
    season->see(line.pair);
  }
  for (auto& [name, pair] : season->pairs) {
    if (pair.listed && !fresh.contains(name)) pair.told_unlisted = false;
    pair.listed = false;
  }
  for (const auto& [name, line] : fresh) {
    Pair& pair = season->pairs.at(name);
    pair.listed = true;
    pair.line = line;
  }
  season->roster_upload = upload_id;
  season->roster_rows = static_cast<std::uint32_t>(upload->staged.size());
  upload->staged.clear();
}

void hold(Upload* upload, FindingCode why, Waiting waiting) {
  upload->tell(why);
  if (!upload->staged.empty()) upload->waiting = waiting;
  upload->held += upload->accepted;
  upload->accepted = 0;
}

}  // namespace

void settle_roster(Season* season, const std::string& upload_id, Upload* upload) {
  if (upload->rejected > 0) {
    upload->tell(FindingCode::ROSTER_ROWS_UNREADABLE);
    upload->rejected += upload->accepted;
    upload->accepted = 0;
    upload->staged.clear();
    return;
  }
  const rulebook::CalendarOutcome outcome = judge(
      *season, rulebook::kinds::kRoster, Instant::from_milliseconds(upload->received_at), 0, false);
  if (outcome == rulebook::CalendarOutcome::kLateHeld ||
      outcome == rulebook::CalendarOutcome::kRejectedLate) {
    return hold(upload, FindingCode::RECEIVED_LATE_HELD, Waiting::kLate);
  }
  if (outcome == rulebook::CalendarOutcome::kMilestoneMissed) {
    upload->tell(FindingCode::MILESTONE_MISSED);
  }
  std::map<PairName, RosterLine> fresh;
  for (const auto& [row, line] : upload->staged) add_line(line, &fresh);
  if (drops_too_many(*season, fresh)) {
    return hold(upload, FindingCode::ROSTER_DROPS_MANY, Waiting::kDropsMany);
  }
  put_in_force(season, upload_id, upload);
}

bool is_overtaken(const Season& season, const Upload& waiting) {
  const auto in_force = season.uploads.find(season.roster_upload);
  return in_force != season.uploads.end() && in_force->second.ordinal > waiting.ordinal;
}

void take_waiting_roster(Season* season, const std::string& upload_id, Upload* upload) {
  upload->accepted += upload->held;
  upload->held = 0;
  upload->waiting = Waiting::kNo;
  put_in_force(season, upload_id, upload);
}

// The one that is named, or the newest that waits.
std::string roster_to_confirm(const Season& season, const v1::Confirmation& fact) {
  if (!fact.upload_id().empty()) return fact.upload_id();
  std::string newest;
  std::int64_t ordinal = -1;
  for (const auto& [id, upload] : season.uploads) {
    if (upload.waiting != Waiting::kDropsMany || upload.ordinal < ordinal) continue;
    newest = id;
    ordinal = upload.ordinal;
  }
  return newest;
}

void confirm_roster(const RowPlace& place) {
  const v1::Confirmation& fact = place.row->confirmation();
  const std::string id = roster_to_confirm(*place.season, fact);
  const auto found = place.season->uploads.find(id);
  if (found == place.season->uploads.end() || found->second.waiting != Waiting::kDropsMany) {
    return reject(place, FindingCode::NOTHING_TO_CONFIRM);
  }
  Upload& waiting = found->second;
  const auto discard = [&waiting] {
    waiting.staged.clear();
    waiting.waiting = Waiting::kNo;
  };
  if (!fact.confirmed()) {
    discard();
    place.upload->tell(FindingCode::ROSTER_DISCARDED);
    ++place.upload->accepted;
    return;
  }
  if (is_overtaken(*place.season, waiting)) {
    discard();
    return reject(place, FindingCode::ROSTER_SUPERSEDED);
  }
  const rulebook::CalendarOutcome outcome =
      judge(*place.season, rulebook::kinds::kRoster, place.received(), 0, false);
  if (outcome == rulebook::CalendarOutcome::kLateHeld ||
      outcome == rulebook::CalendarOutcome::kRejectedLate) {
    place.upload->tell(FindingCode::RECEIVED_LATE_HELD);
    ++place.upload->held;
    return;
  }
  place.upload->tell(FindingCode::ROSTER_CONFIRMED);
  ++place.upload->accepted;
  take_waiting_roster(place.season, id, &waiting);
}

}  // namespace qcdr::batch
