// Sealing and opening the rows of a chunk with the data key of its practice-year.
//
// Associated data bind the rows to their place: practice, year, upload and first ordinal. Rows
// moved to another chunk do not open. Thread-safety: ChunkOpener belongs to one thread; the
// functions are as safe as the key ring.
#pragma once

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/key_ring.h"

namespace qcdr::v1 {
class Chunk;
class ChunkRows;
}  // namespace qcdr::v1

namespace qcdr {

// Sets key id, nonce and sealed rows; everything else of the chunk must be set before.
Status seal_chunk(KeyRing& keys, const v1::ChunkRows& rows, v1::Chunk* chunk);

// Opens chunks and keeps the keys it needed.
class ChunkOpener {
 public:
  explicit ChunkOpener(KeyRing& keys) : keys_(keys) {}
  // Whether the key that seals it is at hand. kNotFound: it was destroyed. kInvalidArgument: what
  // the chunk names is no key. Any other error is one of the key ring, which says nothing of it.
  Status find_key(const v1::Chunk& chunk);
  // As find_key(), and after that was ok only kCorruption: not what was sealed.
  Status open(const v1::Chunk& chunk, v1::ChunkRows* rows);
  // Forgets the keys of a practice-year.
  void forget(PracticeId practice, PerformanceYear year);

 private:
  // Id and key; a practice-year has few, because keys are rotated seldom.
  using KnownKeys = std::vector<std::pair<std::string, Key256>>;
  Result<const Key256*> key_of(PracticeId practice, PerformanceYear year, const std::string& id);

  KeyRing& keys_;
  std::unordered_map<std::uint64_t, KnownKeys> cache_;  // by practice and year
  std::size_t cached_ = 0;
  std::string plaintext_;  // used again and again
};

}  // namespace qcdr
