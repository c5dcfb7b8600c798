// What a deadline that passed changes: nothing in the state, but what can still be cured.
#include "ledger/ledger.h"
#include "ledger/readiness_reader.h"

namespace qcdr::ledger {

Status PracticeLedger::pass_deadline(Instant passed_at, Offset offset, Effects* effects) {
  const Instant before = Instant::from_milliseconds(passed_at.milliseconds() - 1);
  ReadinessReader reader(*this, passed_at);
  for (const TinRow& tin : pairs_.tins()) {
    QCDR_ASSIGN_OR_RETURN(const Readiness was, reader.group_blocks(tin, before));
    QCDR_ASSIGN_OR_RETURN(const Readiness is, reader.group_blocks(tin, passed_at));
    if (!same_blocks(was, is)) touch_tin(tin.ordinal, offset, effects);
  }
  for (const PairRow& pair : pairs_.pairs()) {
    if (!pair.reports_individually()) continue;
    QCDR_ASSIGN_OR_RETURN(const Readiness was, reader.individual_blocks(pair, before));
    QCDR_ASSIGN_OR_RETURN(const Readiness is, reader.individual_blocks(pair, passed_at));
    if (!same_blocks(was, is)) touch_pair(pair.ordinal, offset, effects);
  }
  return Status::ok();
}

Status Ledger::pass_deadline(PerformanceYear year, Instant passed_at, Offset offset) {
  QCDR_ASSIGN_OR_RETURN(const std::vector<PracticeYear> ids, practice_years());
  for (const PracticeYear id : ids) {
    if (id.year != year) continue;
    QCDR_ASSIGN_OR_RETURN(Slot * found, slot(id));
    QCDR_RETURN_IF_ERROR(found->ledger->pass_deadline(passed_at, offset, &effects_));
  }
  return Status::ok();
}

}  // namespace qcdr::ledger
