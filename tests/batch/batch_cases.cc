#include <algorithm>

#include "batch_rows.h"
#include "rulebook/calendar_kinds.h"

namespace qcdr::batch {
namespace {

using rulebook::CalendarOutcome;

// Everybody on the case whose TIN and NPI are valid, each pair once.
Result<std::vector<PairName>> staff_of(const RowPlace& place, const v1::AnesthesiaCase& fact) {
  std::vector<PairName> pairs;
  for (const v1::CaseStaff& person : fact.staff()) {
    if (person.npi() == 0 || person.tin() == 0) continue;
    QCDR_ASSIGN_OR_RETURN(const std::optional<TinToken> tin, place.note_tin(person.tin()));
    const PairName pair{*tin, person.npi()};
    const bool added = !place.season->pairs.contains(pair);
    Pair& known = place.season->see(pair);
    if (added || (!known.listed && !known.told_unlisted)) {
      place.upload->tell(FindingCode::NPI_NOT_ON_ROSTER);
      known.told_unlisted = true;
    }
    if (person.clinician_type() != v1::CLINICIAN_TYPE_UNSPECIFIED) {
      known.type = static_cast<std::uint32_t>(person.clinician_type());
    }
    if (std::find(pairs.begin(), pairs.end(), pair) == pairs.end()) pairs.push_back(pair);
  }
  return pairs;
}

Result<std::optional<Version>> read_version(const RowPlace& place, const v1::AnesthesiaCase& fact) {
  Version version;
  version.upload = place.upload->ordinal;
  version.row = place.row->ordinal();
  version.service_date = fact.service_date();
  if (LocalDate::from_days(fact.service_date()).year() != place.season->id.year.value()) {
    place.upload->tell(FindingCode::CASE_OUTSIDE_YEAR);
    return std::optional<Version>();
  }
  QCDR_ASSIGN_OR_RETURN(version.pairs, staff_of(place, fact));
  if (version.pairs.empty()) {
    place.upload->tell(FindingCode::CASE_WITHOUT_VALID_STAFF);
    return std::optional<Version>();
  }
  std::uint32_t contradictions = 0;
  version.outcomes = outcomes_of(*place.season->rules, fact, &contradictions);
  for (; contradictions > 0; --contradictions) place.upload->tell(FindingCode::TWO_OUTCOME_CODES);
  return std::optional<Version>(std::move(version));
}

// Tells when somebody did not have the TIN on that day; true when somebody did.
bool somebody_is_credited(const RowPlace& place, const Version& version) {
  std::size_t credited = 0;
  for (const PairName& pair : version.pairs) {
    if (place.season->effective(pair, version.service_date)) ++credited;
  }
  if (credited < version.pairs.size()) {
    place.upload->tell(FindingCode::TIN_NOT_EFFECTIVE_ON_SERVICE_DATE);
  }
  if (credited == 0) place.upload->tell(FindingCode::CASE_ALL_STAFF_WITHHELD);
  return credited > 0;
}

// What an audit correction names counts although it is late.
CalendarOutcome timeliness_of(const RowPlace& place, const CaseToken& token,
                              std::int32_t service_date, bool correction) {
  const CalendarOutcome outcome =
      judge(*place.season, rulebook::kinds::kAnesthesiaCase, place.received(),
            LocalDate::from_days(service_date).month(), correction);
  const bool late =
      outcome == CalendarOutcome::kLateHeld || outcome == CalendarOutcome::kRejectedLate;
  const bool named = late && audit_accepts(*place.season, token, place.received());
  return named ? CalendarOutcome::kMilestoneMissed : outcome;
}

// Too late it stays in this year's set, and that it shall go waits.
void take_case_back(const RowPlace& place, const CaseToken& token) {
  const auto known = place.season->cases.find(token);
  if (known == place.season->cases.end()) {
    return reject(place, FindingCode::RECORD_TO_TAKE_BACK_UNKNOWN);
  }
  Case& subject = known->second;
  const std::int32_t date =
      subject.counting ? subject.counting->service_date : subject.held->service_date;
  const CalendarOutcome outcome = timeliness_of(place, token, date, true);
  if (outcome == CalendarOutcome::kRejectedLate && subject.counting) {
    return reject(place, FindingCode::RECEIVED_LATE_REJECTED);
  }
  if (outcome != CalendarOutcome::kLateHeld || !subject.counting) {
    place.season->cases.erase(known);
    place.upload->tell(FindingCode::RECORD_TAKEN_BACK);
    ++place.upload->accepted;
    return;
  }
  if (subject.held && subject.held->pairs.empty()) {
    place.upload->tell(FindingCode::CASE_UNCHANGED);
    ++place.upload->duplicate;
    return;
  }
  Version gone;
  gone.upload = place.upload->ordinal;
  gone.row = place.row->ordinal();
  gone.service_date = date;
  gone.timeliness = Class::kLate;
  subject.held = std::move(gone);
  place.upload->tell(FindingCode::RECEIVED_LATE_HELD);
  ++place.upload->held;
}

void note_file(const RowPlace& place, const v1::AnesthesiaCase& fact) {
  std::int64_t& oldest = place.upload->file_written;
  if (fact.file_created() == 0) return;
  if (oldest == 0 || fact.file_created() < oldest) oldest = fact.file_created();
}

// What is accepted comes from a file that was written before the one it replaces something of.
bool is_of_older_file(const RowPlace& place, const Case& replaced) {
  const std::int64_t written = place.row->anesthesia_case().file_created();
  const auto newer = [&](const std::optional<Version>& version) {
    return version && place.season->upload_of(version->upload)->file_written > written;
  };
  return written != 0 && (newer(replaced.counting) || newer(replaced.held));
}

void count(const RowPlace& place, Case* subject, Version version, bool missed, bool credited) {
  version.timeliness = missed ? Class::kMissed : Class::kOnTime;
  if (is_of_older_file(place, *subject)) place.upload->tell(FindingCode::CASE_FROM_OLDER_FILE);
  if (missed) place.upload->tell(FindingCode::MILESTONE_MISSED);
  if (subject->counting) {
    version.timeliness = std::max(version.timeliness, subject->counting->timeliness);
    place.upload->tell(FindingCode::CASE_REPLACED);
  }
  ++(credited ? place.upload->accepted : place.upload->held);
  subject->counting = std::move(version);
  subject->held.reset();
}

}  // namespace

Status take_case(const RowPlace& place) {
  const v1::AnesthesiaCase& fact = place.row->anesthesia_case();
  QCDR_ASSIGN_OR_RETURN(const CaseToken token, CaseToken::from_string(fact.case_token()));
  note_file(place, fact);
  if (takes_back(place)) {
    take_case_back(place, token);
    return Status::ok();
  }
  QCDR_ASSIGN_OR_RETURN(std::optional<Version> version, read_version(place, fact));
  if (!version) {
    ++place.upload->rejected;
    return Status::ok();
  }
  const bool credited = somebody_is_credited(place, *version);
  Case before;
  const auto known = place.season->cases.find(token);
  if (known != place.season->cases.end()) before = known->second;
  const CalendarOutcome outcome =
      timeliness_of(place, token, version->service_date, before.counting.has_value());
  const std::optional<Version>& latest = before.held ? before.held : before.counting;
  // What was received in time counts, even when a late copy of it is held already.
  const bool lifts_a_hold = before.held && outcome != CalendarOutcome::kLateHeld &&
                            outcome != CalendarOutcome::kRejectedLate;
  if (latest && latest->says_the_same(*version) && !lifts_a_hold) {
    place.upload->tell(FindingCode::CASE_UNCHANGED);
    ++place.upload->duplicate;
    return Status::ok();
  }
  if (outcome == CalendarOutcome::kRejectedLate) {
    place.upload->tell(FindingCode::RECEIVED_LATE_REJECTED);
    ++place.upload->rejected;
    return Status::ok();
  }
  Case& subject = place.season->cases[token];
  if (outcome == CalendarOutcome::kLateHeld) {
    place.upload->tell(FindingCode::RECEIVED_LATE_HELD);
    ++place.upload->held;
    version->timeliness = Class::kLate;
    subject.held = std::move(version);
    return Status::ok();
  }
  count(place, &subject, std::move(*version), outcome == CalendarOutcome::kMilestoneMissed,
        credited);
  return Status::ok();
}

}  // namespace qcdr::batch
