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

Status ChunkOpener::open(const v1::Chunk& chunk, v1::ChunkRows* rows) {
  const PracticeId practice(chunk.practice_id());
  const PerformanceYear year(chunk.performance_year());
  const KeyName name(practice, year, chunk.key_id());
  auto found = cache_.find(name);
  if (found == cache_.end()) {
    QCDR_ASSIGN_OR_RETURN(const DataKey key, keys_.data_key(practice, year, chunk.key_id()));
    if (cache_.size() >= kCachedKeysMax) cache_.clear();
    found = cache_.emplace(name, key.key).first;
  }
  Nonce96 nonce;
  if (chunk.nonce().size() != nonce.size()) {
    return Status(ErrorCode::kCorruption, "nonce of a chunk is not 12 bytes");
  }
  std::copy(chunk.nonce().begin(), chunk.nonce().end(), nonce.begin());
  QCDR_ASSIGN_OR_RETURN(
      const std::string bytes,
      open_sealed(found->second, nonce, associated_data(chunk), chunk.sealed_rows()));
  if (!rows->ParseFromString(bytes)) {
    return Status(ErrorCode::kCorruption, "rows of a chunk cannot be decoded");
  }
  return Status::ok();
}

void ChunkOpener::forget(PracticeId practice, PerformanceYear year) {
  std::erase_if(cache_, [&](const auto& entry) {
    return std::get<0>(entry.first) == practice && std::get<1>(entry.first) == year;
  });
}

}  // namespace qcdr
