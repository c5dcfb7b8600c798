#include "ledger/case_holds.h"

#include <algorithm>

namespace qcdr::ledger {

// Like any correction it does not make punctual what missed its month's date. What takes the case
// back leaves nothing.
void let_in(CountClass as, CaseEntry* entry) {
  if (entry->held->takes_back()) {
    entry->counting.reset();
  } else {
    Contribution fresh = *entry->held;
    fresh.timeliness = entry->counting ? std::max(as, entry->counting->timeliness) : as;
    fresh.refused = false;
    entry->counting = fresh;
  }
  entry->held.reset();
}

ChangeCase lift_by(JudgeCase judge) {
  return [judge = std::move(judge)](CaseEntry* entry) {
    const auto now = [&judge](const std::optional<Contribution>& waiting, bool correction) {
      if (!waiting || waiting->timeliness == CountClass::kOnTime) {
        return std::optional<CountClass>();
      }
      const auto found = judge(*waiting, correction);
      return found == waiting->timeliness ? std::optional<CountClass>() : found;
    };
    const auto counting = now(entry->counting, false);
    if (counting) entry->counting->timeliness = *counting;
    const auto held = now(entry->held, entry->counting.has_value());
    if (held) let_in(*held, entry);
    return counting.has_value() || held.has_value();
  };
}

ChangeCase refuse_if(IsMeantCase is_meant) {
  return [is_meant = std::move(is_meant)](CaseEntry* entry) {
    if (!entry->held || entry->held->refused || !is_meant(*entry->held)) return false;
    entry->held->refused = true;
    return true;
  };
}

ChangeCase let_in_if(IsMeantCase is_meant) {
  return [is_meant = std::move(is_meant)](CaseEntry* entry) {
    if (!entry->held || !is_meant(*entry->held)) return false;
    let_in(CountClass::kMilestoneMissed, entry);
    return true;
  };
}

}  // namespace qcdr::ledger
