#include "ledger/nearest_npi.h"

#include <algorithm>
#include <array>

namespace qcdr::ledger {
namespace {

constexpr int kDigits = 10;
constexpr int kTooFar = 3;
using Digits = std::array<char, kDigits>;

Digits digits_of(std::uint64_t number) {
  Digits digits{};
  for (std::size_t i = digits.size(); i > 0; --i) {
    digits[i - 1] = static_cast<char>(number % 10);
    number /= 10;
  }
  return digits;
}

}  // namespace

int npi_distance(std::uint64_t a, std::uint64_t b) {
  const Digits left = digits_of(a);
  const Digits right = digits_of(b);
  int distance = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i] == right[i]) continue;
    if (++distance >= kTooFar) return kTooFar;
    const bool swapped = i + 1 < left.size() && left[i] == right[i + 1] && left[i + 1] == right[i];
    if (swapped) ++i;
  }
  return distance;
}

std::optional<std::uint32_t> nearest_listed(const std::vector<PairRow>& pairs, std::uint32_t tin,
                                            std::uint64_t given) {
  int least = kTooFar;
  std::optional<std::uint32_t> nearest;
  for (const PairRow& pair : pairs) {
    if (!pair.listed || pair.tin != tin || pair.npi.value() == given) continue;
    const int distance = npi_distance(pair.npi.value(), given);
    if (distance < least) {
      least = distance;
      nearest = pair.ordinal;
    } else if (distance == least) {
      nearest.reset();
    }
  }
  return nearest;
}

}  // namespace qcdr::ledger
