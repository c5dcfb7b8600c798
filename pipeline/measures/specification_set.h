// All specifications of a year, prepared so that a case is evaluated with comparisons of numbers:
// no strings, no allocation.
//
// The answer is that of evaluate() for each specification, in their order; a test holds the two
// together. Cost grows with the case's codes, not with the number of measures.
// Invariants: at most kMaximumSpecifications; rates of one measure stand together, and a code that
// is reported for it is looked for in each; at most 32 denominator codes each; a measure without
// denominator codes counts only for cases that report a code for it.
// Thread-safety: const access from any thread. Lifetime: keeps no reference to the rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "measures/case_facts.h"
#include "measures/case_outcome.h"
#include "rulebook/rulebook.h"

namespace qcdr::measures {

class SpecificationSet {
 public:
  static constexpr std::size_t kMaximumSpecifications = 32;

  explicit SpecificationSet(const rulebook::YearRules& rules);
  explicit SpecificationSet(std::span<const rulebook::MeasureSpecification> specifications);

  std::size_t size() const { return measures_.size(); }

  // Writes one outcome per specification; `out` has exactly size() places. Bit i of the answer says
  // that the outcome codes of specification i contradict each other.
  std::uint32_t evaluate_all(const CaseFacts& facts, std::span<CaseOutcome> out) const;

 private:
  struct Code {
    std::uint64_t packed;
    std::uint32_t denominator_bit;  // 0 for other buckets
    std::uint8_t bucket_bit;        // 1 << CodeBucket
  };
  struct Compiled {
    std::uint64_t packed_source_id;
    std::uint32_t first_code;  // in codes_
    std::uint32_t last_code;   // exclusive
    std::uint32_t all_denominators;
    std::uint32_t age_years_min;
    std::uint32_t age_years_max;  // UINT32_MAX: no limit
    std::uint32_t anesthesia_minutes_min;
    std::uint32_t anesthesia_categories;  // all bits: any
  };
  struct Slot {
    std::uint64_t packed_source_id = 0;
    std::uint32_t first = 0;  // in measures_
    std::uint32_t last = 0;   // exclusive: a measure with several rates has several
  };

  Slot find_measure(std::uint64_t packed_source_id) const;
  static CaseOutcome outcome_of(const Compiled& measure, std::uint32_t denominators,
                                std::uint8_t buckets, const CaseFacts& facts, bool* contradicting);

  std::vector<Compiled> measures_;
  std::vector<Code> codes_;
  std::vector<Slot> slots_;  // open addressing over source ids, at most half full
  int slot_shift_ = 0;
};

}  // namespace qcdr::measures
