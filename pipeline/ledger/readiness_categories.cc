// What keeps back the data of some categories, and when that is all there is.
#include <algorithm>

#include "ledger/readiness.h"

namespace qcdr::ledger {
namespace {

CategoryBits categories_of(std::span<const Block> blocks) {
  CategoryBits bits = 0;
  for (const Block& block : blocks) bits = static_cast<CategoryBits>(bits | block.categories);
  return bits;
}

}  // namespace

CategoryBits Readiness::withheld_now() const {
  return categories_of(withheld);
}

CategoryBits Readiness::withheld_when_done() const {
  CategoryBits bits = 0;
  for (const Block& block : withheld) {
    if (!block.open_item()) bits = static_cast<CategoryBits>(bits | block.categories);
  }
  return bits;
}

void settle_categories(std::vector<Block> candidates, CategoryBits there,
                       std::vector<Block>* blocks, std::vector<Block>* withheld) {
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Block& a, const Block& b) { return a.reason < b.reason; });
  // Of nothing, nothing is left only when it may not come either.
  const CategoryBits wanted = there == 0 ? kAllSent : there;
  if ((wanted & ~categories_of(candidates)) == 0) {
    const bool open =
        std::any_of(candidates.begin(), candidates.end(), [&](const Block& candidate) {
          return candidate.open_item() && (candidate.categories & wanted) != 0;
        });
    for (Block block : candidates) {
      if ((block.categories & wanted) == 0 || (open && !block.open_item())) continue;
      block.categories = 0;
      blocks->push_back(block);
    }
  }
  *withheld = std::move(candidates);
}

}  // namespace qcdr::ledger
