// Which practices of a partition are parked: something of theirs cannot be folded, so nothing of
// theirs is, until somebody releases them. Their records are laid aside meanwhile, each with a
// number.
//
// A practice is parked with the record that cannot be folded, which gets number 0; what comes
// behind it gets the numbers that follow. A release leaves that record out, or expects a mended one
// under its number; then the records that were laid aside are folded as they come back, each only
// when it is the next, and what is new meanwhile is laid aside behind them. With the last of them
// the practice is parked no more, and nothing of it is left here. So its records are folded in the
// order of the log, whoever lays them back, how often and in whatever order.
//
// Row, in the facts of practice 0 and year 0, open, subject the practice as u32 big endian:
//   text(canonical: u8 1, u8 1 parked or 2 being folded again, u8 poison or 0)
//   i64 offset at which it was parked, varint number that is folded next, varint numbers given
// Digest item: 'P', practice u32 big endian, canonical. Numbers and offset are layout: they depend
// on how rows are cut into chunks and on partitions.
// Invariants: next < end of every practice that is here; the poison is that of the record `next`,
// and none once that was left out or folded. Being folded again with a poison, the practice waits
// for a mended record. Thread-safety: none. Lifetime: rows and digest outlive it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/digest.h"
#include "core/identifiers.h"
#include "core/rows.h"
#include "core/strong.h"
#include "ledger/poison.h"

namespace qcdr::ledger {

// The place of a record that was laid aside: the practice, the offset of the record with which it
// was parked, its number.
struct ParkedPlace {
  PracticeId practice;
  Offset since;
  std::uint64_t number = 0;
  friend bool operator==(const ParkedPlace&, const ParkedPlace&) = default;
};

class ParkedPractices {
 public:
  ParkedPractices(const RowReader& rows, StateDigest* digest) : rows_(rows), digest_(digest) {}

  // Reads the rows, once; nothing else works before.
  Status load();
  bool is_parked(PracticeId practice) const { return parked_.contains(practice); }
  std::vector<PracticeId> practices() const;
  std::size_t count() const { return parked_.size(); }

  enum class Turn : std::uint8_t {
    kFold,
    kLayAside,  // it waits: lay_aside() gives its place
    kPassOver,  // laid back, and what it says was folded before
  };
  // What becomes of a record of the practice; `place`: it was laid back.
  Turn turn(PracticeId practice, const std::optional<ParkedPlace>& place) const;
  // Of a parked practice. A record that was laid aside before keeps its place.
  ParkedPlace lay_aside(PracticeId practice, const std::optional<ParkedPlace>& place);
  // Why the record at the place cannot be folded; none of those that only wait.
  std::optional<Poison> poison_at(const ParkedPlace& place) const;
  // The record, whose turn it was, cannot be folded: the practice is parked with it. Its place.
  ParkedPlace park(PracticeId practice, Poison poison, Offset at);
  // The record that was laid back, whose turn it was, is folded.
  void folded(PracticeId practice);
  // The record at `place`, which cannot be folded, is left out, or comes mended; those behind it
  // may come. One that was to come mended, and has not come, can still be left out. Nothing when
  // another waits.
  void release(const ParkedPlace& place, bool left_out);

  void freeze(RowBatch* batch);
  // From nothing but the rows: for verification.
  void add_items(StateDigest* digest) const;

 private:
  struct Parked {
    std::optional<Poison> poison;
    bool released = false;
    Offset since;
    std::uint64_t next = 0;
    std::uint64_t end = 0;
    std::string canonical() const;
  };
  static std::string item(PracticeId practice, const Parked& parked);
  // Changes what is kept of a practice, and the digest with it; none: nothing is kept.
  void set(PracticeId practice, const std::optional<Parked>& parked);
  void advance(PracticeId practice, Parked parked);

  const RowReader& rows_;
  StateDigest* digest_;
  bool loaded_ = false;
  std::map<PracticeId, Parked> parked_;
  std::set<PracticeId> dirty_;
};

}  // namespace qcdr::ledger
