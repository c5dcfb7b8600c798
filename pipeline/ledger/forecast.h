// What a measure still needs to be compared with its benchmark: cases for the case minimum,
// outcomes for data completeness, and by when, at the pace of the cases that are there.
//
// Sources: 42 CFR 414.1380(b)(1)(iii) (case minimum), 414.1340 (completeness); every number from
// the rulebook. The pace is the eligible cases over the days of service that were received; of
// cases received, never of cases performed. After the year nothing can be performed any more: only
// care that was given is still documented, so needed cases are then out of reach.
// Thread-safety: pure functions. Units: cases, days.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/time.h"
#include "scoring/score.h"

namespace qcdr::ledger {

struct MeasureForecast {
  const rulebook::Measure* measure = nullptr;
  scoring::CollectionType collection = scoring::CollectionType::kRegistry;
  std::int64_t cases = 0;     // compared with the minimum
  std::int64_t eligible = 0;  // whose outcomes are to be reported
  std::int64_t reported = 0;
  std::int64_t case_minimum = 0;
  Decimal completeness;  // percent that is needed
  // Eligible cases beyond those that are there.
  std::int64_t cases_to_minimum = 0;
  // Outcomes of eligible cases that are there already and lack one.
  std::int64_t outcomes_to_completeness = 0;
  // Or, if none of these is ever told, so many further cases, each with its outcome.
  std::int64_t cases_to_completeness = 0;
  // The day on which the minimum is reached at the present pace; none: it is reached, nothing was
  // received yet, or the year is over before.
  std::optional<LocalDate> reaches_minimum_on;
  // The last day to begin with what is missing and still be done by the end of the year; none:
  // nothing is missing, or not at the present pace.
  std::optional<LocalDate> last_day_to_begin;
  // A case minimum that is out of reach at the present pace.
  bool out_of_reach = false;

  bool complete() const { return outcomes_to_completeness == 0; }
  bool enough() const { return cases_to_minimum == 0; }
};

// `received_through`: the last day of service of what was received; none: nothing was. In the order
// of the input's measures; without those of administrative claims and those nobody reports.
std::vector<MeasureForecast> forecast(const scoring::ScoreInput& input,
                                      const scoring::ScoreSummary& summary,
                                      std::optional<LocalDate> received_through);

// The last day of the last month that has cases, or `today` when that comes first; none without
// cases.
std::optional<LocalDate> last_day_received(PerformanceYear year,
                                           std::span<const std::uint32_t> cases_by_month,
                                           LocalDate today);

}  // namespace qcdr::ledger
