// Chance that is the same on every machine: SplitMix64 and arithmetic on integers only.
//
// Every generated thing has its own stream, derived from the seed and what the thing is. So any
// case can be made without the ones before it, and a correction can make its original again.
// Invariant: nothing here depends on the standard library's distributions, locale or clock.
// Thread-safety: values.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace qcdr::generate {

// The finaliser of SplitMix64: every bit of the answer depends on every bit of the question.
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

// One number for a path such as (seed, purpose, practice, clinician).
constexpr std::uint64_t derive(std::initializer_list<std::uint64_t> path) {
  std::uint64_t value = 0;
  for (const std::uint64_t part : path) value = mix(value ^ mix(part));
  return value;
}

class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    const std::uint64_t value = mix(state_);
    state_ += 0x9e3779b97f4a7c15ULL;
    return value;
  }
  // 0 .. bound - 1; the bias is below bound / 2^32. `bound` is at least 1.
  constexpr std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }
  // low .. high, both included.
  constexpr std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + below(high - low + 1);
  }
  constexpr bool chance(std::uint32_t per_ten_thousand) { return below(10'000) < per_ten_thousand; }

 private:
  std::uint64_t state_;
};

}  // namespace qcdr::generate
