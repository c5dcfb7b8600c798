// Reconciliation: signing, waivers, and what stands.
#include <algorithm>

#include "ledger/practice_ledger.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::ledger {
namespace {

// What money or the registry must settle is not the practice's to waive.
bool can_be_waived(FindingCode code) {
  switch (code) {
    case FindingCode::TIN_NOT_REGISTERED:
    case FindingCode::HEADCOUNT_OVER_PAID:
    case FindingCode::GROUP_PARTIAL_TIN:
      return false;
    default:
      return true;
  }
}

LocalDate last_day_of_month(const YearLedgerRules& rules, std::uint32_t month) {
  std::int32_t day = rules.days - 1;
  while (day > 0 && rules.month_of_day[static_cast<std::size_t>(day)] != month) --day;
  return LocalDate::from_days(rules.first_day.days() + day);
}

}  // namespace

Result<std::vector<Waiver>> PracticeLedger::read_waivers(RowContext& context,
                                                         const v1::ReconciliationSignOff& fact,
                                                         std::uint32_t tin) {
  std::vector<Waiver> waivers;
  for (const v1::ReconciliationWaiver& given : fact.waivers()) {
    if (given.tin() != 0) {
      QCDR_ASSIGN_OR_RETURN(const std::uint32_t of_tin, tin_of(context, given.tin()));
      if (of_tin != tin) continue;
    }
    const auto code = static_cast<FindingCode>(given.code());
    if (given.reason().empty()) {
      tell(context, FindingCode::WAIVER_WITHOUT_REASON);
      continue;
    }
    if (find_finding(given.code()) == nullptr || !can_be_waived(code)) {
      tell(context, FindingCode::WAIVER_NOT_POSSIBLE, {print_code(given.code())});
      continue;
    }
    waivers.push_back({Npi::from_trusted(given.npi()), given.code(), given.reason()});
  }
  std::sort(waivers.begin(), waivers.end());
  waivers.erase(std::unique(waivers.begin(), waivers.end()), waivers.end());
  return waivers;
}

Status PracticeLedger::apply_sign_off(RowContext& context, const v1::ReconciliationSignOff& fact) {
  std::vector<std::uint32_t> tins;
  if (fact.tin() == 0) {
    for (const TinRow& tin : pairs_.tins()) tins.push_back(tin.ordinal);
  } else {
    QCDR_ASSIGN_OR_RETURN(const std::uint32_t tin, tin_of(context, fact.tin()));
    tins.push_back(tin);
  }
  if (tins.empty()) {
    reject(context, FindingCode::NOTHING_TO_CONFIRM);
    return Status::ok();
  }
  if (takes_back(context)) return take_back_sign_offs(context, tins);
  SignOffOutcome outcome;
  for (const std::uint32_t tin : tins) {
    QCDR_RETURN_IF_ERROR(sign_off_tin(context, fact, tin, &outcome));
  }
  UploadFact& upload = *context.upload;
  if (outcome.accepted) {
    ++upload.rows_accepted;
  } else if (!outcome.rejected_by.empty()) {
    reject(context, FindingCode::RECEIVED_LATE_REJECTED, {outcome.rejected_by});
  } else {
    ++(outcome.held ? upload.rows_held : upload.rows_duplicate);
  }
  if (outcome.open > 0) {
    tell(context, FindingCode::SIGN_OFF_WITH_OPEN_FINDINGS, {std::to_string(outcome.open)});
  }
  return Status::ok();
}

// Of every TIN that the row would have signed.
Status PracticeLedger::take_back_sign_offs(RowContext& context,
                                           const std::vector<std::uint32_t>& tins) {
  bool any = false;
  for (const std::uint32_t tin : tins) {
    const std::string subject(pairs_.tins()[tin].token.bytes());
    any = facts_.find(FactKind::kSignOff, subject) != nullptr || any;
    facts_.erase(FactKind::kSignOff, subject);
  }
  if (!any) {
    reject(context, FindingCode::RECORD_TO_TAKE_BACK_UNKNOWN);
    return Status::ok();
  }
  tell(context, FindingCode::RECORD_TAKEN_BACK);
  ++context.upload->rows_accepted;
  touch_all(context.offset, context.effects);
  return Status::ok();
}

Status PracticeLedger::sign_off_tin(RowContext& context, const v1::ReconciliationSignOff& fact,
                                    std::uint32_t tin, SignOffOutcome* outcome) {
  const std::string subject(pairs_.tins()[tin].token.bytes());
  QCDR_ASSIGN_OR_RETURN(VersionedFact standing, versions(FactKind::kSignOff, subject));
  SignOff sign_off;
  sign_off.data_through = LocalDate::from_days(fact.data_through());
  sign_off.roster_version = fact.roster_version();
  QCDR_ASSIGN_OR_RETURN(sign_off.waivers, read_waivers(context, fact, tin));
  // Who signed in time may sign again what was reopened, until the final data date.
  std::string_view rule;
  const auto judged = judge_record(context, rulebook::kinds::kReconciliationSignOff,
                                   standing.in_force.present(), &rule);
  if (judged == rulebook::CalendarOutcome::kRejectedLate) {
    outcome->rejected_by = rule;
    return Status::ok();
  }
  const Taken taken =
      take_version(&standing, sign_off.encode(), judged != rulebook::CalendarOutcome::kLateHeld,
                   origin_of(context));
  if (taken == Taken::kDuplicate) return Status::ok();
  if (taken == Taken::kHeld && !outcome->held) {
    tell(context, FindingCode::RECEIVED_LATE_HELD, {std::string(rule)});
  }
  outcome->held = outcome->held || taken == Taken::kHeld;
  outcome->accepted = outcome->accepted || taken == Taken::kAccepted;
  facts_.put(FactKind::kSignOff, subject, standing.encode());
  QCDR_RETURN_IF_ERROR(note_record_id(context));
  touch_tin_and_pairs(tin, context);
  if (taken != Taken::kAccepted) return Status::ok();
  reconciliations_.clear();
  QCDR_ASSIGN_OR_RETURN(const Reconciliation now, reconciliation(pairs_.tins()[tin]));
  outcome->open += static_cast<std::uint32_t>(
      std::count_if(now.open.begin(), now.open.end(), [](const OpenFinding& finding) {
        return finding.code != FindingCode::GROUP_PARTIAL_TIN &&
               (finding.blocks_group || finding.blocks_individual);
      }));
  return Status::ok();
}

// Waivers and what an officer cleared.
Status PracticeLedger::settle(const TinRow& tin, Reconciliation* reconciliation) const {
  QCDR_ASSIGN_OR_RETURN(const std::vector<OfficerDecision> decided,
                        decisions(DecisionSubject::kHeldTin));
  for (OpenFinding& finding : reconciliation->open) {
    const Npi npi = finding.pair ? pairs_.pair(*finding.pair).npi : Npi();
    const auto code = static_cast<std::uint32_t>(finding.code);
    for (const Waiver& waiver : reconciliation->waivers) {
      if (waiver.npi != npi || waiver.code != code) continue;
      finding.waived = true;
      finding.blocks_group = false;
      // A locum is waived for the group; an individual set needs a real entry.
      if (finding.code != FindingCode::NPI_NOT_ON_ROSTER) finding.blocks_individual = false;
    }
    for (const OfficerDecision& decision : decided) {
      const bool meant = decision.approved && decision.tin == tin.token &&
                         (decision.code == 0 || decision.code == code) &&
                         (decision.npi == Npi() || decision.npi == npi);
      if (!meant) continue;
      finding.blocks_group = false;
      if (decision.npi != Npi() || !finding.pair) finding.blocks_individual = false;
    }
  }
  return Status::ok();
}

Result<Reconciliation> PracticeLedger::reconciliation(const TinRow& tin) {
  if (const auto known = reconciliations_.find(tin.ordinal); known != reconciliations_.end()) {
    return known->second;
  }
  Reconciliation found;
  QCDR_ASSIGN_OR_RETURN(const VersionedFact fact, versions(FactKind::kSignOff, tin.token.bytes()));
  if (fact.in_force.present()) {
    QCDR_ASSIGN_OR_RETURN(SignOff sign_off, SignOff::decode(fact.in_force.content));
    found.waivers = std::move(sign_off.waivers);
    found.data_through = sign_off.data_through;
    found.origin = fact.in_force.origin;
    found.state = Reconciliation::State::kSigned;
  } else if (fact.held.present()) {
    found.origin = fact.held.origin;
    found.state =
        fact.held_refused ? Reconciliation::State::kRefused : Reconciliation::State::kHeld;
  }
  QCDR_RETURN_IF_ERROR(find_open(tin, &found.open));
  QCDR_RETURN_IF_ERROR(settle(tin, &found));
  const bool reopened =
      std::any_of(found.open.begin(), found.open.end(), [](const OpenFinding& finding) {
        return finding.blocks_group && finding.code != FindingCode::GROUP_PARTIAL_TIN;
      });
  if (found.state == Reconciliation::State::kSigned && reopened) {
    found.state = Reconciliation::State::kReopened;
  }
  if (found.state == Reconciliation::State::kSigned) {  // carried forward with the data
    const CasesByMonth& months = group_months(tin);
    for (std::uint32_t month = static_cast<std::uint32_t>(months.size()); month > 0; --month) {
      if (months[month - 1] == 0) continue;
      found.data_through = std::max(found.data_through, last_day_of_month(rules_, month));
      break;
    }
  }
  return reconciliations_.emplace(tin.ordinal, std::move(found)).first->second;
}

}  // namespace qcdr::ledger
