#include "intake/roster_pairs.h"

#include <limits>

namespace qcdr::intake {
namespace {

constexpr std::size_t kMaxPeriodsPerPair = 16;

}  // namespace

std::optional<std::uint32_t> RosterPairs::remember(const TinToken& tin, std::uint64_t npi,
                                                   std::int32_t first_day, std::int32_t last_day,
                                                   std::uint32_t line) {
  const std::uint64_t key = (std::uint64_t{tin.leading_bits()} << 32 | tin.second_bits()) ^ npi;
  std::vector<Period>& periods = periods_[key];
  Period period{first_day, last_day, line};
  if (period.last == 0) period.last = std::numeric_limits<std::int32_t>::max();
  std::optional<std::uint32_t> before;
  for (const Period& other : periods) {
    if (period.first > other.last || other.first > period.last) continue;
    before = other.line;
    break;
  }
  if (periods.size() < kMaxPeriodsPerPair) periods.push_back(period);
  return before;
}

}  // namespace qcdr::intake
