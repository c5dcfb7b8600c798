// One performance year's rules as the fold uses them, resolved once.
//
// Measure slots: contributions and sums name a measure by its place in `specifications`; the
// practice-year's kMeasures fact keeps the ids in that order, and a state made with another list is
// refused (new measure logic is a new generation).
// Thread-safety: immutable after construction. Lifetime: the rulebook outlives it.
#pragma once

#include <map>
#include <memory>

#include "measures/specification_set.h"
#include "rulebook/rulebook.h"
#include "scoring/resolved_rules.h"

namespace qcdr::ledger {

// What a slot is within its measure.
struct SlotRules {
  bool has_stratum = false;
  std::uint8_t stratum = 0;  // place in the measure's strata
  std::uint8_t overall_stratum = 0;
  rulebook::OverallRate overall = rulebook::OverallRate::kNone;
};

struct YearLedgerRules {
  explicit YearLedgerRules(const rulebook::YearRules& year_rules);

  const rulebook::YearRules* year;
  measures::SpecificationSet specifications;
  scoring::ResolvedRules scoring;
  // By slot; null: the rulebook has a specification but CMS lists no such measure.
  std::vector<const rulebook::Measure*> measures;
  std::vector<SlotRules> slots;
  LocalDate first_day;
  std::int32_t days = 0;
  std::vector<std::uint8_t> month_of_day;  // 1 to 12, by day of the year from 0

  // The canonical list of slots, for the kMeasures fact.
  std::string slot_names() const;
};

class LedgerRules {
 public:
  explicit LedgerRules(const rulebook::Rulebook& rulebook);
  // Null: nothing is known about that year.
  const YearLedgerRules* find(PerformanceYear year) const;
  // Years that take records, ascending.
  std::vector<PerformanceYear> years() const;
  const Hash256& rulebook_digest() const { return digest_; }
  // Of the registry that is served.
  Zone zone() const { return zone_; }

 private:
  std::map<PerformanceYear, std::unique_ptr<YearLedgerRules>> years_;
  Hash256 digest_;
  Zone zone_;
};

}  // namespace qcdr::ledger
