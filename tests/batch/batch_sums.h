// How many cases each clinician and each group has, counted once from what is left at the end.
// Thread-safety: free functions over values.
#pragma once

#include <array>

#include "batch_season.h"

namespace qcdr::batch {

struct Tally {
  std::uint32_t eligible = 0;
  std::uint32_t met = 0;
  std::uint32_t not_met = 0;
  std::uint32_t exception = 0;
};

struct Sums {
  std::array<std::uint32_t, 4> cases{};                  // by class
  std::map<std::size_t, std::array<Tally, 4>> measures;  // by slot, then class

  std::uint32_t counted() const { return cases[0] + cases[1]; }
  std::uint32_t held() const { return cases[2] + cases[3]; }
  bool empty() const { return counted() + held() == 0; }
  // Over the classes that count.
  Tally counted(std::size_t slot) const;
};

struct SeasonSums {
  std::map<PairName, Sums> individuals;
  std::map<TinToken, Sums> groups;
};

SeasonSums count_all(const Season& season);

}  // namespace qcdr::batch
