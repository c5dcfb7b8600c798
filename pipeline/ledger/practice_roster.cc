// Rosters: rows wait until their upload is complete, then the roster is taken whole or not at all.
#include <algorithm>
#include <map>

#include "calendar/judge.h"
#include "ledger/practice_ledger.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"
#include "rulebook/parameter_names.h"

namespace qcdr::ledger {
namespace {

constexpr std::string_view kSingleton;

std::string stage_subject(std::string_view upload_id, std::uint32_t row) {
  ByteWriter writer;
  writer.text(upload_id);
  writer.big_u32(row);
  return writer.take();
}

// A staged row: like a pair, but with its TIN by token.
FactValue encode_staged(const TinToken& tin, const PairRow& pair) {
  ByteWriter writer;
  writer.raw(tin.bytes());
  writer.u64(pair.npi.value());
  writer.u8(static_cast<std::uint8_t>(pair.type));
  writer.signed_varint(pair.start.days());
  writer.signed_varint(pair.end.days());
  writer.text(pair.last_name);
  writer.text(pair.first_name);
  return {writer.take(), ""};
}

Result<PairRow> decode_staged(const FactValue& value, TinToken* tin) {
  ByteReader reader(value.canonical);
  PairRow pair;
  const std::string_view token = reader.raw(TinToken::kBytes);
  pair.npi = Npi::from_trusted(reader.u64());
  pair.type = static_cast<Clinician>(reader.u8());
  pair.start = LocalDate::from_days(static_cast<std::int32_t>(reader.signed_varint()));
  pair.end = LocalDate::from_days(static_cast<std::int32_t>(reader.signed_varint()));
  pair.last_name = reader.text();
  pair.first_name = reader.text();
  if (!reader.ok()) return Status(ErrorCode::kCorruption, "staged roster row cannot be decoded");
  *tin = TinToken::from_bytes(token.data());
  return pair;
}

bool same_period(const PairRow& a, const PairRow& b) {
  return a.listed == b.listed && a.start == b.start && a.end == b.end &&
         a.more_periods == b.more_periods;
}

// Several rows of a pair are its periods. One that overlaps an earlier one takes its place, as the
// checks have told; names and type are the last row's.
std::vector<PairRow> one_row_per_pair(const std::vector<PairRow>& staged) {
  std::vector<PairRow> merged;
  std::map<std::pair<std::uint32_t, Npi>, std::size_t> places;
  for (const PairRow& row : staged) {
    const auto [place, fresh] = places.try_emplace({row.tin, row.npi}, merged.size());
    if (fresh) {
      merged.push_back(row);
      continue;
    }
    PairRow& known = merged[place->second];
    const Period period{row.start, row.end};
    std::vector<Period> periods = {{known.start, known.end}};
    periods.insert(periods.end(), known.more_periods.begin(), known.more_periods.end());
    std::erase_if(periods, [&](const Period& other) { return other.overlaps(period); });
    periods.push_back(period);
    if (periods.size() > kPeriodsPerPairMax) periods.erase(periods.begin());
    known = row;
    known.start = periods.front().start;
    known.end = periods.front().end;
    known.more_periods.assign(periods.begin() + 1, periods.end());
  }
  return merged;
}

}  // namespace

Status PracticeLedger::stage_roster_entry(RowContext& context, const v1::RosterEntry& entry) {
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t tin, tin_of(context, entry.tin()));
  if (takes_back(context)) {  // a roster is taken whole: who leaves is not on the next one
    reject(context, FindingCode::RECORD_CANNOT_BE_TAKEN_BACK);
    return Status::ok();
  }
  PairRow pair;
  pair.npi = Npi::from_trusted(entry.npi());
  pair.type = static_cast<Clinician>(entry.clinician_type());
  pair.start = LocalDate::from_days(entry.start_date());
  pair.end = LocalDate::from_days(entry.end_date());
  pair.last_name = entry.last_name();
  pair.first_name = entry.first_name();
  facts_.put(FactKind::kRosterStage, stage_subject(context.upload_id, context.row->ordinal()),
             encode_staged(pairs_.tins()[tin].token, pair));
  ++context.upload->rows_accepted;
  return Status::ok();
}

Result<std::vector<PairRow>> PracticeLedger::staged_roster(std::string_view upload_id) const {
  std::vector<PairRow> staged;
  ByteWriter prefix;
  prefix.text(upload_id);
  QCDR_RETURN_IF_ERROR(facts_.for_each(
      FactKind::kRosterStage, [&](std::string_view subject, const FactValue& value) -> Status {
        if (!subject.starts_with(prefix.bytes())) return Status::ok();
        TinToken token;
        QCDR_ASSIGN_OR_RETURN(PairRow pair, decode_staged(value, &token));
        const auto tin = pairs_.find_tin(token);
        QCDR_ASSERT(tin.has_value());
        pair.tin = *tin;
        staged.push_back(std::move(pair));
        return Status::ok();
      }));
  return staged;
}

void PracticeLedger::drop_stage(std::string_view upload_id) {
  ByteWriter prefix;
  prefix.text(upload_id);
  std::vector<std::string> subjects;
  const Status visited = facts_.for_each(FactKind::kRosterStage,
                                         [&](std::string_view subject, const FactValue&) -> Status {
                                           if (subject.starts_with(prefix.bytes()))
                                             subjects.emplace_back(subject);
                                           return Status::ok();
                                         });
  QCDR_ASSERT(visited.is_ok());
  for (const std::string& subject : subjects) facts_.erase(FactKind::kRosterStage, subject);
}

PracticeLedger::RosterDrop PracticeLedger::roster_drop(const std::vector<PairRow>& staged) const {
  std::set<std::pair<std::uint32_t, Npi>> named;
  for (const PairRow& row : staged) named.emplace(row.tin, row.npi);
  RosterDrop drop;
  for (const PairRow& pair : pairs_.pairs()) {
    if (!pair.listed) continue;
    ++drop.listed;
    drop.dropped += named.contains({pair.tin, pair.npi}) ? 0U : 1U;
  }
  const Decimal percent =
      rules_.year->parameter(rulebook::names::kRosterDropConfirmationPercent).value;
  drop.too_many = Decimal::from_integer(static_cast<std::int64_t>(drop.dropped * 100)) >
                  percent * Decimal::from_integer(static_cast<std::int64_t>(drop.listed));
  return drop;
}

Status PracticeLedger::complete_roster(RowContext& context) {
  UploadFact& upload = *context.upload;
  context.received_at =
      upload.received_at;  // of its first record, should it have come in two parts
  const auto hold = [&upload] { upload.rows_held += std::exchange(upload.rows_accepted, 0); };
  if (upload.rows_rejected > 0) {
    tell(context, FindingCode::ROSTER_ROWS_UNREADABLE, {std::to_string(upload.rows_rejected)});
    upload.rows_rejected += std::exchange(upload.rows_accepted, 0);
    drop_stage(context.upload_id);
    return Status::ok();
  }
  std::string_view rule;
  const auto outcome = judge_record(context, rulebook::kinds::kRoster, false, &rule);
  if (outcome == rulebook::CalendarOutcome::kLateHeld ||
      outcome == rulebook::CalendarOutcome::kRejectedLate) {
    tell(context, FindingCode::RECEIVED_LATE_HELD, {std::string(rule)});
    hold();
    return Status::ok();
  }
  if (outcome == rulebook::CalendarOutcome::kMilestoneMissed) {
    tell(context, FindingCode::MILESTONE_MISSED, {std::string(rule)});
  }
  QCDR_ASSIGN_OR_RETURN(const std::vector<PairRow> staged, staged_roster(context.upload_id));
  const RosterDrop drop = roster_drop(staged);
  if (drop.too_many) {
    tell(context, FindingCode::ROSTER_DROPS_MANY,
         {std::to_string(drop.dropped), std::to_string(drop.listed)});
    hold();
    return Status::ok();
  }
  QCDR_RETURN_IF_ERROR(take_roster(staged, context.upload_id, context.offset, context.effects));
  drop_stage(context.upload_id);
  return Status::ok();
}

// The newest roster that waits because it drops many; empty: none does.
Result<std::string> PracticeLedger::waiting_roster() const {
  std::string newest;
  std::optional<std::uint32_t> ordinal;
  QCDR_RETURN_IF_ERROR(
      for_each_known_upload([&](const std::string& id, const UploadFact& fact) -> Status {
        if (!fact.completed || (ordinal && fact.ordinal < *ordinal) ||
            !fact.findings.contains(code_number(FindingCode::ROSTER_DROPS_MANY))) {
          return Status::ok();
        }
        QCDR_ASSIGN_OR_RETURN(const std::vector<PairRow> staged, staged_roster(id));
        if (staged.empty()) return Status::ok();  // confirmed or discarded
        newest = id;
        ordinal = fact.ordinal;
        return Status::ok();
      }));
  return newest;
}

// Confirms or discards a roster that waits because it drops many: the one that is named, or the
// newest. What came too late besides stays
// held: confirming is a yes, and judged as the roster would be.
Status PracticeLedger::confirm_roster(RowContext& context, const v1::Confirmation& fact) {
  std::string id = fact.upload_id();
  if (id.empty()) {
    QCDR_ASSIGN_OR_RETURN(id, waiting_roster());
  }
  QCDR_ASSIGN_OR_RETURN(auto waiting, upload(id));
  QCDR_ASSIGN_OR_RETURN(const std::vector<PairRow> staged, staged_roster(id));
  if (!waiting || staged.empty() || !waiting->completed ||
      !waiting->findings.contains(code_number(FindingCode::ROSTER_DROPS_MANY))) {
    reject(context, FindingCode::NOTHING_TO_CONFIRM);
    return Status::ok();
  }
  if (!fact.confirmed()) {
    drop_stage(id);
    tell(context, FindingCode::ROSTER_DISCARDED);
    ++context.upload->rows_accepted;
    return Status::ok();
  }
  QCDR_ASSIGN_OR_RETURN(const bool superseded, roster_is_superseded(*waiting));
  if (superseded) {
    drop_stage(id);
    reject(context, FindingCode::ROSTER_SUPERSEDED);
    return Status::ok();
  }
  std::string_view rule;
  const auto outcome = judge_record(context, rulebook::kinds::kRoster, false, &rule);
  if (outcome == rulebook::CalendarOutcome::kLateHeld ||
      outcome == rulebook::CalendarOutcome::kRejectedLate) {
    tell(context, FindingCode::RECEIVED_LATE_HELD, {std::string(rule)});
    ++context.upload->rows_held;
    return Status::ok();
  }
  tell(context, FindingCode::ROSTER_CONFIRMED);
  ++context.upload->rows_accepted;
  return take_waiting_roster(id, std::move(*waiting), staged, context.offset, context.effects);
}

// Whether a roster that was uploaded later is in force.
Result<bool> PracticeLedger::roster_is_superseded(const UploadFact& waiting) const {
  const FactValue* value = facts_.find(FactKind::kRoster, kSingleton);
  if (value == nullptr) return false;
  ByteReader reader(value->canonical);
  QCDR_ASSIGN_OR_RETURN(const auto in_force, upload(reader.text()));
  return in_force && in_force->ordinal > waiting.ordinal;
}

// Its rows were held, and count now.
Status PracticeLedger::take_waiting_roster(const std::string& upload_id, UploadFact waiting,
                                           const std::vector<PairRow>& staged, Offset cause,
                                           Effects* effects) {
  waiting.rows_accepted += std::exchange(waiting.rows_held, 0);
  put_upload(upload_id, waiting);
  QCDR_RETURN_IF_ERROR(take_roster(staged, upload_id, cause, effects));
  drop_stage(upload_id);
  return Status::ok();
}

Status PracticeLedger::take_roster(const std::vector<PairRow>& staged, std::string_view upload_id,
                                   Offset cause, Effects* effects) {
  reconciliations_.clear();
  const std::vector<PairRow> before = pairs_.pairs();
  std::vector<bool> listed(before.size());
  for (const PairRow& row : one_row_per_pair(staged)) {
    bool added = false;
    const std::uint32_t ordinal = pairs_.find_or_add_pair(row.tin, row.npi, &added);
    if (added) QCDR_RETURN_IF_ERROR(look_up(ordinal));
    if (ordinal >= listed.size()) listed.resize(ordinal + 1);
    listed[ordinal] = true;
    const bool reported = !added && pairs_.pair(ordinal).reports_individually();
    pairs_.set_roster(ordinal, row);
    if (reported && !pairs_.pair(ordinal).reports_individually()) touched_.note_vanished(ordinal);
    touch_pair(ordinal, cause, effects);
    touch_tin(row.tin, cause, effects);
  }
  bool periods_changed = false;
  for (const PairRow& old_row : before) {
    if (old_row.listed && !listed[old_row.ordinal]) {
      pairs_.clear_roster(old_row.ordinal);
      touch_pair(old_row.ordinal, cause, effects);
      touch_tin(old_row.tin, cause, effects);
    }
    periods_changed = periods_changed || !same_period(old_row, pairs_.pair(old_row.ordinal));
  }
  ByteWriter version;
  version.text(upload_id);
  version.varint(staged.size());
  facts_.put(FactKind::kRoster, kSingleton, {version.take(), ""});
  if (!periods_changed || cases_->layout().cases == 0) return Status::ok();
  return refold(cause, effects);
}

// Sums from nothing but contributions and the roster in force.
Status PracticeLedger::refold(Offset cause, Effects* effects) {
  derived_.clear();
  for (const PairRow& pair : pairs_.pairs()) {
    QCDR_RETURN_IF_ERROR(counts_.clear(pair.tin, owner_of(pair)));
  }
  for (const TinRow& tin : pairs_.tins()) {
    QCDR_RETURN_IF_ERROR(counts_.clear(tin.ordinal, owner_of(tin)));
    touch_tin(tin.ordinal, cause, effects);
  }
  for (const PairRow& pair : pairs_.pairs()) touch_pair(pair.ordinal, cause, effects);
  return cases_->for_each([&](const CaseEntry& entry) -> Status {
    if (entry.counting) QCDR_RETURN_IF_ERROR(credit(*entry.counting, +1, cause, effects));
    if (entry.held) QCDR_RETURN_IF_ERROR(credit(*entry.held, +1, cause, effects));
    return Status::ok();
  });
}

}  // namespace qcdr::ledger
