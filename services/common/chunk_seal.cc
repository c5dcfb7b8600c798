#include "common/chunk_seal.h"

#include "core/bytes.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr {
namespace {

constexpr std::size_t kCachedKeysMax = 4096;

std::string associated_data(const v1::Chunk& chunk) {
  ByteWriter writer;
  writer.big_u32(chunk.practice_id());
  writer.big_u32(static_cast<std::uint32_t>(chunk.performance_year()));
  writer.text(chunk.upload_id());
  writer.big_u32(chunk.first_ordinal());
  return writer.take();
}

std::uint64_t cache_key(PracticeId practice, PerformanceYear year) {
  return std::uint64_t{practice.value()} << 32 | static_cast<std::uint32_t>(year.value());
}

}  // namespace

Status seal_chunk(KeyRing& keys, const v1::ChunkRows& rows, v1::Chunk* chunk) {
  QCDR_ASSIGN_OR_RETURN(const DataKey key,
                        keys.current_data_key(PracticeId(chunk->practice_id()),
                                              PerformanceYear(chunk->performance_year())));
  const Nonce96 nonce = keys.fresh_nonce();
  chunk->set_key_id(key.id);
  chunk->set_nonce(nonce.data(), nonce.size());
  chunk->set_sealed_rows(seal(key.key, nonce, associated_data(*chunk), rows.SerializeAsString()));
  return Status::ok();
}

Result<const Key256*> ChunkOpener::key_of(PracticeId practice, PerformanceYear year,
                                          const std::string& id) {
  if (const auto found = cache_.find(cache_key(practice, year)); found != cache_.end()) {
    for (const auto& [known_id, key] : found->second) {
      if (known_id == id) return &key;
    }
  }
  QCDR_ASSIGN_OR_RETURN(const DataKey key, keys_.data_key(practice, year, id));
  if (cached_ >= kCachedKeysMax) {
    cache_.clear();
    cached_ = 0;
  }
  ++cached_;
  KnownKeys& known = cache_[cache_key(practice, year)];
  known.emplace_back(id, key.key);
  return &known.back().second;
}

Status ChunkOpener::find_key(const v1::Chunk& chunk) {
  return key_of(PracticeId(chunk.practice_id()), PerformanceYear(chunk.performance_year()),
                chunk.key_id())
      .status();
}

Status ChunkOpener::open(const v1::Chunk& chunk, v1::ChunkRows* rows) {
  QCDR_ASSIGN_OR_RETURN(const Key256* key,
                        key_of(PracticeId(chunk.practice_id()),
                               PerformanceYear(chunk.performance_year()), chunk.key_id()));
  Nonce96 nonce;
  if (chunk.nonce().size() != nonce.size()) {
    return Status(ErrorCode::kCorruption, "nonce of a chunk is not 12 bytes");
  }
  std::copy(chunk.nonce().begin(), chunk.nonce().end(), nonce.begin());
  QCDR_RETURN_IF_ERROR(
      open_sealed(*key, nonce, associated_data(chunk), chunk.sealed_rows(), &plaintext_));
  if (!rows->ParseFromString(plaintext_)) {
    return Status(ErrorCode::kCorruption, "rows of a chunk cannot be decoded");
  }
  return Status::ok();
}

void ChunkOpener::forget(PracticeId practice, PerformanceYear year) {
  const auto found = cache_.find(cache_key(practice, year));
  if (found == cache_.end()) return;
  cached_ -= found->second.size();
  cache_.erase(found);
}

}  // namespace qcdr
