// What does not agree between roster, cases, registration and lists: found in state each time.
#include <algorithm>

#include "ledger/practice_ledger.h"
#include "qcdr/v1/records.pb.h"
#include "rulebook/parameter_names.h"

namespace qcdr::ledger {
namespace {

bool is_error_of_type(const PairRow& pair) {
  return pair.listed && pair.type != Clinician::kUnspecified &&
         pair.case_type != Clinician::kUnspecified && pair.type != pair.case_type;
}

}  // namespace

void PracticeLedger::find_open_months(const TinRow& tin, std::vector<OpenFinding>* open) const {
  const CasesByMonth& months = group_months(tin);
  const auto has_cases = [](std::uint32_t cases) { return cases > 0; };
  const auto first = std::find_if(months.begin(), months.end(), has_cases);
  const auto last = std::find_if(months.rbegin(), months.rend(), has_cases);
  if (first == months.end()) return;
  const Decimal percent = rules_.year->parameter(rulebook::names::kCaseCountDropPercent).value;
  std::int64_t before = *first;
  std::int64_t count = 1;
  for (auto month = first + 1; month < last.base(); ++month) {
    const auto number = static_cast<std::uint32_t>(month - months.begin()) + 1;
    if (*month == 0) {
      open->push_back(make_finding(FindingCode::MISSING_MONTH, std::nullopt, 0, number));
    } else if (Decimal::from_integer(std::int64_t{*month} * count * 100) <
               percent * Decimal::from_integer(before)) {
      open->push_back(make_finding(FindingCode::CASE_COUNT_DROP, std::nullopt, *month, number));
    }
    before += *month;
    ++count;
  }
}

Status PracticeLedger::find_open_of_tin(const TinRow& tin, const RegistrationStanding& registration,
                                        std::vector<OpenFinding>* open) {
  QCDR_ASSIGN_OR_RETURN(const EntityCounts* counts, group_counts(tin));
  const bool registered = !registration.in_force || registration.in_force->tins.empty() ||
                          registration.in_force->names(tin.token);
  if (!registered && !counts->empty()) {
    open->push_back(make_finding(FindingCode::TIN_NOT_REGISTERED, std::nullopt, counts->counted()));
  }
  find_open_months(tin, open);
  QCDR_ASSIGN_OR_RETURN(const ReportingOptionFact option, reporting_option(tin));
  QCDR_ASSIGN_OR_RETURN(const PartialTinAttestation attestation, partial_tin(tin));
  const bool as_group = option.in_force.level == v1::REPORTING_LEVEL_GROUP ||
                        option.in_force.level == v1::REPORTING_LEVEL_BOTH;
  if (as_group && !attestation.all_covered) {
    open->push_back(make_finding(FindingCode::GROUP_PARTIAL_TIN, std::nullopt));
  }
  return Status::ok();
}

// Before the first or after the last day under this TIN: of employment, unless the clinician was
// with the practice under another TIN then.
void PracticeLedger::find_withheld(const PairRow& pair, std::vector<OpenFinding>* open) const {
  const WithheldCases& withheld = derived_.withheld(pair.ordinal);
  if (withheld.before + withheld.after + withheld.between == 0) return;
  bool elsewhere = false;
  for (const PairRow& other : pairs_.pairs()) {
    elsewhere = elsewhere || (other.npi == pair.npi && other.tin != pair.tin && other.listed);
  }
  const std::uint32_t before = elsewhere ? 0 : withheld.before;
  const std::uint32_t after = elsewhere ? 0 : withheld.after;
  const std::uint32_t of_tin =
      withheld.between + (withheld.before - before) + (withheld.after - after);
  const auto add = [&](FindingCode code, std::uint32_t cases) {
    if (cases > 0) open->push_back(make_finding(code, pair.ordinal, cases));
  };
  add(FindingCode::CASE_BEFORE_START, before);
  add(FindingCode::CASE_AFTER_TERMINATION, after);
  add(FindingCode::TIN_NOT_EFFECTIVE_ON_SERVICE_DATE, of_tin);
}

Status PracticeLedger::find_open_of_pair(const PairRow& pair, std::vector<OpenFinding>* open) {
  QCDR_ASSIGN_OR_RETURN(const EntityCounts* counts, individual_counts(pair));
  if (!pair.listed && counts->counted() > 0) {
    open->push_back(make_finding(FindingCode::NPI_NOT_ON_ROSTER, pair.ordinal, counts->counted()));
  }
  if (pair.listed && counts->empty()) {
    open->push_back(make_finding(FindingCode::NO_CASES, pair.ordinal));
  }
  find_withheld(pair, open);
  if (pair.listed || !counts->empty()) QCDR_RETURN_IF_ERROR(find_open_of_npi(pair, open));
  if (is_error_of_type(pair)) {
    open->push_back(make_finding(FindingCode::CREDENTIAL_MISMATCH, pair.ordinal));
  }
  QCDR_ASSIGN_OR_RETURN(const Eligibility list, eligibility(pair));
  if (list.loaded() && list.adjustment_applies() == Tristate::kNo) {
    open->push_back(make_finding(FindingCode::NOT_ELIGIBLE, pair.ordinal));
  }
  return Status::ok();
}

// Clinicians with cases beyond the number paid for: those of the roster come first, then in the
// order in which they were seen.
Result<std::set<Npi>> PracticeLedger::clinicians_over_paid(
    const RegistrationStanding& registration) {
  std::set<Npi> over;
  const std::uint32_t paid =
      registration.in_force ? registration.in_force->clinicians_paid_for() : 0;
  if (paid == 0) return over;
  std::set<Npi> covered;
  for (const bool listed : {true, false}) {
    for (const PairRow& pair : pairs_.pairs()) {
      if (pair.listed != listed || covered.contains(pair.npi)) continue;
      QCDR_ASSIGN_OR_RETURN(const EntityCounts* counts, individual_counts(pair));
      if (counts->counted() == 0) continue;
      if (covered.size() < paid) {
        covered.insert(pair.npi);
      } else {
        over.insert(pair.npi);
      }
    }
  }
  return over;
}

Status PracticeLedger::find_open(const TinRow& tin, std::vector<OpenFinding>* open) {
  QCDR_ASSIGN_OR_RETURN(const RegistrationStanding standing, registration());
  QCDR_ASSIGN_OR_RETURN(const auto claimed, claim(tin));
  QCDR_RETURN_IF_ERROR(find_open_of_tin(tin, standing, open));
  QCDR_ASSIGN_OR_RETURN(const std::set<Npi> over, clinicians_over_paid(standing));
  std::unordered_map<std::uint64_t, std::uint32_t> pairs_of_npi;
  for (const PairRow& pair : pairs_.pairs()) {
    if (pair.listed) ++pairs_of_npi[pair.npi.value()];
  }
  for (const PairRow& pair : pairs_.pairs()) {
    if (pair.tin != tin.ordinal) continue;
    QCDR_RETURN_IF_ERROR(find_open_of_pair(pair, open));
    if (pair.listed && pairs_of_npi[pair.npi.value()] > 1) {
      open->push_back(make_finding(FindingCode::NPI_UNDER_TWO_TINS, pair.ordinal));
    }
    if (claimed && std::binary_search(claimed->shared_pairs.begin(), claimed->shared_pairs.end(),
                                      pair.entity)) {
      open->push_back(make_finding(FindingCode::NPI_ON_OTHER_PRACTICE, pair.ordinal));
    }
    if (over.contains(pair.npi)) {
      open->push_back(make_finding(FindingCode::HEADCOUNT_OVER_PAID, pair.ordinal));
    }
  }
  const auto place = [](const OpenFinding& finding) {
    return std::make_tuple(finding.pair ? std::int64_t{*finding.pair} : -1,
                           static_cast<std::uint32_t>(finding.code), finding.month);
  };
  std::sort(open->begin(), open->end(),
            [&place](const OpenFinding& a, const OpenFinding& b) { return place(a) < place(b); });
  return Status::ok();
}

}  // namespace qcdr::ledger
