// Which pairs and TINs of a practice-year changed since they were looked at last, and by what.
// Thread-safety: none. Lifetime: of its ledger. Errors: none.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "ledger/pair_table.h"

namespace qcdr::ledger {

// An entity that changed.
struct TouchedEntity {
  EntityId entity;
  bool group = false;
  std::uint32_t ordinal = 0;  // of the pair or the TIN
  bool vanished = false;      // it no longer reports: its projection must be taken back
  Offset cause;
};

class TouchedEntities {
 public:
  void touch_pair(std::uint32_t ordinal, std::size_t pairs, Offset cause);
  void touch_tin(std::uint32_t ordinal, std::size_t tins, Offset cause);
  void touch_all(Offset cause) { all_ = cause; }
  // It reported individually until now.
  void note_vanished(std::uint32_t pair) { vanished_.insert(pair); }
  // What touched the TIN last; none when nothing did.
  std::optional<Offset> cause_of_tin(std::uint32_t ordinal) const;
  std::optional<Offset> cause_of_pair(std::uint32_t ordinal) const;
  // All of them by entity id; nothing is touched afterwards.
  std::vector<TouchedEntity> take(const PairTable& pairs);

 private:
  std::vector<std::int64_t> pairs_;  // offset of the cause by pair ordinal, -1: not touched
  std::vector<std::int64_t> tins_;
  std::optional<Offset> all_;
  std::set<std::uint32_t> vanished_;
};

}  // namespace qcdr::ledger
