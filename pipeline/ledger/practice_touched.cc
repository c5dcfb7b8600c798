// Which entities changed, so that their scores and readiness are made again.
#include <algorithm>

#include "ledger/practice_ledger.h"

namespace qcdr::ledger {

void PracticeLedger::touch_pair(std::uint32_t ordinal, Offset cause, Effects* effects) {
  if (ordinal >= touched_pairs_.size()) touched_pairs_.resize(pairs_.pairs().size(), -1);
  touched_pairs_[ordinal] = cause.value();
  effects->touch(id_);
}

void PracticeLedger::touch_tin(std::uint32_t ordinal, Offset cause, Effects* effects) {
  if (ordinal >= touched_tins_.size()) touched_tins_.resize(pairs_.tins().size(), -1);
  touched_tins_[ordinal] = cause.value();
  effects->touch(id_);
}

void PracticeLedger::touch_all(Offset cause, Effects* effects) {
  reconciliations_.clear();
  all_touched_ = cause;
  effects->touch(id_);
}

void PracticeLedger::touch_tin_and_pairs(std::uint32_t tin, const RowContext& context) {
  touch_tin(tin, context.offset, context.effects);
  for (const PairRow& pair : pairs_.pairs()) {
    if (pair.tin == tin) touch_pair(pair.ordinal, context.offset, context.effects);
  }
}

void PracticeLedger::touch_fact(std::string_view subject, Offset cause, Effects* effects) {
  for (const PairRow& pair : pairs_.pairs()) {
    if (subject.starts_with(pair.entity.bytes())) return touch_pair(pair.ordinal, cause, effects);
  }
  touch_all(cause, effects);
}

void PracticeLedger::touch_subject(const Subject& subject, const RowContext& context) {
  if (subject.group) return touch_tin_and_pairs(subject.tin, context);
  if (subject.pair) touch_pair(*subject.pair, context.offset, context.effects);
  touch_tin(subject.tin, context.offset, context.effects);
}

std::vector<PracticeLedger::Touched> PracticeLedger::take_touched() {
  if (all_touched_) {
    touched_pairs_.resize(pairs_.pairs().size(), -1);
    touched_tins_.resize(pairs_.tins().size(), -1);
    for (std::int64_t& cause : touched_pairs_) cause = std::max(cause, all_touched_->value());
    for (std::int64_t& cause : touched_tins_) cause = std::max(cause, all_touched_->value());
    all_touched_.reset();
  }
  std::vector<Touched> touched;
  for (std::uint32_t ordinal = 0; ordinal < touched_pairs_.size(); ++ordinal) {
    if (touched_pairs_[ordinal] < 0) continue;
    const PairRow& pair = pairs_.pair(ordinal);
    const bool vanished = !pair.reports_individually();
    if (!vanished || vanished_pairs_.contains(ordinal)) {
      touched.push_back({pair.entity, false, ordinal, vanished, Offset(touched_pairs_[ordinal])});
    }
    touched_pairs_[ordinal] = -1;
  }
  for (std::uint32_t ordinal = 0; ordinal < touched_tins_.size(); ++ordinal) {
    if (touched_tins_[ordinal] < 0) continue;
    touched.push_back({pairs_.tins()[ordinal].group_entity, true, ordinal, false,
                       Offset(touched_tins_[ordinal])});
    touched_tins_[ordinal] = -1;
  }
  vanished_pairs_.clear();
  std::sort(touched.begin(), touched.end(),
            [](const Touched& a, const Touched& b) { return a.entity < b.entity; });
  return touched;
}

}  // namespace qcdr::ledger
