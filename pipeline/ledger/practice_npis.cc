// What the national register of NPIs says of the practice's clinicians.
#include <set>

#include "ledger/practice_ledger.h"

namespace qcdr::ledger {

// A clinician who was not known before. Nothing counts for him yet.
Status PracticeLedger::look_up(std::uint32_t pair) {
  if (!npis_.has_lookup()) return Status::ok();
  const Npi npi = pairs_.pair(pair).npi;
  QCDR_RETURN_IF_ERROR(npis_.look_up(npi).status());
  QCDR_ASSIGN_OR_RETURN(const auto standing, npis_.find(npi));
  pairs_.set_npi_dates(pair, standing->entry.deactivated, standing->entry.reactivated);
  return Status::ok();
}

Status PracticeLedger::release(const NpiLookup& npi_registry, Offset cause, Effects* effects) {
  npis_.use(&npi_registry);
  std::set<Npi> npis;
  for (const PairRow& pair : pairs_.pairs()) npis.insert(pair.npi);
  std::set<Npi> changed;
  for (const Npi npi : npis) {
    QCDR_ASSIGN_OR_RETURN(const bool differs, npis_.look_up(npi));
    if (differs) changed.insert(npi);
  }
  if (changed.empty()) return Status::ok();
  dirty_ = true;
  reconciliations_.clear();
  bool dates_changed = false;
  for (std::uint32_t ordinal = 0; ordinal < pairs_.pairs().size(); ++ordinal) {
    const PairRow& pair = pairs_.pair(ordinal);
    if (!changed.contains(pair.npi)) continue;
    QCDR_ASSIGN_OR_RETURN(const auto standing, npis_.find(pair.npi));
    dates_changed |=
        pairs_.set_npi_dates(ordinal, standing->entry.deactivated, standing->entry.reactivated);
    touch_pair(ordinal, cause, effects);
    touch_tin(pair.tin, cause, effects);
  }
  return dates_changed ? count_inactive() : Status::ok();
}

// Cases while an NPI was deactivated, from nothing but the contributions.
Status PracticeLedger::count_inactive() {
  derived_.clear_inactive();
  return cases_->for_each([&](const CaseEntry& entry) -> Status {
    for (const auto* contribution : {&entry.counting, &entry.held}) {
      if (!contribution->has_value() || (*contribution)->timeliness == CountClass::kLateHeld ||
          (*contribution)->refused)
        continue;
      const LocalDate date = LocalDate::from_days(rules_.first_day.days() + (*contribution)->day);
      for (const std::uint32_t pair : (*contribution)->pair_span()) {
        if (pairs_.pair(pair).npi_deactivated_on(date)) derived_.count_inactive(pair, +1);
      }
    }
    return Status::ok();
  });
}

Status PracticeLedger::find_open_of_npi(const PairRow& pair, std::vector<OpenFinding>* open) const {
  QCDR_ASSIGN_OR_RETURN(const auto standing, npis_.find(pair.npi));
  if (!standing) return Status::ok();
  const auto add = [&](FindingCode code, std::uint32_t cases = 0) {
    open->push_back(make_finding(code, pair.ordinal, cases));
  };
  if (!standing->issued) {
    add(FindingCode::NPI_UNKNOWN);
    return Status::ok();
  }
  if (standing->entry.organization) add(FindingCode::NPI_ORGANIZATION);
  const std::uint32_t inactive = derived_.inactive(pair.ordinal);
  if (inactive > 0) {
    add(FindingCode::NPI_DEACTIVATED, inactive);
  } else if (standing->is_deactivated()) {
    add(FindingCode::NPI_DEACTIVATED_LATER);
  }
  if (pair.listed && !standing->entry.organization && !standing->has_last_name(pair.last_name)) {
    add(FindingCode::NAME_MISMATCH);
  }
  return Status::ok();
}

}  // namespace qcdr::ledger
