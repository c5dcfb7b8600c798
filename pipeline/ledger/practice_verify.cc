// Proof that a stored practice-year is whole: digest and sums from nothing but its rows.
#include <map>

#include "ledger/practice_ledger.h"

namespace qcdr::ledger {

Result<StateDigest> PracticeLedger::verify() {
  QCDR_ASSERT(!dirty_);
  QCDR_RETURN_IF_ERROR(compare_sums());
  StateDigest digest;
  facts_.add_items(&digest);
  for (const PairRow& pair : pairs_.pairs()) {
    QCDR_RETURN_IF_ERROR(counts_.add_item(pair.tin, owner_of(pair), &digest));
  }
  for (const TinRow& tin : pairs_.tins()) {
    QCDR_RETURN_IF_ERROR(counts_.add_item(tin.ordinal, owner_of(tin), &digest));
  }
  std::uint64_t seen = 0;
  QCDR_RETURN_IF_ERROR(cases_->for_each([&](const CaseEntry& entry) -> Status {
    ++seen;
    if (!entry.empty()) digest.add(case_item(entry));
    QCDR_ASSIGN_OR_RETURN(const auto place, cases_->find(entry.token));
    if (!place) return Status(ErrorCode::kCorruption, "the directory does not find a case");
    return Status::ok();
  }));
  if (seen != cases_->layout().cases) {
    return Status(ErrorCode::kCorruption, "blocks hold another number of cases than the layout");
  }
  return digest;
}

Status PracticeLedger::compare_sums() {
  const EntityCounts zero(rules_.measures.size());
  std::vector<EntityCounts> individuals(pairs_.pairs().size(), zero);
  std::vector<EntityCounts> groups(pairs_.tins().size(), zero);
  std::vector<CasesByMonth> months(pairs_.tins().size());
  std::vector<std::uint32_t> inactive(pairs_.pairs().size());
  const auto add = [&](const Contribution& contribution) {
    const LocalDate date = LocalDate::from_days(rules_.first_day.days() + contribution.day);
    std::map<std::uint32_t, bool> tins;  // effective under it
    for (std::uint32_t ordinal : contribution.pair_span()) {
      const PairRow& pair = pairs_.pair(ordinal);
      const bool effective = pair.effective_on(date);
      tins[pair.tin] = tins[pair.tin] || effective;
      if (pair.npi_deactivated_on(date) && contribution.timeliness != CountClass::kLateHeld) {
        ++inactive[ordinal];
      }
      individuals[ordinal].change(effective ? contribution.timeliness : CountClass::kWithheld,
                                  contribution.outcome_span(), +1);
    }
    for (const auto& [tin, effective] : tins) {
      groups[tin].change(effective ? contribution.timeliness : CountClass::kWithheld,
                         contribution.outcome_span(), +1);
      if (effective && contribution.timeliness != CountClass::kLateHeld) {
        ++months[tin][rules_.month_of_day[contribution.day] - 1U];
      }
    }
  };
  QCDR_RETURN_IF_ERROR(cases_->for_each([&](const CaseEntry& entry) -> Status {
    if (entry.counting) add(*entry.counting);
    if (entry.held && !entry.held->refused) add(*entry.held);
    return Status::ok();
  }));
  const Status differs(ErrorCode::kCorruption, "sums differ from the contributions");
  for (const PairRow& pair : pairs_.pairs()) {
    QCDR_ASSIGN_OR_RETURN(const EntityCounts* stored, individual_counts(pair));
    if (!(*stored == individuals[pair.ordinal])) return differs;
    if (derived_.inactive(pair.ordinal) != inactive[pair.ordinal]) return differs;
  }
  for (const TinRow& tin : pairs_.tins()) {
    QCDR_ASSIGN_OR_RETURN(const EntityCounts* stored, group_counts(tin));
    if (!(*stored == groups[tin.ordinal])) return differs;
    if (group_months(tin) != months[tin.ordinal]) return differs;
  }
  return Status::ok();
}

}  // namespace qcdr::ledger
