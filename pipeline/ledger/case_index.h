// All cases of one practice-year: blocks of entries in arrival order, and a directory that finds a
// case by its token.
//
// Blocks hold up to 128 encoded entries. The directory is a linear hash over the token's leading 32
// bits: a bucket holds (fingerprint, block number); a hit is settled by the token in the block.
// Both are read on demand, so a correction costs one bucket and one block.
//
// Invariants
// - Every entry of a block has exactly one directory slot that names its block.
// - Only the last block takes new entries; an entry never moves.
// - bucket_count >= 1 once there is an entry; one bucket is split for every kCasesPerBucket
// entries. Thread-safety: none. Lifetime: `rows` outlives the index.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/rows.h"
#include "ledger/case_entry.h"
#include "ledger/keys.h"

namespace qcdr::ledger {

inline constexpr std::uint32_t kEntriesPerBlock = 128;
// A bucket not yet split holds up to twice this; 512 is about six standard deviations away.
inline constexpr std::uint32_t kCasesPerBucket = 192;
inline constexpr std::uint32_t kSlotsPerBucketMax = 4096;
static_assert(kCasesPerBucket * 2 < 512 && kSlotsPerBucketMax > 512);

// Numbers that the practice-year's layout fact keeps.
struct CaseIndexLayout {
  std::uint64_t cases = 0;
  std::uint32_t blocks = 0;
  std::uint32_t buckets = 0;
};

class CaseIndex {
 public:
  struct Place {
    std::uint32_t block = 0;
    std::uint32_t index = 0;
  };
  struct Reads {
    std::uint64_t blocks = 0;
    std::uint64_t buckets = 0;
  };

  CaseIndex(PracticeYear id, const RowReader& rows, CaseIndexLayout layout);

  Result<std::optional<Place>> find(const CaseToken& token);
  Result<CaseEntry> read(Place place);
  // The token must not be there yet.
  Status append(const CaseEntry& entry);
  Status replace(Place place, const CaseEntry& entry);
  // Every entry in arrival order.
  template <class Visit>
  Status for_each(Visit visit);

  const CaseIndexLayout& layout() const { return layout_; }
  const Reads& reads() const { return reads_; }
  void freeze(RowBatch* batch);
  std::size_t dirty_bytes() const { return dirty_bytes_; }
  std::size_t memory_bytes() const { return memory_bytes_; }

 private:
  struct Block {
    std::string bytes;
    std::vector<std::uint32_t> starts;  // of each entry in bytes
    bool dirty = false;
  };
  struct Bucket {
    std::vector<std::uint32_t> fingerprints;
    std::vector<std::uint32_t> blocks;
    bool dirty = false;
  };
  // Beside what they hold; an allocation costs some bytes of its own.
  static constexpr std::size_t kBlockBytes = sizeof(Block) + 48;
  static constexpr std::size_t kBucketBytes = sizeof(Bucket) + 48;

  Result<Block*> block(std::uint32_t number);
  Result<Bucket*> bucket(std::uint32_t number);
  std::uint32_t bucket_of(std::uint32_t fingerprint) const;
  Status split_one_bucket();
  void mark(Block* block, std::uint32_t number);
  void mark(Bucket* bucket, std::uint32_t number);
  void make_room(Block* block, std::size_t bytes);
  void make_room(Bucket* bucket, std::size_t slots);
  std::string_view entry_bytes(const Block& block, std::uint32_t index) const;

  PracticeYear id_;
  const RowReader& rows_;
  CaseIndexLayout layout_;
  std::vector<std::unique_ptr<Block>> blocks_;    // null: not read yet
  std::vector<std::unique_ptr<Bucket>> buckets_;  // null: not read yet
  std::vector<std::uint32_t> dirty_blocks_;
  std::vector<std::uint32_t> dirty_buckets_;
  ByteWriter scratch_;
  Reads reads_;
  std::size_t dirty_bytes_ = 0;
  std::size_t memory_bytes_ = 0;
};

template <class Visit>
Status CaseIndex::for_each(Visit visit) {
  for (std::uint32_t number = 0; number < layout_.blocks; ++number) {
    QCDR_ASSIGN_OR_RETURN(Block * current, block(number));
    for (std::uint32_t index = 0; index < current->starts.size(); ++index) {
      ByteReader reader(entry_bytes(*current, index));
      QCDR_ASSIGN_OR_RETURN(CaseEntry entry, decode_case_entry(&reader));
      QCDR_RETURN_IF_ERROR(visit(entry));
    }
  }
  return Status::ok();
}

}  // namespace qcdr::ledger
