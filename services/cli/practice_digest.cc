#include "cli/practice_digest.h"

namespace qcdr {

Result<StateDigest> practice_digest(StateView& view, PracticeId practice) {
  StateDigest sum;
  bool found = false;
  for (StateView::PartitionView& partition : view.partitions()) {
    QCDR_ASSIGN_OR_RETURN(const auto ids, partition.ledger->practice_years());
    for (const ledger::PracticeYear id : ids) {
      if (id.practice != practice) continue;
      QCDR_ASSIGN_OR_RETURN(const ledger::PracticeLedger* year, partition.ledger->find(id));
      sum.add(year->digest());
      found = true;
    }
  }
  if (found) return sum;
  return Status(ErrorCode::kNotFound,
                "there is nothing of practice " + std::to_string(practice.value()));
}

}  // namespace qcdr
