#include "batch_rows.h"
#include "rulebook/calendar_kinds.h"

namespace qcdr::batch {

using rulebook::CalendarOutcome;

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
  if (!filed || (late && known->second.held_revocation)) {
    ++place.upload->duplicate;
    return;
  }
  OptOutState& state = known->second;
  if (late) {
    state.held_revocation = place.origin();
    place.upload->tell(FindingCode::RECEIVED_LATE_HELD);
    ++place.upload->held;
    return;
  }
  state.filed = false;
  state.origin = place.origin();
  state.held_revocation.reset();
  state.revocation_refused = false;
  place.upload->tell(FindingCode::OPT_OUT_REVOKED);
  ++place.upload->accepted;
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
  if (takes_back(place) || fact.action() == v1::CONSENT_ACTION_REVOKE) {
    revoke_opt_out(place, subject.entity);
    return Status::ok();
  }
  std::uint32_t categories = 0;
  for (const auto category : fact.categories()) {
    categories |= 1U << static_cast<unsigned>(category);
  }
  OptOutState state;
  const auto known = place.season->opt_outs.find(subject.entity);
  if (known != place.season->opt_outs.end()) state = known->second;
  if (state.filed && !state.held_revocation && state.categories == categories) {
    ++place.upload->duplicate;
    return Status::ok();
  }
  if (!place.season->listed({subject.tin, subject.npi})) {
    place.upload->tell(FindingCode::OPT_OUT_PAIR_UNKNOWN);
  }
  place.upload->tell(FindingCode::OPT_OUT_CAN_COST);
  ++place.upload->accepted;
  place.season->opt_outs[subject.entity] = {true, static_cast<std::uint8_t>(categories),
                                            static_cast<std::uint8_t>(fact.reason()),
                                            place.origin(), std::nullopt, false};
  remember_record(place);
  return Status::ok();
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
    return (tin == TinToken() || each.tin == tin || each.tin == TinToken()) &&
           (!ordinal || each.upload == *ordinal) && (!one_row || each.row == row);
  });
}

}  // namespace qcdr::batch
