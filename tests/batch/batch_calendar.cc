#include "batch_rows.h"

namespace qcdr::batch {

rulebook::CalendarOutcome judge(const rulebook::YearRules& rules, std::string_view kind,
                                Instant received_at, int month, bool replaces_one_in_time) {
  for (const rulebook::CalendarRule& rule : rules.calendar()) {
    if (rule.kind != kind) continue;
    if (rule.corrections_only && !replaces_one_in_time) continue;
    if (rule.service_month_first != 0 &&
        (month < rule.service_month_first || month > rule.service_month_last)) {
      continue;
    }
    if (received_at >= rule.rejected_from) return rulebook::CalendarOutcome::kRejectedLate;
    if (received_at >= rule.late_held_from) return rulebook::CalendarOutcome::kLateHeld;
    if (received_at >= rule.milestone_missed_from) {
      return rulebook::CalendarOutcome::kMilestoneMissed;
    }
    return rulebook::CalendarOutcome::kOnTime;
  }
  QCDR_ASSERT(false);
}

}  // namespace qcdr::batch
