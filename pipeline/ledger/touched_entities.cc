#include "ledger/touched_entities.h"

#include <algorithm>

namespace qcdr::ledger {
namespace {

constexpr std::int64_t kUntouched = -1;

void touch(std::vector<std::int64_t>* causes, std::uint32_t ordinal, std::size_t size,
           Offset cause) {
  if (ordinal >= causes->size()) causes->resize(size, kUntouched);
  QCDR_ASSERT(ordinal < causes->size());
  (*causes)[ordinal] = cause.value();
}

std::optional<Offset> newest(const std::vector<std::int64_t>& causes, std::uint32_t ordinal,
                             std::optional<Offset> of_all) {
  if (ordinal >= causes.size() || causes[ordinal] == kUntouched) return of_all;
  const Offset own(causes[ordinal]);
  return std::max(of_all.value_or(own), own);
}

}  // namespace

void TouchedEntities::touch_pair(std::uint32_t ordinal, std::size_t pairs, Offset cause) {
  touch(&pairs_, ordinal, pairs, cause);
}

void TouchedEntities::touch_tin(std::uint32_t ordinal, std::size_t tins, Offset cause) {
  touch(&tins_, ordinal, tins, cause);
}

std::optional<Offset> TouchedEntities::cause_of_tin(std::uint32_t ordinal) const {
  return newest(tins_, ordinal, all_);
}

std::optional<Offset> TouchedEntities::cause_of_pair(std::uint32_t ordinal) const {
  return newest(pairs_, ordinal, all_);
}

std::vector<TouchedEntity> TouchedEntities::take(const PairTable& pairs) {
  if (all_) {
    pairs_.resize(pairs.pairs().size(), kUntouched);
    tins_.resize(pairs.tins().size(), kUntouched);
    for (std::int64_t& cause : pairs_) cause = std::max(cause, all_->value());
    for (std::int64_t& cause : tins_) cause = std::max(cause, all_->value());
    all_.reset();
  }
  std::vector<TouchedEntity> touched;
  for (std::uint32_t ordinal = 0; ordinal < pairs_.size(); ++ordinal) {
    const std::int64_t cause = std::exchange(pairs_[ordinal], kUntouched);
    if (cause == kUntouched) continue;
    const PairRow& pair = pairs.pair(ordinal);
    const bool vanished = !pair.reports_individually();
    if (vanished && !vanished_.contains(ordinal)) continue;
    touched.push_back({pair.entity, false, ordinal, vanished, Offset(cause)});
  }
  for (std::uint32_t ordinal = 0; ordinal < tins_.size(); ++ordinal) {
    const std::int64_t cause = std::exchange(tins_[ordinal], kUntouched);
    if (cause == kUntouched) continue;
    touched.push_back({pairs.tins()[ordinal].group_entity, true, ordinal, false, Offset(cause)});
  }
  vanished_.clear();
  std::sort(touched.begin(), touched.end(),
            [](const TouchedEntity& a, const TouchedEntity& b) { return a.entity < b.entity; });
  return touched;
}

}  // namespace qcdr::ledger
