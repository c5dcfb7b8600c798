// The one source of chance of a simulation: SplitMix64, seeded. The same on every machine.
#pragma once

#include <cstdint>

#include "core/assert.h"

namespace qcdr::simulation {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 0x1234567ULL) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31);
  }
  std::uint64_t below(std::uint64_t bound) {
    QCDR_ASSERT(bound > 0);
    return next() % bound;
  }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
  }
  // Once in `times`; never when it is 0.
  bool once_in(std::uint64_t times) { return times != 0 && below(times) == 0; }
  template <class Choices>
  auto one_of(const Choices& choices) {
    return choices.begin()[below(choices.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace qcdr::simulation
