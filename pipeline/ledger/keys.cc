#include "ledger/keys.h"

#include "core/bytes.h"

namespace qcdr::ledger {
namespace {

ByteWriter prefix(PracticeYear id) {
  ByteWriter writer;
  writer.big_u32(id.practice.value());
  writer.big_u16(static_cast<std::uint16_t>(id.year.value()));
  return writer;
}

}  // namespace

std::string practice_year_key(PracticeYear id) {
  return prefix(id).take();
}

Result<PracticeYear> parse_practice_year_key(std::string_view key) {
  ByteReader reader(key);
  const PracticeId practice(reader.big_u32());
  const PerformanceYear year(reader.big_u16());
  if (!reader.ok()) return Status(ErrorCode::kCorruption, "state key is too short");
  return PracticeYear{practice, year};
}

std::string fact_key(PracticeYear id, FactKind kind, std::string_view subject) {
  ByteWriter writer = prefix(id);
  writer.u8(static_cast<std::uint8_t>(kind));
  writer.raw(subject);
  return writer.take();
}

std::string count_key(PracticeYear id, const TinToken& tin, std::uint16_t shard) {
  ByteWriter writer = prefix(id);
  writer.raw(tin.bytes());
  writer.big_u16(shard);
  return writer.take();
}

std::string block_key(PracticeYear id, std::uint32_t block) {
  ByteWriter writer = prefix(id);
  writer.big_u32(block);
  return writer.take();
}

std::string bucket_key(PracticeYear id, std::uint32_t bucket) {
  return block_key(id, bucket);
}

}  // namespace qcdr::ledger
