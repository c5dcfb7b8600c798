#include "intake/repeat_filter.h"

#include <algorithm>
#include <utility>

#include "intake/limits.h"

namespace qcdr::intake {
namespace {

constexpr std::size_t kFirstSlots = 1024;

// Never 0, which marks a free slot.
std::uint64_t fingerprint_of(const CaseToken& token) {
  const std::uint64_t bits = std::uint64_t{token.leading_bits()} << 32 | token.second_bits();
  return std::max(bits, std::uint64_t{1});
}

}  // namespace

std::size_t RepeatFilter::slot_of(std::uint64_t fingerprint) const {
  const std::size_t mask = fingerprints_.size() - 1;
  std::size_t slot = static_cast<std::size_t>(fingerprint) & mask;
  while (fingerprints_[slot] != 0 && fingerprints_[slot] != fingerprint) slot = (slot + 1) & mask;
  return slot;
}

void RepeatFilter::grow() {
  std::vector<std::uint64_t> old_fingerprints = std::move(fingerprints_);
  std::vector<std::uint32_t> old_lines = std::move(lines_);
  const std::size_t slots = std::max(kFirstSlots, old_fingerprints.size() * 2);
  fingerprints_.assign(slots, 0);
  lines_.assign(slots, 0);
  for (std::size_t i = 0; i < old_fingerprints.size(); ++i) {
    if (old_fingerprints[i] == 0) continue;
    const std::size_t slot = slot_of(old_fingerprints[i]);
    fingerprints_[slot] = old_fingerprints[i];
    lines_[slot] = old_lines[i];
  }
}

std::optional<std::uint32_t> RepeatFilter::remember(const CaseToken& token, std::uint32_t line) {
  const std::uint64_t fingerprint = fingerprint_of(token);
  if (count_ * 4 >= fingerprints_.size() * 3) grow();
  const std::size_t slot = slot_of(fingerprint);
  if (fingerprints_[slot] != 0) return std::exchange(lines_[slot], line);
  if (count_ == kMaxCasesRemembered) return std::nullopt;
  fingerprints_[slot] = fingerprint;
  lines_[slot] = line;
  ++count_;
  return std::nullopt;
}

}  // namespace qcdr::intake
