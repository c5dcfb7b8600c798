// Counts of one measure over cases: what a performance rate and a reporting rate are made of.
//
// Mergeable and retractable: the counts of a corrected set of cases do not depend on the order in
// which outcomes came and went.
// Invariants, always asserted: no count is ever negative; eligible is the sum of what is in the
// eligible population (42 CFR 414.1340: the denominator of data completeness). Exclusions leave the
// eligible population, exceptions stay in it but leave the performance rate.
// Units: cases. Thread-safety: value.
#pragma once

#include <cstdint>

#include "measures/case_outcome.h"

namespace qcdr::measures {

struct MeasureCounts {
  std::uint32_t eligible = 0;
  std::uint32_t met = 0;
  std::uint32_t not_met = 0;
  std::uint32_t exception = 0;
  std::uint32_t excluded = 0;
  std::uint32_t not_reported = 0;

  void add(CaseOutcome outcome);
  void subtract(CaseOutcome outcome);
  void add(const MeasureCounts& other);
  void subtract(const MeasureCounts& other);

  // Eligible cases with an outcome: numerator of the reporting rate.
  std::uint32_t reported() const { return met + not_met + exception; }
  // Denominator of the performance rate.
  std::uint32_t performance_denominator() const { return met + not_met; }
  bool is_empty() const { return eligible == 0 && excluded == 0; }
  // eligible == met + not_met + exception + not_reported
  bool is_consistent() const;

  friend bool operator==(const MeasureCounts&, const MeasureCounts&) = default;
};

}  // namespace qcdr::measures
