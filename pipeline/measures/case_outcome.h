// What a case is for a measure.
// Stored in the ledger's state: values are permanent. Thread-safety: values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace qcdr::measures {

enum class CaseOutcome : std::uint8_t {
  kNotEligible = 0,  // not in the denominator
  kExcluded = 1,     // a denominator exclusion was reported: leaves the eligible population
  kMet = 2,
  kNotMet = 3,
  kException = 4,    // stays eligible and reported, leaves the performance rate
  kNotReported = 5,  // eligible, but no outcome code, or outcome codes that contradict each other
};

inline constexpr std::size_t kCaseOutcomes = 6;

std::string_view outcome_name(CaseOutcome outcome);  // "met", "not-met", ...

}  // namespace qcdr::measures
