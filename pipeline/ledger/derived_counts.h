// What is counted beside the sums for reconciliation: cases by month of service of each TIN, and
// cases withheld from each pair, and its cases while its NPI was deactivated. Derived from the
// cases, so no part of the digest; kept, so that nothing is read again after a start. Rows: facts
// kTinMonths (12 varints, January first) and kWithheld (before, after, between, inactive), both in
// the layout part. Invariant: the same as a count over the contributions under the roster in force
// (verify()). Thread-safety: none. Errors: kCorruption for rows that no correct writer makes.
#pragma once

#include <array>
#include <vector>

#include "ledger/fact_table.h"
#include "ledger/pair_table.h"

namespace qcdr::ledger {

// Cases withheld from a pair, by where they lie: before its first day, after its last, between.
struct WithheldCases {
  std::uint32_t before = 0;
  std::uint32_t after = 0;
  std::uint32_t between = 0;
  std::uint32_t inactive = 0;  // not withheld: while the NPI was deactivated
  friend bool operator==(const WithheldCases&, const WithheldCases&) = default;
};

class DerivedCounts {
 public:
  using CasesByMonth = std::array<std::uint32_t, 12>;  // January first

  Status load(const FactTable& facts, const PairTable& pairs);
  void freeze(const PairTable& pairs, FactTable* facts);
  void clear();

  // `sign` is +1 or -1; `month` 1 to 12.
  void count_month(std::uint32_t tin, std::uint8_t month, int sign);
  void count_withheld(const PairRow& pair, LocalDate date, int sign);

  void count_inactive(std::uint32_t pair, int sign);
  void clear_inactive();
  std::uint32_t inactive(std::uint32_t pair) const { return withheld(pair).inactive; }

  const CasesByMonth& months(std::uint32_t tin) const;
  const WithheldCases& withheld(std::uint32_t pair) const;

 private:
  std::vector<CasesByMonth> months_;     // by TIN ordinal
  std::vector<WithheldCases> withheld_;  // by pair ordinal
  std::vector<bool> dirty_months_;
  std::vector<bool> dirty_withheld_;
};

}  // namespace qcdr::ledger
