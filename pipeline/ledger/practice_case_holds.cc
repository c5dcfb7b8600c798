// Entries of cases that change because of something else than a case: holds and audit corrections.
#include "ledger/practice_ledger.h"

namespace qcdr::ledger {

Result<std::uint32_t> PracticeLedger::change_cases(const ChangeCase& change, Offset cause,
                                                   Effects* effects) {
  std::vector<CaseEntry> changed;
  QCDR_RETURN_IF_ERROR(cases_->for_each([&](const CaseEntry& before) -> Status {
    CaseEntry entry = before;
    if (change(&entry)) changed.push_back(entry);
    return Status::ok();
  }));
  for (const CaseEntry& now : changed) QCDR_RETURN_IF_ERROR(change_case(now, cause, effects));
  return static_cast<std::uint32_t>(changed.size());
}

Status PracticeLedger::change_case(const CaseEntry& now, Offset cause, Effects* effects) {
  QCDR_ASSIGN_OR_RETURN(const auto place, cases_->find(now.token));
  QCDR_ASSERT(place.has_value());
  QCDR_ASSIGN_OR_RETURN(const CaseEntry before, cases_->read(*place));
  digest_.subtract(case_item(before));
  for (const auto& old : {before.counting, before.held}) {
    if (old) QCDR_RETURN_IF_ERROR(credit(*old, -1, cause, effects));
  }
  if (!now.empty()) digest_.add(case_item(now));
  QCDR_RETURN_IF_ERROR(cases_->replace(*place, now));
  for (const auto& fresh : {now.counting, now.held}) {
    if (fresh) QCDR_RETURN_IF_ERROR(credit(*fresh, +1, cause, effects));
  }
  return Status::ok();
}

Result<std::vector<Instant>> PracticeLedger::receipts() const {
  std::vector<Instant> received(upload_count_);
  QCDR_RETURN_IF_ERROR(for_each_known_upload([&](const std::string&, const UploadFact& fact) {
    received[fact.ordinal] = fact.received_at;
    return Status::ok();
  }));
  return received;
}

Status PracticeLedger::load_audit_corrections() {
  audit_corrections_.clear();
  return for_each_versions(FactKind::kAuditCorrection, "",
                           [&](std::string_view, const VersionedFact& fact) -> Status {
                             if (!fact.in_force.present()) return Status::ok();
                             QCDR_ASSIGN_OR_RETURN(AuditCorrection correction,
                                                   AuditCorrection::decode(fact.in_force.content));
                             audit_corrections_.push_back(std::move(correction));
                             return Status::ok();
                           });
}

}  // namespace qcdr::ledger
