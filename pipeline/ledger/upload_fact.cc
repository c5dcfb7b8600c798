#include "ledger/upload_fact.h"

#include "core/bytes.h"

namespace qcdr::ledger {
namespace {

constexpr std::uint8_t kParked = 1;
constexpr std::uint8_t kCompleted = 2;
constexpr std::uint8_t kRefused = 4;

}  // namespace

FactValue UploadFact::encode() const {
  ByteWriter writer;
  writer.varint(ordinal);
  writer.varint(kind);
  writer.signed_varint(received_at.milliseconds());
  writer.signed_varint(file_written);
  writer.varint(next_row);
  writer.u8(static_cast<std::uint8_t>((parked ? kParked : 0) | (completed ? kCompleted : 0) |
                                      (refused ? kRefused : 0)));
  writer.varint(rows_accepted);
  writer.varint(rows_held);
  writer.varint(rows_rejected);
  writer.varint(rows_duplicate);
  writer.varint(findings.size());
  for (const auto& [code, count] : findings) {
    writer.varint(code);
    writer.varint(count);
  }
  return {writer.take(), ""};
}

Result<UploadFact> UploadFact::decode(const FactValue& value) {
  ByteReader reader(value.canonical);
  UploadFact fact;
  const auto number = [&reader] { return static_cast<std::uint32_t>(reader.varint()); };
  fact.ordinal = number();
  fact.kind = number();
  fact.received_at = Instant::from_milliseconds(reader.signed_varint());
  fact.file_written = reader.signed_varint();
  fact.next_row = number();
  const std::uint8_t flags = reader.u8();
  fact.parked = (flags & kParked) != 0;
  fact.completed = (flags & kCompleted) != 0;
  fact.refused = (flags & kRefused) != 0;
  fact.rows_accepted = number();
  fact.rows_held = number();
  fact.rows_rejected = number();
  fact.rows_duplicate = number();
  const std::uint64_t findings = reader.varint();
  for (std::uint64_t i = 0; i < findings && reader.ok(); ++i) {
    const std::uint32_t code = number();
    fact.findings[code] = number();
  }
  if (!reader.ok() || !reader.at_end()) {
    return Status(ErrorCode::kCorruption, "upload fact cannot be decoded");
  }
  return fact;
}

}  // namespace qcdr::ledger
