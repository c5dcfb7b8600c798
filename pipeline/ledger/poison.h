// Why a record cannot be folded, whatever comes later: a function of the record and of the
// practice's state, and of nothing else. What may be different on another machine or at another
// time is none: a key that is not here, a store that cannot be read, a year or a kind that this
// program does not know. Those stop the partition. Thread-safety: value.
#pragma once

#include <cstdint>
#include <string_view>

namespace qcdr::ledger {

// Permanent numbers: they are in the state and in its digest.
enum class Poison : std::uint8_t {
  kUndecodable = 1,    // bytes that are no registry record, under a practice's key
  kSealed = 2,         // rows that do not open with the key that the chunk names
  kMalformed = 3,      // a chunk that contradicts itself
  kContradiction = 4,  // of another kind than its upload
  kClaim = 5,          // a claim of the second stage that cannot be read
};

// In words, without anything out of the record.
inline std::string_view in_words(Poison poison) {
  switch (poison) {
    case Poison::kUndecodable:
      return "registry record cannot be decoded";
    case Poison::kSealed:
      return "rows of a chunk do not open";
    case Poison::kMalformed:
      return "a record contradicts itself";
    case Poison::kContradiction:
      return "a record is of another kind than its upload";
    case Poison::kClaim:
      return "a claim of the second stage cannot be read";
  }
  return "unknown";
}

}  // namespace qcdr::ledger
