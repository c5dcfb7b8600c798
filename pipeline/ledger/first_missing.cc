#include "ledger/first_missing.h"

#include <algorithm>
#include <tuple>

namespace qcdr::ledger {
namespace {

// The next moment that is too late; kNoEnd: none, or it is over.
Instant next_end(const Limit& limit, Instant as_of) {
  if (limit.due > as_of && limit.due != kNoEnd) return limit.due;
  return limit.ends > as_of ? limit.ends : kNoEnd;
}

std::optional<Instant> last_in_time(const Limit& limit, Instant as_of) {
  const Instant end = next_end(limit, as_of);
  if (end == kNoEnd) return std::nullopt;
  return last_second(end);
}

bool is_elsewhere(const Block& block) {
  return block.refused && (block.reason == BlockReason::kReportingOption ||
                           block.reason == BlockReason::kVirtualGroup);
}

// Lower comes first.
int rank(const Block& block) {
  if (!block.open_item()) return 0;  // final
  return block.held_late ? 2 : 1;
}

}  // namespace

std::optional<FirstMissing> first_missing(const Readiness& readiness, Instant as_of) {
  FirstMissing first;
  for (const Block& block : readiness.blocks) {
    if (is_elsewhere(block)) return std::nullopt;
  }
  const auto block = std::min_element(
      readiness.blocks.begin(), readiness.blocks.end(), [&](const Block& a, const Block& b) {
        const auto key = [&](const Block& each) {
          return std::tuple(rank(each), next_end(each.limit, as_of), each.reason);
        };
        return key(a) < key(b);
      });
  if (block != readiness.blocks.end()) {
    first.block = &*block;
    first.closed = block->closed || block->refused || block->held_late;
    if (!first.closed) first.last = last_in_time(block->limit, as_of);
    return first;
  }
  for (const PointCost& cost : readiness.costs) {
    if (cost.limit.ends <= as_of) continue;  // nothing can be done about it
    const auto key = [&](const PointCost& each) {
      return std::tuple(next_end(each.limit, as_of), -each.points_at_most);
    };
    if (first.cost == nullptr || key(cost) < key(*first.cost)) first.cost = &cost;
  }
  if (first.cost == nullptr) return std::nullopt;
  first.last = last_in_time(first.cost->limit, as_of);
  return first;
}

}  // namespace qcdr::ledger
