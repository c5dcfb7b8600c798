// Records with rules of their own: registration, activities, sign-offs, elections, confirmations.
#include <algorithm>

#include "batch_rows.h"
#include "core/bytes.h"
#include "rulebook/calendar_kinds.h"
#include "rulebook/parameter_names.h"

namespace qcdr::batch {

namespace kinds = rulebook::kinds;
using rulebook::CalendarOutcome;

Status take_registration(const RowPlace& place) {
  const v1::PracticeRegistration& fact = place.row->practice_registration();
  std::vector<TinToken> tins;
  for (const std::uint32_t index : fact.tins()) {
    QCDR_ASSIGN_OR_RETURN(const std::optional<TinToken> tin, place.note_tin(index));
    if (tin) tins.push_back(*tin);
  }
  if (takes_back(place)) {
    if (registration_is_the_registrys(*place.season) && !place.of_registry) {
      reject(place, FindingCode::AUTHORITY_MISSING);
      return Status::ok();
    }
    if (place.of_registry) place.season->facts.erase({kRegistration, "registry"});
  } else if (place.of_registry) {
    // Held back by nothing: what is said of payment and closing is never late.
    Versions& word = place.season->facts[{kRegistration, "registry"}];
    word.in_force = FactVersion{place.origin(), content_of(fact, tins), *place.row, tins};
  }
  // The date is that of the order.
  const bool ordered = place.season->in_force(kRegistration, "") != nullptr;
  std::string content = content_of(fact, tins);
  if (!take_version(place, {kRegistration, ""}, std::move(content), kinds::kRegistration, ordered,
                    std::move(tins))) {
    return Status::ok();
  }
  const std::vector<std::pair<const char*, const char*>> asked = {
      {"participation", "participation"},
      {"quality-addendum", "qualityAddendum"},
      {"business-associate", "baa"}};
  for (const auto& [name, in_forms] : asked) {
    bool there = false;
    for (const v1::Agreement& each : fact.agreements()) {
      there = there || ((each.name() == name || each.name() == in_forms) && each.signed_on() != 0);
    }
    if (!there) place.upload->tell(FindingCode::AGREEMENT_NOT_SIGNED);
  }
  const FactVersion* word = place.season->word_of_registry();
  const v1::PracticeRegistration& of_payment =
      word == nullptr ? fact : word->row.practice_registration();
  if (of_payment.paid_on() == 0) place.upload->tell(FindingCode::REGISTRATION_UNPAID);
  return Status::ok();
}

namespace {

struct Share {
  std::uint32_t numerator = 0;
  std::uint32_t denominator = 0;
};

// A list says more than a number.
Share share_of(const v1::ActivityAttestation& fact) {
  if (fact.npi() != 0) return {};
  const std::set<std::uint64_t> billing(fact.billing_npis().begin(), fact.billing_npis().end());
  const std::set<std::uint64_t> performing(fact.performing_npis().begin(),
                                           fact.performing_npis().end());
  Share share;
  share.denominator =
      billing.empty() ? fact.billing_count() : static_cast<std::uint32_t>(billing.size());
  share.numerator = performing.empty() ? fact.performing_count() : 0;
  for (const std::uint64_t npi : performing) {
    if (billing.empty() || billing.contains(npi)) ++share.numerator;
  }
  return share;
}

// 42 CFR 414.1360: what speaks against it.
std::optional<FindingCode> fault_of(const RowPlace& place, const v1::ActivityAttestation& fact,
                                    const Share& share) {
  const rulebook::YearRules& rules = *place.season->rules;
  if (rules.find_activity(fact.activity_id()) == nullptr) return FindingCode::ACTIVITY_UNKNOWN;
  const int year = place.season->id.year.value();
  if (LocalDate::from_days(fact.performed_from()).year() != year ||
      LocalDate::from_days(fact.performed_to()).year() != year) {
    return FindingCode::ACTIVITY_OUTSIDE_YEAR;
  }
  const Decimal days = Decimal::from_integer(fact.performed_to() - fact.performed_from() + 1);
  if (days < rules.parameter(rulebook::names::kActivityPeriodDays).value) {
    return FindingCode::ACTIVITY_TOO_SHORT;
  }
  const std::int64_t signed_at = fact.attester().signed_at();
  if (fact.performed_to() >= registry_day(*place.season, place.received()) ||
      (signed_at != 0 &&
       fact.performed_to() >= registry_day(*place.season, Instant::from_milliseconds(signed_at)))) {
    return FindingCode::ACTIVITY_UNFINISHED;
  }
  if (fact.npi() != 0) return std::nullopt;
  if (share.denominator == 0) return FindingCode::ACTIVITY_SHARE_MISSING;
  const Decimal needed = rules.parameter(rulebook::names::kActivityGroupSharePercent).value *
                         Decimal::from_integer(share.denominator);
  if (share.numerator == 0 || Decimal::from_integer(std::int64_t{share.numerator} * 100) < needed) {
    return FindingCode::ACTIVITY_SHARE_TOO_SMALL;
  }
  return std::nullopt;
}

std::size_t clinicians_on_cases(const Season& season, const TinToken& tin) {
  std::set<std::uint64_t> npis;
  for (const auto& [token, subject] : season.cases) {
    for (const auto* version : {&subject.counting, &subject.held}) {
      if (!*version) continue;
      for (const PairName& pair : (*version)->pairs) {
        if (pair.tin == tin) npis.insert(pair.npi);
      }
    }
  }
  return npis.size();
}

}  // namespace

Status take_activity(const RowPlace& place) {
  const v1::ActivityAttestation& fact = place.row->activity_attestation();
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(place, fact.tin(), fact.npi()));
  const Share share = share_of(fact);
  if (!takes_back(place)) {
    if (const auto fault = fault_of(place, fact, share)) {
      reject(place, *fault);
      return Status::ok();
    }
    if (subject.group() && share.denominator < clinicians_on_cases(*place.season, subject.tin)) {
      place.upload->tell(FindingCode::ACTIVITY_DENOMINATOR_SMALL);
    }
  }
  take_version(place, {kActivity, subject.entity + fact.activity_id()},
               content_of_activity(fact, share.numerator, share.denominator),
               kinds::kActivityAttestation);
  return Status::ok();
}

namespace {

bool may_be_waived(std::uint32_t code) {
  return find_finding(code) != nullptr && code != code_number(FindingCode::TIN_NOT_REGISTERED) &&
         code != code_number(FindingCode::HEADCOUNT_OVER_PAID) &&
         code != code_number(FindingCode::GROUP_PARTIAL_TIN);
}

Result<std::string> content_of_sign_off(const RowPlace& place, const TinToken& tin) {
  const v1::ReconciliationSignOff& fact = place.row->reconciliation_sign_off();
  std::set<std::tuple<std::uint64_t, std::uint32_t, std::string>> waivers;
  for (const v1::ReconciliationWaiver& waiver : fact.waivers()) {
    QCDR_ASSIGN_OR_RETURN(const std::optional<TinToken> of_tin, place.note_tin(waiver.tin()));
    if (of_tin && !(*of_tin == tin)) continue;
    if (waiver.reason().empty()) {
      place.upload->tell(FindingCode::WAIVER_WITHOUT_REASON);
    } else if (!may_be_waived(waiver.code())) {
      place.upload->tell(FindingCode::WAIVER_NOT_POSSIBLE);
    } else {
      waivers.emplace(waiver.npi(), waiver.code(), waiver.reason());
    }
  }
  ByteWriter writer;
  writer.u8(1);
  writer.signed_varint(fact.data_through());
  writer.varint(fact.roster_version());
  writer.varint(waivers.size());
  for (const auto& [npi, code, reason] : waivers) {
    writer.u64(npi);
    writer.varint(code);
    writer.text(reason);
  }
  return writer.take();
}

struct SignedTins {
  bool accepted = false;
  bool held = false;
  bool rejected = false;
  std::size_t open = 0;
};

Status sign_tin(const RowPlace& place, const TinToken& tin, SignedTins* outcome) {
  const FactName name{kSignOff, std::string(tin.bytes())};
  QCDR_ASSIGN_OR_RETURN(std::string content, content_of_sign_off(place, tin));
  const bool again = place.season->in_force(kSignOff, name.subject) != nullptr;
  const CalendarOutcome judged =
      judge(*place.season, kinds::kReconciliationSignOff, place.received(), 0, again);
  if (judged == CalendarOutcome::kRejectedLate) {
    outcome->rejected = true;
    return Status::ok();
  }
  FactVersion fresh{place.origin(), std::move(content), *place.row, {}};
  const Taken taken = put_version(&place.season->facts[name], std::move(fresh),
                                  judged != CalendarOutcome::kLateHeld);
  if (taken == Taken::kDuplicate) return Status::ok();
  remember_record(place);
  if (taken == Taken::kHeld) {
    if (!outcome->held) place.upload->tell(FindingCode::RECEIVED_LATE_HELD);
    outcome->held = true;
    return Status::ok();
  }
  outcome->accepted = true;
  outcome->open += open_blocking_findings(*place.season, tin);
  return Status::ok();
}

void take_sign_offs_back(const RowPlace& place, const std::vector<TinToken>& tins) {
  bool any = false;
  for (const TinToken& tin : tins) {
    any = place.season->facts.erase({kSignOff, std::string(tin.bytes())}) > 0 || any;
  }
  if (!any) return reject(place, FindingCode::RECORD_TO_TAKE_BACK_UNKNOWN);
  place.upload->tell(FindingCode::RECORD_TAKEN_BACK);
  ++place.upload->accepted;
}

}  // namespace

// One for every TIN seen so far, when it names none; counted once.
Status take_sign_off(const RowPlace& place) {
  const v1::ReconciliationSignOff& fact = place.row->reconciliation_sign_off();
  QCDR_ASSIGN_OR_RETURN(const std::optional<TinToken> named, place.note_tin(fact.tin()));
  std::vector<TinToken> tins;
  if (named) {
    tins.push_back(*named);
  } else {
    for (const auto& [tin, last_four] : place.season->tins) tins.push_back(tin);
  }
  if (tins.empty()) {
    reject(place, FindingCode::NOTHING_TO_CONFIRM);
    return Status::ok();
  }
  if (takes_back(place)) {
    take_sign_offs_back(place, tins);
    return Status::ok();
  }
  SignedTins outcome;
  for (const TinToken& tin : tins) QCDR_RETURN_IF_ERROR(sign_tin(place, tin, &outcome));
  if (outcome.accepted) {
    ++place.upload->accepted;
  } else if (outcome.rejected) {
    reject(place, FindingCode::RECEIVED_LATE_REJECTED);
  } else {
    ++(outcome.held ? place.upload->held : place.upload->duplicate);
  }
  if (outcome.open > 0) place.upload->tell(FindingCode::SIGN_OFF_WITH_OPEN_FINDINGS);
  return Status::ok();
}

namespace {

std::string confirmation_name(std::uint32_t about, std::string_view whom,
                              std::string_view upload_id) {
  ByteWriter name;
  name.u8(static_cast<std::uint8_t>(about));
  name.text(whom);
  name.text(upload_id);
  return name.take();
}

}  // namespace

bool is_confirmed(const Season& season, const std::string& entity) {
  const FactVersion* election = season.in_force(kOptIn, entity);
  const FactVersion* answer = season.in_force(
      kConfirmation, confirmation_name(v1::Confirmation::SUBJECT_OPT_IN, entity, ""));
  return election != nullptr && answer != nullptr && answer->row.confirmation().confirmed() &&
         answer->origin.upload > election->origin.upload &&
         election->row.opt_in_election().election() != v1::OptInElection::ELECTION_UNSPECIFIED;
}

Status take_opt_in(const RowPlace& place) {
  const v1::OptInElection& fact = place.row->opt_in_election();
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(place, fact.tin(), fact.npi()));
  ByteWriter content;
  content.u8(1);
  content.u8(static_cast<std::uint8_t>(fact.election()));
  if (!takes_back(place) && is_confirmed(*place.season, subject.entity) &&
      place.season->in_force(kOptIn, subject.entity)->content != content.bytes()) {
    reject(place, FindingCode::OPT_IN_IRREVOCABLE);
    return Status::ok();
  }
  if (take_version(place, {kOptIn, subject.entity}, content.take(), kinds::kOptInElection)) {
    place.upload->tell(FindingCode::OPT_IN_NEEDS_CONFIRMATION);
  }
  return Status::ok();
}

Status take_confirmation(const RowPlace& place) {
  const v1::Confirmation& fact = place.row->confirmation();
  const bool of_opt_in = fact.subject() == v1::Confirmation::SUBJECT_OPT_IN;
  if (fact.subject() == v1::Confirmation::SUBJECT_ROSTER_DROP) {
    if (takes_back(place)) {
      reject(place, FindingCode::RECORD_CANNOT_BE_TAKEN_BACK);
    } else {
      confirm_roster(place);
    }
    return Status::ok();
  }
  std::vector<std::string> whom;
  if (fact.tin() == 0) {
    whom.emplace_back();
  } else if (of_opt_in && fact.npis_size() > 0) {
    for (const std::uint64_t npi : fact.npis()) {
      QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(place, fact.tin(), npi));
      whom.push_back(subject.entity);
    }
  } else {
    QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(place, fact.tin(), 0));
    whom.push_back(of_opt_in ? subject.entity : std::string(subject.tin.bytes()));
  }
  std::vector<std::uint64_t> npis(fact.npis().begin(), fact.npis().end());
  std::sort(npis.begin(), npis.end());
  ByteWriter content;
  content.u8(1);
  content.u8(fact.confirmed() ? 1 : 0);
  content.varint(npis.size());
  for (const std::uint64_t npi : npis) content.u64(npi);
  bool changed = false;
  for (const std::string& each : whom) {
    const FactName name{kConfirmation, confirmation_name(static_cast<std::uint32_t>(fact.subject()),
                                                         each, fact.upload_id())};
    if (takes_back(place)) {
      changed = place.season->facts.erase(name) > 0 || changed;
      continue;
    }
    FactVersion fresh{place.origin(), content.bytes(), *place.row, {}};
    if (put_version(&place.season->facts[name], std::move(fresh), true) != Taken::kAccepted) {
      continue;
    }
    remember_record(place);
    changed = true;
  }
  if (takes_back(place)) {
    if (!changed) {
      reject(place, FindingCode::RECORD_TO_TAKE_BACK_UNKNOWN);
      return Status::ok();
    }
    place.upload->tell(FindingCode::RECORD_TAKEN_BACK);
  }
  ++(changed ? place.upload->accepted : place.upload->duplicate);
  return Status::ok();
}

}  // namespace qcdr::batch
