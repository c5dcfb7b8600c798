// What time that passed changes: nothing in the state, but what can still be cured, and which
// consents hold.
#include "core/zone.h"
#include "ledger/ledger.h"
#include "ledger/readiness_reader.h"

namespace qcdr::ledger {

Status PracticeLedger::pass_time(Instant before, Instant now, Offset offset, Effects* effects) {
  ReadinessReader reader(*this, now);
  for (const TinRow& tin : pairs_.tins()) {
    QCDR_ASSIGN_OR_RETURN(const Readiness was, reader.group_blocks(tin, before));
    QCDR_ASSIGN_OR_RETURN(const Readiness is, reader.group_blocks(tin, now));
    if (!same_blocks(was, is)) touch_tin(tin.ordinal, offset, effects);
  }
  for (const PairRow& pair : pairs_.pairs()) {
    if (!pair.reports_individually()) continue;
    QCDR_ASSIGN_OR_RETURN(const Readiness was, reader.individual_blocks(pair, before));
    QCDR_ASSIGN_OR_RETURN(const Readiness is, reader.individual_blocks(pair, now));
    if (!same_blocks(was, is)) touch_pair(pair.ordinal, offset, effects);
  }
  return Status::ok();
}

Result<bool> PracticeLedger::has_own_dates() const {
  bool found = !extensions_.empty() || !audit_corrections_.empty();
  QCDR_RETURN_IF_ERROR(facts_.for_each(
      FactKind::kIndividualConsent, [&](std::string_view, const FactValue& value) -> Status {
        QCDR_ASSIGN_OR_RETURN(const Consent consent, Consent::decode(value));
        const auto dated = [](const ConsentScope& scope) {
          return scope.from.days() != 0 || scope.to.days() != 0;
        };
        found = found || dated(consent.scope) || (consent.held && dated(consent.held->scope));
        return Status::ok();
      }));
  return found;
}

Status Ledger::pass_deadline(PerformanceYear year, Instant passed_at, Offset offset) {
  const Instant before = Instant::from_milliseconds(passed_at.milliseconds() - 1);
  QCDR_ASSIGN_OR_RETURN(const std::vector<PracticeYear> ids, practice_years());
  for (const PracticeYear id : ids) {
    if (id.year != year) continue;
    QCDR_ASSIGN_OR_RETURN(Slot * found, slot_unless_deleted(id));
    if (found == nullptr) continue;
    QCDR_RETURN_IF_ERROR(found->ledger->pass_time(before, passed_at, offset, &effects_));
    QCDR_RETURN_IF_ERROR(settle(found));
  }
  return Status::ok();
}

// A consent holds for days of the registry's zone, so a new day is when to look. Which
// practice-years may have dates of their own is asked once and then kept.
Status Ledger::pass_time(Instant before, Instant now, Offset offset,
                         std::vector<PracticeYear>* deleted) {
  const Zone zone = rules_.zone();
  const LocalDate day = local_date(zone, before);
  if (day == local_date(zone, now)) return Status::ok();
  // From the midnight before, so that no date between two looks is missed.
  const Instant day_began = midnight(zone, day);
  std::vector<PracticeYear> ids(own_dates_.begin(), own_dates_.end());
  if (!own_dates_known_) {
    QCDR_ASSIGN_OR_RETURN(ids, practice_years());
  }
  for (const PracticeYear id : ids) {
    const auto found = slot(id);
    if (found.status().code() == ErrorCode::kNotFound) {
      deleted->push_back(id);
      continue;
    }
    QCDR_RETURN_IF_ERROR(found.status());
    PracticeLedger& practice = *found.value()->ledger;
    QCDR_ASSIGN_OR_RETURN(const bool own_dates, practice.has_own_dates());
    if (!own_dates) continue;
    own_dates_.insert(id);
    QCDR_RETURN_IF_ERROR(practice.pass_time(day_began, now, offset, &effects_));
    QCDR_RETURN_IF_ERROR(settle(found.value()));
  }
  own_dates_known_ = true;
  return Status::ok();
}

Status Ledger::note_own_dates(PracticeYear id, const PracticeLedger& practice) {
  QCDR_ASSIGN_OR_RETURN(const bool has, practice.has_own_dates());
  if (has) own_dates_.insert(id);
  return Status::ok();
}

}  // namespace qcdr::ledger
