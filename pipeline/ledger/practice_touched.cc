// Which entities changed, so that their scores and readiness are made again.
#include "ledger/practice_ledger.h"

namespace qcdr::ledger {

void PracticeLedger::touch_pair(std::uint32_t ordinal, Offset cause, Effects* effects) {
  touched_.touch_pair(ordinal, pairs_.pairs().size(), cause);
  effects->touch(id_);
}

void PracticeLedger::touch_tin(std::uint32_t ordinal, Offset cause, Effects* effects) {
  touched_.touch_tin(ordinal, pairs_.tins().size(), cause);
  effects->touch(id_);
}

void PracticeLedger::touch_all(Offset cause, Effects* effects) {
  reconciliations_.clear();
  touched_.touch_all(cause);
  effects->touch(id_);
}

void PracticeLedger::say_everything_again(Offset cause, Effects* effects) {
  touch_all(cause, effects);
  contribute_again_ = true;
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

}  // namespace qcdr::ledger
