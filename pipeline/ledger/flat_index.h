// Where something with a 64-bit key stands: a hash table in one piece of memory.
//
// Open addressing with linear probing; entries are added and never taken away. One look-up costs
// about one cache miss, where a table of nodes costs two or three: it is made for every TIN/NPI
// pair of every case. kEmpty is not a key.
// Invariant: at most half of the slots are taken, so every search ends.
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/assert.h"

namespace qcdr::ledger {

class FlatIndex {
 public:
  static constexpr std::uint64_t kEmpty = UINT64_MAX;

  std::optional<std::uint32_t> find(std::uint64_t key) const {
    if (slots_.empty()) return std::nullopt;
    const Slot& slot = slots_[place_of(key)];
    if (slot.key != key) return std::nullopt;
    return slot.value;
  }
  // The key must not be there yet.
  void insert(std::uint64_t key, std::uint32_t value) {
    QCDR_ASSERT(key != kEmpty);
    if (2 * (size_ + 1) > slots_.size()) grow();
    Slot& slot = slots_[place_of(key)];
    QCDR_ASSERT(slot.key == kEmpty);
    slot = {key, value};
    ++size_;
  }

 private:
  static constexpr std::size_t kSlotsLeast = 16;
  struct Slot {
    std::uint64_t key = kEmpty;
    std::uint32_t value = 0;
  };

  // The slot of the key, or the empty one where it would go.
  std::size_t place_of(std::uint64_t key) const {
    const std::size_t mask = slots_.size() - 1;
    std::uint64_t hash = key * 0x9e3779b97f4a7c15ULL;
    std::size_t place = (hash ^ (hash >> 32)) & mask;
    while (slots_[place].key != key && slots_[place].key != kEmpty) place = (place + 1) & mask;
    return place;
  }
  void grow() {
    std::vector<Slot> before(slots_.empty() ? kSlotsLeast : 2 * slots_.size());
    before.swap(slots_);
    for (const Slot& slot : before) {
      if (slot.key != kEmpty) slots_[place_of(slot.key)] = slot;
    }
  }

  std::vector<Slot> slots_;  // a power of two, or none
  std::size_t size_ = 0;
};

}  // namespace qcdr::ledger
