// Cases: from a row to a contribution, and from contributions to sums.
#include <algorithm>

#include "calendar/judge.h"
#include "ledger/practice_ledger.h"
#include "measures/specification_set.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::ledger {
namespace {

CountClass class_of(rulebook::CalendarOutcome outcome) {
  switch (outcome) {
    case rulebook::CalendarOutcome::kOnTime:
      return CountClass::kOnTime;
    case rulebook::CalendarOutcome::kMilestoneMissed:
      return CountClass::kMilestoneMissed;
    case rulebook::CalendarOutcome::kLateHeld:
    case rulebook::CalendarOutcome::kRejectedLate:
      return CountClass::kLateHeld;
  }
  return CountClass::kLateHeld;
}

// Of a case that the calendar refuses; no class of counts.
constexpr std::int8_t kRefused = 4;
static_assert(kRefused == static_cast<std::int8_t>(kCountClasses));

bool stored_outcome(measures::CaseOutcome outcome, StoredOutcome* stored) {
  switch (outcome) {
    case measures::CaseOutcome::kMet:
      *stored = StoredOutcome::kMet;
      return true;
    case measures::CaseOutcome::kNotMet:
      *stored = StoredOutcome::kNotMet;
      return true;
    case measures::CaseOutcome::kException:
      *stored = StoredOutcome::kException;
      return true;
    case measures::CaseOutcome::kNotReported:
      *stored = StoredOutcome::kNotReported;
      return true;
    case measures::CaseOutcome::kNotEligible:
    case measures::CaseOutcome::kExcluded:
      return false;
  }
  return false;
}

}  // namespace

CountOwner PracticeLedger::owner_of(const PairRow& pair) const {
  return {pairs_.tins()[pair.tin].token, pair.member, false, pair.entity};
}

CountOwner PracticeLedger::owner_of(const TinRow& tin) const {
  return {tin.token, 0, true, tin.group_entity};
}

// Content of a case for the digest: tokens instead of ordinals, so that the layout does not matter.
Hash256 PracticeLedger::case_item(const CaseEntry& entry) const {
  QCDR_ASSERT(!entry.empty());
  constexpr std::size_t kPairBytes = 8;  // leading bytes of the pair's entity id
  constexpr std::size_t kTypicalBytes = 128;
  constexpr std::uint8_t kRefusedBit = 4;
  ByteWriter writer;
  writer.reserve(kTypicalBytes);
  writer.u8('C');
  writer.raw(practice_year_key(id_));
  writer.raw(entry.token.bytes());
  for (const auto* contribution : {&entry.counting, &entry.held}) {
    if (!contribution->has_value()) {
      writer.u8(0);
      continue;
    }
    const Contribution& value = **contribution;
    writer.u8(1);
    writer.u32(value.upload);
    writer.u32(value.row);
    writer.u16(value.day);
    writer.u8(static_cast<std::uint8_t>(static_cast<std::uint8_t>(value.timeliness) |
                                        (value.refused ? kRefusedBit : 0)));
    writer.u8(value.pair_count);
    for (std::uint32_t pair : value.pair_span()) {
      writer.raw(pairs_.pair(pair).entity.bytes().substr(0, kPairBytes));
    }
    writer.u8(value.outcome_count);
    writer.raw(value.outcomes.data(), value.outcome_count);
  }
  return sha256(writer.bytes());
}

bool PracticeLedger::collect_pairs(RowContext& context, const v1::AnesthesiaCase& fact,
                                   Contribution* contribution, Status* error) {
  for (const v1::CaseStaff& staff : fact.staff()) {
    if (staff.npi() == 0 || staff.tin() == 0) continue;  // told by the checks before
    const auto tin = tin_of(context, staff.tin());
    if (!tin.is_ok()) {
      *error = tin.status();
      return false;
    }
    bool added = false;
    const std::uint32_t pair =
        pairs_.find_or_add_pair(tin.value(), Npi::from_trusted(staff.npi()), &added);
    if (added) {
      *error = look_up(pair);
      if (!error->is_ok()) return false;
    }
    const PairRow& row = pairs_.pair(pair);
    if (added || (!row.listed && !row.noted)) {
      tell(context, FindingCode::NPI_NOT_ON_ROSTER);
      if (!added) pairs_.note_seen_again(pair);
    }
    const bool reported = !added && pairs_.pair(pair).reports_individually();
    if (pairs_.note_case_type(pair, static_cast<Clinician>(staff.clinician_type()))) {
      if (reported && !pairs_.pair(pair).reports_individually()) touched_.note_vanished(pair);
      // It may decide a score, even of a case that is there already.
      touch_pair(pair, context.offset, context.effects);
      touch_tin(tin.value(), context.offset, context.effects);
    }
    const auto known = contribution->pair_span();
    if (std::find(known.begin(), known.end(), pair) != known.end()) continue;
    if (contribution->pair_count == kPairsPerCaseMax) {
      *error = Status(ErrorCode::kCorruption, "a case has more staff than checks let through");
      return false;
    }
    contribution->pairs[contribution->pair_count++] = pair;
  }
  return contribution->pair_count > 0;
}

void PracticeLedger::collect_outcomes(RowContext& context, const v1::AnesthesiaCase& fact,
                                      Contribution* contribution) {
  measures::CaseFacts facts;
  facts.quality_codes = {fact.quality_codes().data(),
                         static_cast<std::size_t>(fact.quality_codes_size())};
  facts.quality_measures = {fact.quality_measures().data(),
                            static_cast<std::size_t>(fact.quality_measures_size())};
  facts.age_years = fact.age_years();
  facts.anesthesia_minutes = fact.anesthesia_minutes();
  facts.anesthesia_categories = fact.anesthesia_categories();
  std::array<measures::CaseOutcome, kOutcomesPerCaseMax> outcomes;
  const std::size_t count = rules_.specifications.size();
  QCDR_ASSERT(count <= outcomes.size());
  const std::uint32_t contradicting =
      rules_.specifications.evaluate_all(facts, {outcomes.data(), count});
  for (std::size_t slot = 0; slot < count; ++slot) {
    if ((contradicting >> slot & 1U) != 0) {
      tell(context, FindingCode::TWO_OUTCOME_CODES,
           {rules_.year->specifications()[slot].measure_id});
    }
    StoredOutcome outcome;
    if (!stored_outcome(outcomes[slot], &outcome)) continue;
    contribution->outcomes[contribution->outcome_count++] =
        static_cast<std::uint8_t>(slot << 3 | static_cast<std::uint8_t>(outcome));
  }
}

Result<bool> PracticeLedger::read_case(RowContext& context, const v1::AnesthesiaCase& fact,
                                       Contribution* contribution) {
  contribution->upload = context.upload->ordinal;
  contribution->row = context.row->ordinal();
  const std::int32_t day = fact.service_date() - rules_.first_day.days();
  if (day < 0 || day >= rules_.days) {
    tell(context, FindingCode::CASE_OUTSIDE_YEAR, {std::to_string(id_.year.value())});
    return false;
  }
  contribution->day = static_cast<std::uint16_t>(day);
  Status error;
  if (!collect_pairs(context, fact, contribution, &error)) {
    if (!error.is_ok()) return error;
    tell(context, FindingCode::CASE_WITHOUT_VALID_STAFF);
    return false;
  }
  collect_outcomes(context, fact, contribution);
  return true;
}

// By the calendar; and what an audit correction names counts although it is late. Nothing: a
// registry that refuses late cases does not keep this one.
Result<std::optional<CountClass>> PracticeLedger::judge_case(RowContext& context,
                                                             const CaseToken& token,
                                                             std::uint16_t day, bool correction) {
  if (!judged_.valid || judged_.received_at != context.received_at) {
    judged_.valid = true;
    judged_.received_at = context.received_at;
    judged_.classes.fill(-1);
  }
  const int month = rules_.month_of_day[day];
  std::int8_t& cached = judged_.classes[static_cast<std::size_t>(month * 2 + (correction ? 1 : 0))];
  if (cached < 0) {
    const calendar::Judgement judgement =
        calendar::judge(*rules_.year, rulebook::kinds::kAnesthesiaCase, context.received_at, month,
                        correction, extensions_);
    cached = judgement.outcome == rulebook::CalendarOutcome::kRejectedLate
                 ? kRefused
                 : static_cast<std::int8_t>(class_of(judgement.outcome));
  }
  std::optional<CountClass> judged;
  if (cached != kRefused) judged = static_cast<CountClass>(cached);
  if (judged && *judged != CountClass::kLateHeld) return judged;
  for (const AuditCorrection& audit : audit_corrections_) {
    if (!audit.names(token)) continue;
    QCDR_ASSIGN_OR_RETURN(const bool accepted,
                          audit_accepts(audit, context.received_at, *rules_.year, facts_));
    if (accepted) return std::optional(CountClass::kMilestoneMissed);
  }
  return judged;
}

void PracticeLedger::tell_withheld(RowContext& context, const Contribution& contribution,
                                   bool* credited) {
  const LocalDate date = LocalDate::from_days(rules_.first_day.days() + contribution.day);
  *credited = false;
  bool withheld = false;
  for (std::uint32_t pair : contribution.pair_span()) {
    const bool effective = pairs_.pair(pair).effective_on(date);
    *credited = *credited || effective;
    withheld = withheld || !effective;
  }
  if (withheld) tell(context, FindingCode::TIN_NOT_EFFECTIVE_ON_SERVICE_DATE);
  if (!*credited) tell(context, FindingCode::CASE_ALL_STAFF_WITHHELD);
}

Status PracticeLedger::apply_case(RowContext& context, const v1::AnesthesiaCase& fact) {
  QCDR_ASSIGN_OR_RETURN(const CaseToken token, CaseToken::from_string(fact.case_token()));
  file_times_.note(context.upload, fact.file_created());
  if (takes_back(context)) return take_back_case(context, token);
  Contribution contribution;
  QCDR_ASSIGN_OR_RETURN(const bool readable, read_case(context, fact, &contribution));
  if (!readable) {
    ++context.upload->rows_rejected;
    return Status::ok();
  }
  bool credited = false;
  tell_withheld(context, contribution, &credited);
  QCDR_ASSIGN_OR_RETURN(const auto place, cases_->find(token));
  if (!place) {
    QCDR_ASSIGN_OR_RETURN(const auto judged, judge_case(context, token, contribution.day, false));
    if (!judged) {
      refuse_late_case(context);
      return Status::ok();
    }
    contribution.timeliness = *judged;
    if (contribution.timeliness == CountClass::kLateHeld) {
      return hold_case(context, std::nullopt, token, contribution);
    }
    return add_case(context, token, contribution, credited);
  }
  return correct_case(context, *place, contribution, credited);
}

Status PracticeLedger::add_case(RowContext& context, const CaseToken& token,
                                Contribution contribution, bool credited) {
  if (contribution.timeliness == CountClass::kMilestoneMissed) {
    tell(context, FindingCode::MILESTONE_MISSED, {std::string(rulebook::kinds::kAnesthesiaCase)});
  }
  CaseEntry entry;
  entry.token = token;
  entry.counting = contribution;
  digest_.add(case_item(entry));
  QCDR_RETURN_IF_ERROR(cases_->append(entry));
  ++(credited ? context.upload->rows_accepted : context.upload->rows_held);
  return credit(contribution, +1, context.offset, context.effects);
}

Status PracticeLedger::correct_case(RowContext& context, CaseIndex::Place place,
                                    Contribution contribution, bool credited) {
  QCDR_ASSIGN_OR_RETURN(CaseEntry entry, cases_->read(place));
  const bool correction = entry.counting.has_value();
  QCDR_ASSIGN_OR_RETURN(const auto judged,
                        judge_case(context, entry.token, contribution.day, correction));
  if (judged) contribution.timeliness = *judged;
  // Receipt decides, not the order of processing: what came in time counts although a late copy of
  // it is held already.
  const bool lifts_hold = entry.held && judged && *judged != CountClass::kLateHeld;
  const auto& latest = entry.held ? entry.held : entry.counting;  // none: it was taken back
  if (!lifts_hold && latest && latest->same_content(contribution)) {
    tell(context, FindingCode::CASE_UNCHANGED);
    ++context.upload->rows_duplicate;
    return Status::ok();
  }
  if (!judged) {
    refuse_late_case(context);
    return Status::ok();
  }
  if (contribution.timeliness == CountClass::kLateHeld) {
    return hold_case(context, place, entry.token, contribution);
  }
  if (contribution.timeliness == CountClass::kMilestoneMissed) {
    tell(context, FindingCode::MILESTONE_MISSED, {std::string(rulebook::kinds::kAnesthesiaCase)});
  }
  QCDR_RETURN_IF_ERROR(tell_older_file(context, entry));
  if (!entry.empty()) digest_.subtract(case_item(entry));
  if (entry.counting) {
    // A case that missed its month's date does not become punctual by being corrected.
    contribution.timeliness = std::max(contribution.timeliness, entry.counting->timeliness);
    QCDR_RETURN_IF_ERROR(credit(*entry.counting, -1, context.offset, context.effects));
    tell(context, FindingCode::CASE_REPLACED);
  }
  if (entry.held) {  // what is accepted now is newer than what was held
    QCDR_RETURN_IF_ERROR(credit(*entry.held, -1, context.offset, context.effects));
    entry.held.reset();
  }
  entry.counting = contribution;
  digest_.add(case_item(entry));
  QCDR_RETURN_IF_ERROR(cases_->replace(place, entry));
  ++(credited ? context.upload->rows_accepted : context.upload->rows_held);
  return credit(contribution, +1, context.offset, context.effects);
}

void PracticeLedger::refuse_late_case(RowContext& context) {
  reject(context, FindingCode::RECEIVED_LATE_REJECTED,
         {std::string(rulebook::kinds::kAnesthesiaCase)});
}

Status PracticeLedger::hold_case(RowContext& context, std::optional<CaseIndex::Place> place,
                                 const CaseToken& token, Contribution contribution) {
  tell(context, FindingCode::RECEIVED_LATE_HELD, {std::string(rulebook::kinds::kAnesthesiaCase)});
  CaseEntry entry;
  entry.token = token;
  if (place) {
    QCDR_ASSIGN_OR_RETURN(entry, cases_->read(*place));
    if (!entry.empty()) digest_.subtract(case_item(entry));
    if (entry.held) {
      QCDR_RETURN_IF_ERROR(credit(*entry.held, -1, context.offset, context.effects));
    }
  }
  entry.held = contribution;
  digest_.add(case_item(entry));
  if (place) {
    QCDR_RETURN_IF_ERROR(cases_->replace(*place, entry));
  } else {
    QCDR_RETURN_IF_ERROR(cases_->append(entry));
  }
  ++context.upload->rows_held;
  return credit(contribution, +1, context.offset, context.effects);
}

// A case that was never performed, or not by this practice. In time it goes at once, and its place
// stays, empty. Too late it stays in this year's set, and that it shall go is held, as a correction
// would be.
Status PracticeLedger::take_back_case(RowContext& context, const CaseToken& token) {
  QCDR_ASSIGN_OR_RETURN(const auto place, cases_->find(token));
  CaseEntry entry;
  if (place) {
    QCDR_ASSIGN_OR_RETURN(entry, cases_->read(*place));
  }
  if (entry.empty()) {
    reject(context, FindingCode::RECORD_TO_TAKE_BACK_UNKNOWN);
    return Status::ok();
  }
  const std::uint16_t day = entry.counting ? entry.counting->day : entry.held->day;
  QCDR_ASSIGN_OR_RETURN(const auto judged, judge_case(context, token, day, true));
  if (!judged && entry.counting) {
    refuse_late_case(context);
    return Status::ok();
  }
  if (judged && *judged == CountClass::kLateHeld && entry.counting) {
    if (entry.held && entry.held->takes_back()) {
      tell(context, FindingCode::CASE_UNCHANGED);
      ++context.upload->rows_duplicate;
      return Status::ok();
    }
    Contribution gone;
    gone.upload = context.upload->ordinal;
    gone.row = context.row->ordinal();
    gone.day = day;
    gone.timeliness = CountClass::kLateHeld;
    return hold_case(context, place, token, gone);
  }
  CaseEntry nothing;
  nothing.token = token;
  QCDR_RETURN_IF_ERROR(change_case(nothing, context.offset, context.effects));
  tell(context, FindingCode::RECORD_TAKEN_BACK);
  ++context.upload->rows_accepted;
  return Status::ok();
}

Status PracticeLedger::credit(const Contribution& contribution, int sign, Offset cause,
                              Effects* effects) {
  if (contribution.refused) return Status::ok();  // it is in no sum
  struct TinOnCase {
    std::uint32_t ordinal;
    bool effective;
  };
  std::array<TinOnCase, kPairsPerCaseMax> tins;
  std::size_t tin_count = 0;
  const LocalDate date = LocalDate::from_days(rules_.first_day.days() + contribution.day);
  for (std::uint32_t ordinal : contribution.pair_span()) {
    const PairRow& pair = pairs_.pair(ordinal);
    const bool effective = pair.effective_on(date);
    QCDR_RETURN_IF_ERROR(counts_.change(pair.tin, owner_of(pair),
                                        effective ? contribution.timeliness : CountClass::kWithheld,
                                        contribution.outcome_span(), sign));
    touch_pair(ordinal, cause, effects);
    if (!effective && contribution.timeliness != CountClass::kLateHeld) {
      derived_.count_withheld(pair, date, sign);
    }
    if (pair.npi_deactivated_on(date) && contribution.timeliness != CountClass::kLateHeld) {
      derived_.count_inactive(ordinal, sign);
    }
    std::size_t i = 0;
    while (i < tin_count && tins[i].ordinal != pair.tin) ++i;
    if (i == tin_count) tins[tin_count++] = {pair.tin, false};
    tins[i].effective = tins[i].effective || effective;
  }
#ifdef QCDR_PLANTED_LEDGER_BUG
  // Never in the product: a correction leaves the group's old sums. tests/batch must notice.
  if (sign < 0) return Status::ok();
#endif
  for (std::size_t i = 0; i < tin_count; ++i) {
    const TinRow& tin = pairs_.tins()[tins[i].ordinal];
    QCDR_RETURN_IF_ERROR(
        counts_.change(tin.ordinal, owner_of(tin),
                       tins[i].effective ? contribution.timeliness : CountClass::kWithheld,
                       contribution.outcome_span(), sign));
    if (tins[i].effective && contribution.timeliness != CountClass::kLateHeld) {
      derived_.count_month(tin.ordinal, rules_.month_of_day[contribution.day], sign);
    }
    touch_tin(tin.ordinal, cause, effects);
  }
  return Status::ok();
}

}  // namespace qcdr::ledger
