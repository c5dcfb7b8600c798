#include "submission/ledger_row.h"

#include <algorithm>
#include <array>

#include "core/bytes.h"

namespace qcdr::submission {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::uint8_t kCancelledFlag = 1;
constexpr std::uint8_t kWithdrawFlag = 2;
constexpr std::uint64_t kCodesMax = 1'000;

Status corrupt(const char* what) {
  return Status(ErrorCode::kCorruption, std::string("submission ledger: ") + what);
}

void write_version(const DocumentVersion& version, ByteWriter* out) {
  out->i64(version.offset);
  out->u32(version.generation);
  out->u32(version.index);
}

DocumentVersion read_version(ByteReader* in) {
  DocumentVersion version;
  version.offset = in->i64();
  version.generation = in->u32();
  version.index = in->u32();
  return version;
}

}  // namespace

std::string_view state_word(AttemptState state) {
  constexpr std::array<std::string_view, 11> kWords = {
      "none",    "waiting", "open",      "unknown",   "sent",      "verified",
      "differs", "refused", "cancelled", "withdrawn", "superseded"};
  return kWords.at(static_cast<std::size_t>(state));
}

std::string document_key(const std::string& document_id) {
  return "d" + document_id;
}
std::string slot_key(const std::string& slot) {
  return "s" + slot;
}
std::string place_key() {
  return "n";
}

std::string encode_row(const LedgerRow& row) {
  ByteWriter out;
  out.u8(kFormat);
  out.u8(static_cast<std::uint8_t>(row.state));
  out.u8(static_cast<std::uint8_t>((row.cancelled ? kCancelledFlag : 0) |
                                   (row.withdraw ? kWithdrawFlag : 0)));
  out.u8(row.method);
  out.text(row.slot);
  out.u32(row.practice_id);
  out.i64(row.performance_year);
  out.u8(row.category);
  out.text(row.entity_id);
  write_version(row.version, &out);
  out.i64(row.document_offset.value());
  out.raw(view(row.payload_sha256));
  out.u32(row.attempts);
  out.i64(row.attempted_at_milliseconds);
  out.text(row.submission_id);
  out.text(row.set_id);
  out.u32(row.http_status);
  out.varint(row.codes.size());
  for (const std::uint32_t code : row.codes) out.varint(code);
  return out.take();
}

Result<LedgerRow> decode_row(const std::string& document_id, std::string_view bytes) {
  ByteReader in(bytes);
  LedgerRow row;
  row.document_id = document_id;
  if (in.u8() != kFormat) return corrupt("a row of another format");
  const std::uint8_t state = in.u8();
  if (state < static_cast<std::uint8_t>(AttemptState::kWaiting) ||
      state > static_cast<std::uint8_t>(AttemptState::kSuperseded)) {
    return corrupt("a state that does not exist");
  }
  row.state = static_cast<AttemptState>(state);
  const std::uint8_t flags = in.u8();
  if (flags > (kCancelledFlag | kWithdrawFlag)) return corrupt("flags that do not exist");
  row.cancelled = (flags & kCancelledFlag) != 0;
  row.withdraw = (flags & kWithdrawFlag) != 0;
  row.method = in.u8();
  row.slot = in.text();
  row.practice_id = in.u32();
  row.performance_year = in.i64();
  row.category = in.u8();
  row.entity_id = in.text();
  row.version = read_version(&in);
  row.document_offset = Offset(in.i64());
  const std::string_view hash = in.raw(row.payload_sha256.size());
  if (in.ok()) std::copy(hash.begin(), hash.end(), row.payload_sha256.begin());
  row.attempts = in.u32();
  row.attempted_at_milliseconds = in.i64();
  row.submission_id = in.text();
  row.set_id = in.text();
  row.http_status = in.u32();
  const std::uint64_t codes = in.varint();
  if (codes > kCodesMax) return corrupt("more codes than can be");
  for (std::uint64_t i = 0; i < codes && in.ok(); ++i) {
    row.codes.push_back(static_cast<std::uint32_t>(in.varint()));
  }
  if (!in.ok() || !in.at_end()) return corrupt("a row that was not written so");
  return row;
}

std::string encode_slot(const SlotRow& row) {
  ByteWriter out;
  out.u8(kFormat);
  out.text(row.document_id);
  write_version(row.version, &out);
  out.i64(row.open_since_milliseconds);
  return out.take();
}

Result<SlotRow> decode_slot(std::string_view bytes) {
  ByteReader in(bytes);
  SlotRow row;
  if (in.u8() != kFormat) return corrupt("a slot of another format");
  row.document_id = in.text();
  row.version = read_version(&in);
  row.open_since_milliseconds = in.i64();
  if (!in.ok() || !in.at_end()) return corrupt("a slot that was not written so");
  return row;
}

std::string encode_place(Offset next) {
  ByteWriter out;
  out.u8(kFormat);
  out.i64(next.value());
  return out.take();
}

Result<Offset> decode_place(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.u8() != kFormat) return corrupt("a place of another format");
  const Offset next(in.i64());
  if (!in.ok() || !in.at_end()) return corrupt("a place that was not written so");
  return next;
}

}  // namespace qcdr::submission
