// Was a fact received in time? The one place that answers it: the ledger and `qcdr validate` call
// the same function.
//
// A fact is judged by what it is (kind), by the instant at which its upload was received, by its
// month of service and by whether it corrects a fact that came in time; never by when it was
// parsed. Policy that the rules of data/calendars/ express: a deadline may cost a late yes, it
// never overrules a no, so that a revocation of consent and an opt-out have no limit. Pure: no
// clock, no zone database. Thread-safety: free functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "rulebook/calendar_kinds.h"
#include "rulebook/rulebook.h"

namespace qcdr::calendar {

using rulebook::CalendarOutcome;
using rulebook::CalendarRule;
using rulebook::Citation;
using rulebook::Deadline;
using rulebook::YearRules;

// A practice's own, later limit: of one deadline, in every rule that names it, or of one rule.
struct Extension {
  std::string name;  // of the deadline or of the rule
  // First moment that is too late. Facts received before it are on time under that rule. It never
  // shortens a limit and never reopens what is rejected: CMS's window is not the registry's to
  // move.
  Instant new_limit;
};

struct Judgement {
  CalendarOutcome outcome = CalendarOutcome::kOnTime;
  std::string_view rule_name;
  // On time: the first limit that lies ahead. Otherwise: the limit that was passed. Instant maximum
  // when there is none.
  Instant deadline;
  const Citation* citation = nullptr;  // never null
};

struct Receipt {
  std::string_view kind;  // one of rulebook::kinds
  Instant received_at;
  std::optional<int> service_month;  // 1..12, of cases
  bool is_correction = false;        // replaces a fact that was received in time
};

// Views in the answer live as long as `rules`. Asserts that the calendar knows the kind, which
// `qcdr rulebook check` proves.
Judgement judge(const YearRules& rules, const Receipt& receipt,
                std::span<const Extension> extensions);
Judgement judge(const YearRules& rules, std::string_view kind, Instant received_at,
                std::optional<int> service_month, bool is_correction,
                std::span<const Extension> extensions);

// The deadline that passes first after `now`; null after the last one.
const Deadline* next_deadline(const YearRules& rules, Instant now);

// Deadlines that pass in (after, until], in order: what a clock that moves must announce.
std::vector<const Deadline*> deadlines_between(const YearRules& rules, Instant after,
                                               Instant until);

std::string_view outcome_name(CalendarOutcome outcome);  // "ON_TIME", "MILESTONE_MISSED", ...

}  // namespace qcdr::calendar
