// What is remembered of one document's delivery, and of the slot that it fills; their bytes.
//
// Row of a document, key "d" + document id, value:
//   u8 1 | u8 state | u8 flags (1 cancelled, 2 withdraw) | u8 method
//   | text slot | u32 practice | i64 year | u8 category | text entity id
//   | i64 offset, u32 generation, u32 index of the version | i64 offset of the document's record
//   | 32 bytes SHA-256 of the payload | u32 attempts | i64 attempted at
//   | text CMS's submission id | text CMS's set id | u32 HTTP status
//   | varint n, n * varint code
// Row of a slot, key "s" + slot, value:
//   u8 1 | text document id of the newest version | i64, u32, u32 its version
//   | i64 when the open attempt began, 0: none is open
// Row of the place, key "n", value: u8 1 | i64 next offset of the topic's partition.
// Fixed integers little endian; text and varint as in core/bytes.h. No row holds a TIN or an NPI.
// A slot is what CMS holds one set for: entity, year, category and program.
// Thread-safety: values. Errors: kCorruption.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto.h"
#include "core/status.h"
#include "core/strong.h"

namespace qcdr::submission {

// Permanent: they are on disk.
enum class AttemptState : std::uint8_t {
  kWaiting = 1,     // nothing was begun
  kOpen = 2,        // an attempt may be on its way
  kUnknown = 3,     // an attempt ended without an answer
  kSent = 4,        // CMS took it; it was not read back
  kVerified = 5,    // read back, and equal
  kDiffers = 6,     // read back, and not equal
  kRefused = 7,     // CMS does not take it
  kCancelled = 8,   // cancelled, and not at CMS
  kWithdrawn = 9,   // taken away at CMS
  kSuperseded = 10  // a newer document has its slot
};
constexpr bool is_finished(AttemptState state) {
  return state > AttemptState::kSent;
}
// "verified", for metrics and answers.
std::string_view state_word(AttemptState state);

// By the input that froze it first: another generation of the fold says everything again, and what
// it says of an old input must not take the place of what a newer one led to.
struct DocumentVersion {
  std::int64_t offset = 0;
  std::uint32_t generation = 0;
  std::uint32_t index = 0;
  friend auto operator<=>(const DocumentVersion&, const DocumentVersion&) = default;
};

struct LedgerRow {
  std::string document_id;  // in the key
  AttemptState state = AttemptState::kWaiting;
  bool cancelled = false;
  bool withdraw = false;
  std::uint8_t method = 0;  // of the last attempt, as in SubmissionAttempt
  std::string slot;
  std::uint32_t practice_id = 0;
  std::int64_t performance_year = 0;
  std::uint8_t category = 0;
  std::string entity_id;
  DocumentVersion version;
  Offset document_offset;
  Hash256 payload_sha256{};
  std::uint32_t attempts = 0;
  std::int64_t attempted_at_milliseconds = 0;
  std::string submission_id;
  std::string set_id;
  std::uint32_t http_status = 0;
  std::vector<std::uint32_t> codes;
  friend bool operator==(const LedgerRow&, const LedgerRow&) = default;
};

struct SlotRow {
  std::string document_id;
  DocumentVersion version;
  std::int64_t open_since_milliseconds = 0;
  friend bool operator==(const SlotRow&, const SlotRow&) = default;
};

std::string document_key(const std::string& document_id);
std::string slot_key(const std::string& slot);
std::string place_key();

std::string encode_row(const LedgerRow& row);
Result<LedgerRow> decode_row(const std::string& document_id, std::string_view bytes);
std::string encode_slot(const SlotRow& row);
Result<SlotRow> decode_slot(std::string_view bytes);
std::string encode_place(Offset next);
Result<Offset> decode_place(std::string_view bytes);

}  // namespace qcdr::submission
