// What the facts of an entity say beside its cases: special statuses, approvals, activities,
// promoting interoperability, results that the practice counted itself.
//
// Sources: 42 CFR 414.1355 to 414.1380 as docs/scoring.md tells them; every number from the
// rulebook. Thread-safety: free functions. Units: percent and points in ten-thousandths.
#pragma once

#include "batch_season.h"

namespace qcdr::batch {

// Counts of one measure, of one way of collecting it.
struct Reported {
  const rulebook::Measure* measure = nullptr;
  std::string collection;
  std::int64_t eligible = 0;
  std::int64_t met = 0;
  std::int64_t not_met = 0;
  std::int64_t exception = 0;
  std::int64_t cases = 0;                 // compared with the case minimum
  std::optional<std::int64_t> mean_rate;  // of several rates, in raw units of a decimal
};

struct Circumstances {
  bool small_practice = false;
  bool app = false;  // APM performance pathway
  bool activities_count_more = false;
  bool status_reweights = false;   // a special status that reweights promoting interoperability
  std::set<std::string> approved;  // categories
  std::int64_t complex_patient_bonus = 0;
  bool facility_based = false;
  bool activities_submitted = false;
  std::int64_t activities_percent = 0;
  bool interoperability_reported = false;
  std::int64_t interoperability_percent = 0;
  std::vector<Reported> results;
};

Circumstances circumstances_of(const Season& season, const TinToken& tin, const EntityId& entity);

// The mean of the rates of those that have one, each to ten decimals, rounded to the year's
// decimals; in raw units of a decimal.
std::optional<std::int64_t> mean_of(const rulebook::YearRules& rules,
                                    const std::vector<Reported>& strata);

// Percent of a report.
std::int64_t interoperability_percent(const rulebook::YearRules& rules,
                                      const v1::PromotingInteroperability& report);

}  // namespace qcdr::batch
