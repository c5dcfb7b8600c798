#include "batch_rows.h"
#include "rulebook/calendar_kinds.h"

namespace qcdr::batch {

using rulebook::CalendarOutcome;

namespace {

// Those that a registry sends: all but cost. None named: all of them.
std::uint8_t sent(std::uint8_t categories) {
  constexpr std::uint8_t kAll = 1U << v1::CATEGORY_QUALITY |
                                1U << v1::CATEGORY_IMPROVEMENT_ACTIVITIES |
                                1U << v1::CATEGORY_PROMOTING_INTEROPERABILITY;
  return categories == 0 ? kAll : static_cast<std::uint8_t>(categories & kAll);
}

std::uint8_t bits_of(const v1::Row& row) {
  std::uint32_t categories = 0;
  for (const auto category : row.opt_out().categories()) {
    categories |= 1U << static_cast<unsigned>(category);
  }
  return static_cast<std::uint8_t>(categories);
}

bool reports_as_group(const Season& season, const TinToken& tin) {
  const auto found = season.elections.find(std::string(tin.bytes()));
  if (found == season.elections.end()) return false;
  const std::uint32_t level = found->second.in_force.level;
  return level == v1::REPORTING_LEVEL_GROUP || level == v1::REPORTING_LEVEL_BOTH;
}

}  // namespace

void hold_unreadable(const RowPlace& place, const TinToken& tin) {
  place.upload->tell(FindingCode::OPT_OUT_UNREADABLE);
  place.season->unreadable[{tin, place.upload->ordinal, place.row->ordinal()}] = place.origin();
}

void revoke_opt_out(const RowPlace& place, const std::string& entity) {
  const CalendarOutcome outcome =
      judge(*place.season, rulebook::kinds::kOptOutRevocation, place.received(), 0, false);
  if (outcome == CalendarOutcome::kRejectedLate) {
    return reject(place, FindingCode::RECEIVED_LATE_REJECTED);
  }
  const bool late = outcome == CalendarOutcome::kLateHeld;
  const auto known = place.season->opt_outs.find(entity);
  const bool filed = known != place.season->opt_outs.end() && known->second.filed;
  const std::uint8_t categories = takes_back(place) ? std::uint8_t{0} : bits_of(*place.row);
  if (!filed || (categories != 0 && (sent(known->second.categories) & sent(categories)) == 0) ||
      (late && known->second.held_revocation && known->second.held_categories == categories)) {
    ++place.upload->duplicate;
    return;
  }
  OptOutState& state = known->second;
  if (late) {
    state.held_revocation = place.origin();
    state.held_categories = categories;
    state.revocation_refused = false;
    if (!takes_back(place)) remember_record(place);
    place.upload->tell(FindingCode::RECEIVED_LATE_HELD);
    ++place.upload->held;
    return;
  }
  if (!takes_back(place)) remember_record(place);
  take_revocation(&state, place.origin(), categories);
  place.upload->tell(FindingCode::OPT_OUT_REVOKED);
  ++place.upload->accepted;
}

// What is left of the categories stays filed.
void take_revocation(OptOutState* state, const Origin& origin, std::uint8_t categories) {
  const auto rest = static_cast<std::uint8_t>(sent(state->categories) & ~sent(categories));
  state->filed = rest != 0;
  if (state->filed) {
    state->categories = rest;
  } else {
    state->since = origin;
  }
  state->origin = origin;
  state->held_revocation.reset();
  state->revocation_refused = false;
  state->held_categories = 0;
}

Status take_opt_out(const RowPlace& place) {
  const v1::OptOut& fact = place.row->opt_out();
  if (fact.tin() == 0) {
    ++place.upload->rejected;
    hold_unreadable(place, TinToken());
    return Status::ok();
  }
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(place, fact.tin(), fact.npi()));
  if (subject.group()) {
    reject(place, FindingCode::OPT_OUT_NOT_FOR_GROUPS);
    hold_unreadable(place, subject.tin);
    return Status::ok();
  }
  // A row that can be read stands for the one that it names.
  clear_unreadable(place.season,
                   place.row->supersedes().empty() ? place.supersedes : place.row->supersedes());
  if (takes_back(place)) {
    take_back(place, {kOptOut, subject.entity});
    return Status::ok();
  }
  if (fact.action() == v1::CONSENT_ACTION_REVOKE) {
    revoke_opt_out(place, subject.entity);
    return Status::ok();
  }
  std::uint8_t categories = bits_of(*place.row);
  OptOutState state;
  const auto known = place.season->opt_outs.find(subject.entity);
  if (known != place.season->opt_outs.end()) state = known->second;
  place.upload->tell(FindingCode::OPT_OUT_CAN_COST);
  // A no is only ever added to.
  if (state.filed && categories != 0) {
    categories = state.categories == 0 ? std::uint8_t{0}
                                       : static_cast<std::uint8_t>(state.categories | categories);
  }
  if (state.filed && !state.held_revocation && state.categories == categories) {
    ++place.upload->duplicate;
    return Status::ok();
  }
  if (!place.season->listed({subject.tin, subject.npi})) {
    place.upload->tell(FindingCode::OPT_OUT_PAIR_UNKNOWN);
  }
  if (reports_as_group(*place.season, subject.tin)) {
    place.upload->tell(FindingCode::OPT_OUT_LEAVES_GROUP);
  }
  ++place.upload->accepted;
  const Origin since = state.filed ? state.since : place.origin();
  place.season->opt_outs[subject.entity] = {
      true,  categories, static_cast<std::uint8_t>(fact.reason()), place.origin(), std::nullopt, 0,
      since, false};
  remember_record(place);
  return Status::ok();
}

void end_opt_outs(Season* season, Upload* upload) {
  constexpr std::uint32_t kWholeFile = 0xffffffff;
  if (upload->refused) {
    upload->tell(FindingCode::OPT_OUT_FILE_REFUSED);
    season->unreadable[{TinToken(), upload->ordinal, kWholeFile}] = {upload->received_at,
                                                                     upload->ordinal, kWholeFile};
    return;
  }
  // Of a file that files for nobody nobody knows that it is the other one, corrected.
  if (!upload->codes.contains(code_number(FindingCode::OPT_OUT_CAN_COST))) return;
  std::erase_if(season->unreadable, [&](const auto& entry) {
    return entry.first.row == kWholeFile && entry.second.received_at <= upload->received_at;
  });
}

std::size_t clear_unreadable(Season* season, const std::string& record_id) {
  if (record_id.empty()) return 0;
  return clear_unreadable(season, record_id, TinToken());
}

std::size_t clear_unreadable(Season* season, const std::string& record_id, const TinToken& tin) {
  std::string upload_id = record_id;
  std::uint32_t row = 0;
  const bool one_row = split_record_id(record_id, &upload_id, &row);
  std::optional<std::uint32_t> ordinal;
  if (!upload_id.empty()) {
    const auto upload = season->uploads.find(upload_id);
    if (upload == season->uploads.end()) return 0;
    ordinal = upload->second.ordinal;
  }
  return std::erase_if(season->unreadable, [&](const auto& entry) {
    const UnreadableRow& each = entry.first;
    return (tin == TinToken() || each.tin == tin || (ordinal && each.tin == TinToken())) &&
           (!ordinal || each.upload == *ordinal) && (!one_row || each.row == row);
  });
}

}  // namespace qcdr::batch
