#include "ledger/case_entry.h"

#include <algorithm>

namespace qcdr::ledger {
namespace {

constexpr std::uint8_t kHasCounting = 1;
constexpr std::uint8_t kHasHeld = 2;
constexpr std::uint8_t kRefused = 0x80;

void encode_contribution(const Contribution& contribution, ByteWriter* writer) {
  QCDR_ASSERT(contribution.pair_count <= kPairsPerCaseMax);
  QCDR_ASSERT(contribution.outcome_count <= kOutcomesPerCaseMax);
  writer->varint(contribution.upload);
  writer->varint(contribution.row);
  writer->varint(contribution.day);
  writer->u8(static_cast<std::uint8_t>((contribution.refused ? kRefused : 0) |
                                       contribution.pair_count << 2 |
                                       static_cast<std::uint8_t>(contribution.timeliness)));
  for (std::uint32_t pair : contribution.pair_span()) writer->varint(pair);
  writer->u8(contribution.outcome_count);
  writer->raw(contribution.outcomes.data(), contribution.outcome_count);
}

bool decode_contribution(ByteReader* reader, Contribution* contribution) {
  contribution->upload = static_cast<std::uint32_t>(reader->varint());
  contribution->row = static_cast<std::uint32_t>(reader->varint());
  contribution->day = static_cast<std::uint16_t>(reader->varint());
  const std::uint8_t head = reader->u8();
  contribution->refused = (head & kRefused) != 0;
  const auto packed = static_cast<std::uint8_t>(head & ~kRefused);
  contribution->timeliness = static_cast<CountClass>(packed & 3);
  contribution->pair_count = packed >> 2;
  if (contribution->pair_count > kPairsPerCaseMax) return false;
  for (std::size_t i = 0; i < contribution->pair_count; ++i) {
    contribution->pairs[i] = static_cast<std::uint32_t>(reader->varint());
  }
  contribution->outcome_count = reader->u8();
  if (contribution->outcome_count > kOutcomesPerCaseMax) return false;
  const std::string_view outcomes = reader->raw(contribution->outcome_count);
  std::ranges::transform(outcomes, contribution->outcomes.begin(),
                         [](char byte) { return static_cast<std::uint8_t>(byte); });
  return reader->ok();
}

}  // namespace

bool Contribution::same_content(const Contribution& other) const {
  return day == other.day && std::ranges::equal(pair_span(), other.pair_span()) &&
         std::ranges::equal(outcome_span(), other.outcome_span());
}

void encode_case_entry(const CaseEntry& entry, ByteWriter* writer) {
  writer->raw(entry.token.bytes());
  writer->u8(
      static_cast<std::uint8_t>((entry.counting ? kHasCounting : 0) | (entry.held ? kHasHeld : 0)));
  if (entry.counting) encode_contribution(*entry.counting, writer);
  if (entry.held) encode_contribution(*entry.held, writer);
}

Result<CaseEntry> decode_case_entry(ByteReader* reader) {
  CaseEntry entry;
  const std::string_view token = reader->raw(CaseToken::kBytes);
  const std::uint8_t flags = reader->u8();
  const Status corrupt(ErrorCode::kCorruption, "case entry cannot be decoded");
  if (!reader->ok() || flags > (kHasCounting | kHasHeld)) return corrupt;
  entry.token = CaseToken::from_bytes(token.data());
  if ((flags & kHasCounting) != 0) {
    entry.counting.emplace();
    if (!decode_contribution(reader, &*entry.counting)) return corrupt;
  }
  if ((flags & kHasHeld) != 0) {
    entry.held.emplace();
    if (!decode_contribution(reader, &*entry.held)) return corrupt;
  }
  return entry;
}

}  // namespace qcdr::ledger
