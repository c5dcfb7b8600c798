#include "ledger/case_index.h"

#include <algorithm>
#include <bit>

namespace qcdr::ledger {
namespace {

constexpr std::uint8_t kBlockVersion = 1;
constexpr std::uint8_t kBucketVersion = 1;

// Blocks and buckets grow in steps, not by doubling: there are thousands of them, and each would
// hold up to as much again that it never uses. Steps of one size leave pieces of memory that fit
// others.
constexpr std::size_t kBlockStepBytes = 512;
constexpr std::size_t kBucketStepSlots = 32;
constexpr std::size_t kSlotBytes = 2 * sizeof(std::uint32_t);

std::size_t varint_bytes(std::uint64_t value) {
  std::size_t bytes = 1;
  for (; value >= 0x80; value >>= 7) ++bytes;
  return bytes;
}

std::size_t stepped(std::size_t size, std::size_t step) {
  return (size + step - 1) / step * step;
}

Status corrupt(const char* what) {
  return Status(ErrorCode::kCorruption, what);
}

// Place of the first `wanted` at or behind `from`, or the size. In fixed steps, which the compiler
// turns into vector instructions: every case looks through a bucket.
std::size_t find_fingerprint(const std::vector<std::uint32_t>& fingerprints, std::size_t from,
                             std::uint32_t wanted) {
  constexpr std::size_t kStep = 16;
  const std::size_t size = fingerprints.size();
  const std::uint32_t* const values = fingerprints.data();
  for (; from + kStep <= size; from += kStep) {
    std::uint32_t hits = 0;
    for (std::size_t i = 0; i < kStep; ++i) hits |= values[from + i] == wanted ? 1U : 0U;
    if (hits != 0) break;
  }
  while (from < size && values[from] != wanted) ++from;
  return from;
}

}  // namespace

CaseIndex::CaseIndex(PracticeYear id, const RowReader& rows, CaseIndexLayout layout)
    : id_(id), rows_(rows), layout_(layout), blocks_(layout.blocks), buckets_(layout.buckets) {}

std::string_view CaseIndex::entry_bytes(const Block& block, std::uint32_t index) const {
  QCDR_ASSERT(index < block.starts.size());
  const std::size_t begin = block.starts[index];
  const std::size_t end =
      index + 1 < block.starts.size() ? block.starts[index + 1] : block.bytes.size();
  return std::string_view(block.bytes).substr(begin, end - begin);
}

Result<CaseIndex::Block*> CaseIndex::block(std::uint32_t number) {
  QCDR_ASSERT(number < blocks_.size());
  if (blocks_[number] != nullptr) return blocks_[number].get();
  ++reads_.blocks;
  QCDR_ASSIGN_OR_RETURN(auto value, rows_.get(Family::kCaseBlocks, block_key(id_, number)));
  if (!value) return corrupt("case block is missing");
  auto loaded = std::make_unique<Block>();
  ByteReader reader(*value);
  if (reader.u8() != kBlockVersion) return corrupt("case block has another version");
  loaded->bytes = reader.raw(reader.remaining());
  loaded->starts.reserve(kEntriesPerBlock);
  ByteReader entries(loaded->bytes);
  while (!entries.at_end()) {
    loaded->starts.push_back(
        static_cast<std::uint32_t>(loaded->bytes.size() - entries.remaining()));
    const auto entry = decode_case_entry(&entries);
    if (!entry.is_ok()) return entry.status();
  }
  if (loaded->starts.size() > kEntriesPerBlock) return corrupt("case block is too long");
  memory_bytes_ +=
      kBlockBytes + loaded->bytes.capacity() + loaded->starts.capacity() * sizeof(std::uint32_t);
  blocks_[number] = std::move(loaded);
  return blocks_[number].get();
}

Result<CaseIndex::Bucket*> CaseIndex::bucket(std::uint32_t number) {
  QCDR_ASSERT(number < buckets_.size());
  if (buckets_[number] != nullptr) return buckets_[number].get();
  ++reads_.buckets;
  QCDR_ASSIGN_OR_RETURN(auto value, rows_.get(Family::kCaseDirectory, bucket_key(id_, number)));
  if (!value) return corrupt("case directory bucket is missing");
  auto loaded = std::make_unique<Bucket>();
  ByteReader reader(*value);
  if (reader.u8() != kBucketVersion) return corrupt("case directory bucket has another version");
  const std::uint64_t count = reader.varint();
  if (count > kSlotsPerBucketMax) return corrupt("case directory bucket is too long");
  make_room(loaded.get(), count);
  for (std::uint64_t i = 0; i < count; ++i) {
    loaded->fingerprints.push_back(reader.u32());
    loaded->blocks.push_back(static_cast<std::uint32_t>(reader.varint()));
  }
  if (!reader.ok() || !reader.at_end()) return corrupt("case directory bucket cannot be decoded");
  memory_bytes_ += kBucketBytes;
  buckets_[number] = std::move(loaded);
  return buckets_[number].get();
}

// Linear hashing: buckets below the split point use one bit more than the others.
std::uint32_t CaseIndex::bucket_of(std::uint32_t fingerprint) const {
  QCDR_ASSERT(layout_.buckets > 0);
  const std::uint32_t full = std::bit_floor(layout_.buckets);
  const std::uint32_t wide = fingerprint & (full * 2 - 1);
  return wide < layout_.buckets ? wide : fingerprint & (full - 1);
}

Result<std::optional<CaseIndex::Place>> CaseIndex::find(const CaseToken& token) {
  if (layout_.buckets == 0) return std::optional<Place>();
  const std::uint32_t fingerprint = token.leading_bits();
  QCDR_ASSIGN_OR_RETURN(Bucket * slots, bucket(bucket_of(fingerprint)));
  const std::vector<std::uint32_t>& fingerprints = slots->fingerprints;
  for (std::size_t at = find_fingerprint(fingerprints, 0, fingerprint); at < fingerprints.size();
       at = find_fingerprint(fingerprints, at + 1, fingerprint)) {
    const std::uint32_t number = slots->blocks[at];
    if (number >= layout_.blocks) return corrupt("case directory names no block");
    QCDR_ASSIGN_OR_RETURN(Block * candidate, block(number));
    for (std::uint32_t index = 0; index < candidate->starts.size(); ++index) {
      if (entry_bytes(*candidate, index).starts_with(token.bytes())) {
        return std::optional<Place>(Place{number, index});
      }
    }
  }
  return std::optional<Place>();
}

Result<CaseEntry> CaseIndex::read(Place place) {
  QCDR_ASSIGN_OR_RETURN(Block * holder, block(place.block));
  ByteReader reader(entry_bytes(*holder, place.index));
  return decode_case_entry(&reader);
}

void CaseIndex::mark(Block* block, std::uint32_t number) {
  if (block->dirty) return;
  block->dirty = true;
  dirty_blocks_.push_back(number);
  dirty_bytes_ += block->bytes.size();
}

void CaseIndex::mark(Bucket* bucket, std::uint32_t number) {
  if (bucket->dirty) return;
  bucket->dirty = true;
  dirty_buckets_.push_back(number);
  dirty_bytes_ += bucket->fingerprints.size() * 6;
}

// Room for so many bytes more. A string that has something doubles in reserve(); an empty one takes
// what it is told.
void CaseIndex::make_room(Block* block, std::size_t bytes) {
  const std::size_t needed = block->bytes.size() + bytes;
  const std::size_t before = block->bytes.capacity();
  if (needed <= before) return;
  std::string larger;
  larger.reserve(stepped(needed, kBlockStepBytes));
  larger.append(block->bytes);
  block->bytes = std::move(larger);
  memory_bytes_ += block->bytes.capacity() - before;
}

// Room for so many slots more.
void CaseIndex::make_room(Bucket* bucket, std::size_t slots) {
  const std::size_t needed = bucket->fingerprints.size() + slots;
  const std::size_t before = bucket->fingerprints.capacity();
  if (needed <= before) return;
  bucket->fingerprints.reserve(stepped(needed, kBucketStepSlots));
  bucket->blocks.reserve(bucket->fingerprints.capacity());
  memory_bytes_ += (bucket->fingerprints.capacity() - before) * kSlotBytes;
}

Status CaseIndex::split_one_bucket() {
  const std::uint32_t created = layout_.buckets;
  const std::uint32_t full = std::bit_floor(created);
  const std::uint32_t source = created - full;
  QCDR_ASSIGN_OR_RETURN(Bucket * old_bucket, bucket(source));
  buckets_.push_back(std::make_unique<Bucket>());
  ++layout_.buckets;
  Bucket* new_bucket = buckets_.back().get();
  memory_bytes_ += kBucketBytes;
  make_room(new_bucket, old_bucket->fingerprints.size() / 2);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < old_bucket->fingerprints.size(); ++i) {
    const std::uint32_t fingerprint = old_bucket->fingerprints[i];
    if (bucket_of(fingerprint) == created) {
      make_room(new_bucket, 1);
      new_bucket->fingerprints.push_back(fingerprint);
      new_bucket->blocks.push_back(old_bucket->blocks[i]);
      continue;
    }
    old_bucket->fingerprints[kept] = fingerprint;
    old_bucket->blocks[kept] = old_bucket->blocks[i];
    ++kept;
  }
  old_bucket->fingerprints.resize(kept);
  old_bucket->blocks.resize(kept);
  mark(old_bucket, source);
  mark(new_bucket, created);
  return Status::ok();
}

Status CaseIndex::append(const CaseEntry& entry) {
  const std::uint32_t fingerprint = entry.token.leading_bits();
  if (layout_.buckets == 0) {
    buckets_.push_back(std::make_unique<Bucket>());
    memory_bytes_ += kBucketBytes;
    layout_.buckets = 1;
    mark(buckets_.back().get(), 0);
  }
  Block* tail = nullptr;
  if (layout_.blocks > 0) {
    QCDR_ASSIGN_OR_RETURN(tail, block(layout_.blocks - 1));
  }
  if (tail == nullptr || tail->starts.size() >= kEntriesPerBlock) {
    blocks_.push_back(std::make_unique<Block>());
    ++layout_.blocks;
    tail = blocks_.back().get();
    tail->starts.reserve(kEntriesPerBlock);
    memory_bytes_ += kBlockBytes + tail->starts.capacity() * sizeof(std::uint32_t);
  }
  mark(tail, layout_.blocks - 1);
  scratch_.clear();
  encode_case_entry(entry, &scratch_);
  make_room(tail, scratch_.size());
  tail->starts.push_back(static_cast<std::uint32_t>(tail->bytes.size()));
  tail->bytes.append(scratch_.bytes());
  const std::uint32_t number = bucket_of(fingerprint);
  QCDR_ASSIGN_OR_RETURN(Bucket * slots, bucket(number));
  make_room(slots, 1);
  slots->fingerprints.push_back(fingerprint);
  slots->blocks.push_back(layout_.blocks - 1);
  QCDR_ASSERT(slots->fingerprints.size() <= kSlotsPerBucketMax);
  mark(slots, number);
  dirty_bytes_ += scratch_.size() + kSlotBytes;
  ++layout_.cases;
  if (layout_.cases > std::uint64_t{kCasesPerBucket} * layout_.buckets) return split_one_bucket();
  return Status::ok();
}

Status CaseIndex::replace(Place place, const CaseEntry& entry) {
  QCDR_ASSIGN_OR_RETURN(Block * holder, block(place.block));
  const std::string_view old_bytes = entry_bytes(*holder, place.index);
  QCDR_ASSERT(old_bytes.starts_with(entry.token.bytes()));
  scratch_.clear();
  encode_case_entry(entry, &scratch_);
  const std::size_t old_size = old_bytes.size();
  make_room(holder, scratch_.size() > old_size ? scratch_.size() - old_size : 0);
  holder->bytes.replace(holder->starts[place.index], old_size, scratch_.bytes());
  const auto shift = static_cast<std::uint32_t>(scratch_.size() - old_size);
  for (std::size_t i = place.index + 1; i < holder->starts.size(); ++i) holder->starts[i] += shift;
  mark(holder, place.block);
  dirty_bytes_ += scratch_.size();
  return Status::ok();
}

void CaseIndex::freeze(RowBatch* batch) {
  // As much as each row takes and no more: they wait in memory until they are written.
  constexpr std::size_t kBucketHeadBytesMax = 4;
  const std::size_t slot_bytes = sizeof(std::uint32_t) + varint_bytes(layout_.blocks);
  ByteWriter writer;
  for (std::uint32_t number : dirty_blocks_) {
    Block& dirty = *blocks_[number];
    writer.reserve(dirty.bytes.size() + 1);
    writer.u8(kBlockVersion);
    writer.raw(dirty.bytes);
    batch->put(Family::kCaseBlocks, block_key(id_, number), writer.take());
    writer.clear();
    dirty.dirty = false;
  }
  for (std::uint32_t number : dirty_buckets_) {
    Bucket& dirty = *buckets_[number];
    writer.reserve(kBucketHeadBytesMax + dirty.blocks.size() * slot_bytes);
    writer.u8(kBucketVersion);
    writer.varint(dirty.fingerprints.size());
    for (std::size_t i = 0; i < dirty.fingerprints.size(); ++i) {
      writer.u32(dirty.fingerprints[i]);
      writer.varint(dirty.blocks[i]);
    }
    batch->put(Family::kCaseDirectory, bucket_key(id_, number), writer.take());
    writer.clear();
    dirty.dirty = false;
  }
  dirty_blocks_.clear();
  dirty_buckets_.clear();
  dirty_bytes_ = 0;
}

}  // namespace qcdr::ledger
