// The yardstick: the same cases folded by a plain loop over hash maps, on one thread, in memory.
//
// What a competent programmer would write who needs none of the guarantees: rows are not sealed,
// nothing is stored, no digest, no versions, no outputs beyond the numbers. Corrections are exact,
// measures and scores are computed by the same libraries; scores are coalesced per `batch_cases`.
// Thread-safety: free function.
#pragma once

#include <cstdint>

#include "bench_input.h"
#include "ledger/ledger_rules.h"

namespace qcdr::bench {

struct PlainTotals {
  std::uint64_t cases = 0;
  std::uint64_t entities = 0;
  std::uint64_t scores = 0;
  std::int64_t sum_of_scores = 0;  // so that nothing can be left out
};

PlainTotals plain_fold(const Input& input, const ledger::YearLedgerRules& rules,
                       std::size_t batch_cases);

}  // namespace qcdr::bench
