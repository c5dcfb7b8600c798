#include "calendar/judge.h"

#include <algorithm>

namespace qcdr::calendar {
namespace {

bool applies(const CalendarRule& rule, const Receipt& receipt) {
  if (rule.kind != receipt.kind) return false;
  if (rule.corrections_only && !receipt.is_correction) return false;
  if (rule.service_month_first == 0) return true;
  return receipt.service_month.has_value() && *receipt.service_month >= rule.service_month_first &&
         *receipt.service_month <= rule.service_month_last;
}

const CalendarRule& find_rule(const YearRules& rules, const Receipt& receipt) {
  const std::vector<CalendarRule>& calendar = rules.calendar();
  const auto found =
      std::find_if(calendar.begin(), calendar.end(),
                   [&receipt](const CalendarRule& rule) { return applies(rule, receipt); });
  QCDR_ASSERT(found != calendar.end());
  return *found;
}

// `deadline`: the one that the limit comes from.
Instant extended(Instant limit, const CalendarRule& rule, std::string_view deadline,
                 std::span<const Extension> extensions) {
  for (const Extension& extension : extensions) {
    const bool meant =
        extension.name == rule.name || (!deadline.empty() && extension.name == deadline);
    if (meant) limit = std::max(limit, extension.new_limit);
  }
  return limit;
}

}  // namespace

Judgement judge(const YearRules& rules, const Receipt& receipt,
                std::span<const Extension> extensions) {
  const CalendarRule& rule = find_rule(rules, receipt);
  const Instant milestone =
      extended(rule.milestone_missed_from, rule, rule.milestone_missed_after, extensions);
  const Instant held = extended(rule.late_held_from, rule, rule.late_held_after, extensions);
  const Instant rejected = rule.rejected_from;
  const Instant at = receipt.received_at;
  if (at >= rejected) {
    return {CalendarOutcome::kRejectedLate, rule.name, rejected, &rule.citation};
  }
  if (at >= held) return {CalendarOutcome::kLateHeld, rule.name, held, &rule.citation};
  if (at >= milestone) {
    return {CalendarOutcome::kMilestoneMissed, rule.name, milestone, &rule.citation};
  }
  return {CalendarOutcome::kOnTime, rule.name, std::min({milestone, held, rejected}),
          &rule.citation};
}

Judgement judge(const YearRules& rules, std::string_view kind, Instant received_at,
                std::optional<int> service_month, bool is_correction,
                std::span<const Extension> extensions) {
  return judge(rules, Receipt{kind, received_at, service_month, is_correction}, extensions);
}

const Deadline* next_deadline(const YearRules& rules, Instant now) {
  const std::vector<Deadline>& deadlines = rules.deadlines();
  const auto next =
      std::find_if(deadlines.begin(), deadlines.end(),
                   [now](const Deadline& deadline) { return deadline.passes_at > now; });
  return next == deadlines.end() ? nullptr : &*next;
}

std::vector<const Deadline*> deadlines_between(const YearRules& rules, Instant after,
                                               Instant until) {
  std::vector<const Deadline*> due;
  for (const Deadline& deadline : rules.deadlines()) {
    if (deadline.passes_at > after && deadline.passes_at <= until) due.push_back(&deadline);
  }
  return due;
}

std::string_view outcome_name(CalendarOutcome outcome) {
  switch (outcome) {
    case CalendarOutcome::kOnTime:
      return "ON_TIME";
    case CalendarOutcome::kMilestoneMissed:
      return "MILESTONE_MISSED";
    case CalendarOutcome::kLateHeld:
      return "LATE_HELD";
    case CalendarOutcome::kRejectedLate:
      return "REJECTED_LATE";
  }
  return "";
}

}  // namespace qcdr::calendar
