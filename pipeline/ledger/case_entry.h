// What the ledger keeps of one case: who was on it, when, and what it came to for each measure.
//
// An entry holds at most two contributions: the one that counts, and beside it the last one that
// came too late and is held. A held contribution never takes the counting one away; an extension, a
// lifted hold, an audit correction or an officer promotes it. A held one without pairs takes the
// case back: promoted, it leaves nothing. One that an officer refused stays, and is in no sum.
// Pairs are stored whether they are credited or not, because rosters change backwards.
//
// Encoding (version 1), about 28 bytes for two pairs and three outcomes:
//   token 12 | flags u8 (1 counting, 2 held; 0 taken back) | contribution...
//   contribution: upload ordinal varint | row varint | day of year varint | class+pairs u8
//                 (class in the low 2 bits, number of pairs above, refused in the highest bit) |
//                 pair ordinal varint... |
//                 number of outcomes u8 | outcome u8 (measure slot << 3 | outcome)...
// Thread-safety: values.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "core/bytes.h"
#include "core/identifiers.h"

namespace qcdr::ledger {

// Which sums a case goes into. The first three follow the calendar; a case is withheld from a pair
// that was not effective on the service date.
enum class CountClass : std::uint8_t {
  kOnTime = 0,
  kMilestoneMissed = 1,
  kLateHeld = 2,
  kWithheld = 3,
};
inline constexpr std::size_t kCountClasses = 4;

// Outcome of a case for one measure; cases outside the eligible population are not stored.
enum class StoredOutcome : std::uint8_t {
  kMet = 1,
  kNotMet = 2,
  kException = 3,
  kNotReported = 4,
};

inline constexpr std::size_t kPairsPerCaseMax = 16;
inline constexpr std::size_t kOutcomesPerCaseMax = 31;
static_assert(kPairsPerCaseMax < 32, "pairs share a byte with the class and the refusal");
static_assert(kOutcomesPerCaseMax < 32, "a measure slot has five bits");

struct Contribution {
  std::uint32_t upload = 0;  // ordinal of the upload within the practice-year
  std::uint32_t row = 0;     // ordinal of the row within the upload
  std::uint16_t day = 0;     // day of the performance year, from 0
  CountClass timeliness = CountClass::kOnTime;
  bool refused = false;  // held, and an officer said no
  std::uint8_t pair_count = 0;
  std::uint8_t outcome_count = 0;
  std::array<std::uint32_t, kPairsPerCaseMax> pairs;       // pair ordinals, in order of the case
  std::array<std::uint8_t, kOutcomesPerCaseMax> outcomes;  // measure slot << 3 | outcome, ascending

  std::span<const std::uint32_t> pair_span() const { return {pairs.data(), pair_count}; }
  std::span<const std::uint8_t> outcome_span() const { return {outcomes.data(), outcome_count}; }
  // What came too late takes the case back.
  bool takes_back() const { return pair_count == 0; }
  // Same facts, wherever they come from.
  bool same_content(const Contribution& other) const;
};

struct CaseEntry {
  CaseToken token;
  std::optional<Contribution> counting;
  std::optional<Contribution> held;
  // The case was taken back; its place stays.
  bool empty() const { return !counting && !held; }
};

void encode_case_entry(const CaseEntry& entry, ByteWriter* writer);
// kCorruption when the bytes are not an entry; *reader stands behind the entry afterwards.
Result<CaseEntry> decode_case_entry(ByteReader* reader);

}  // namespace qcdr::ledger
