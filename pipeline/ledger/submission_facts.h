// What is kept of requests to submit and of the documents that were frozen for them.
//
// Request: subject request id. Content: u8 1 | action u8 | entity id 12 | kind u8 | granted
//   categories u8 | text(certification) | varint n, n * (reason u8 | category u8 | varint code).
//   Layout: signed received-at, i64 offset.
// Document: subject entity id 12 | category u8 | document id 32. Content: u8 1 | state u8 | told u8
//   | kind u8 | although reweighted u8 | cancelled for u8 | varint code | varint attempt | outcome
//   u8 | text(program) | text(method) | payload hash 32 | root 32 | text(certification) |
//   text(request). Layout: signed frozen-at, signed changed-at, i64 offset at which it was frozen.
// Invariant: of an entity, category, program and method at most one document is not superseded.
// Neither names a person: ids of entities and documents are keyed, or of what is keyed.
// Thread-safety: values. Errors: kCorruption.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto.h"
#include "core/finding_codes.h"
#include "core/identifiers.h"
#include "core/time.h"
#include "ledger/fact_table.h"
#include "ledger/readiness.h"

namespace qcdr::ledger {

// Numbers as in the proto SubmissionRequest.Action.
enum class SubmissionAction : std::uint8_t {
  kUnspecified = 0,
  kSend = 1,
  kReplace = 2,
  kWithdraw = 3,
  kVerify = 4,
};
// "send".
std::string_view submission_action_name(SubmissionAction action);

// Numbers are permanent: they are content.
enum class DocumentState : std::uint8_t {
  kFrozen = 1,       // goes out as soon as the sender comes to it
  kCancelled = 2,    // not to be sent any more, and not at CMS
  kSent = 3,         // CMS took it; it was not read back
  kVerified = 4,     // read back, and the same
  kDiffers = 5,      // read back, and not the same
  kRefused = 6,      // CMS does not take it
  kUnknown = 7,      // it is not known whether CMS has it
  kWithdrawing = 8,  // to be taken away at CMS, as an officer decided
  kWithdrawn = 9,    // taken away at CMS
  kSuperseded = 10,  // a newer document has its place
};
// "frozen".
std::string_view document_state_name(DocumentState state);
// CMS has it, or may have it.
bool may_be_at_cms(DocumentState state);

// Why something was not granted, of one category or of all.
struct Refusal {
  BlockReason reason = BlockReason::kUnspecified;
  std::uint8_t category = 0;  // 0: the whole request
  std::uint32_t code = 0;     // of the finding
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

struct SubmissionRequestFact {
  SubmissionAction action = SubmissionAction::kUnspecified;
  EntityId entity;
  std::uint8_t entity_kind = 0;  // number of the proto EntityKind
  CategoryBits granted = 0;
  std::string certification_id;
  std::vector<Refusal> refusals;
  Instant received_at;
  Offset offset;

  FactValue encode() const;
  static Result<SubmissionRequestFact> decode(const FactValue& value);
};

struct SubmissionDocumentFact {
  EntityId entity;
  std::uint8_t category = 0;
  Hash256 document_id{};
  DocumentState state = DocumentState::kFrozen;
  std::uint8_t told = 0;  // bits of what was told of a document at CMS
  std::uint8_t entity_kind = 0;
  CategoryBits although_reweighted = 0;
  BlockReason cancelled_for = BlockReason::kUnspecified;
  std::uint32_t code = 0;  // why it was cancelled
  std::uint32_t attempt = 0;
  std::uint8_t outcome = 0;  // of that attempt: number of the proto SubmissionReceipt.Outcome
  std::string program;
  std::string method;
  Hash256 payload_sha256{};
  Hash256 root{};
  std::string certification_id;
  std::string request_id;
  Instant frozen_at;
  Instant changed_at;
  Offset frozen_offset;

  // Of the same entity, category, program and way of submission.
  bool has_place_of(const SubmissionDocumentFact& other) const {
    return entity == other.entity && category == other.category && program == other.program &&
           method == other.method;
  }
  std::string subject() const;
  FactValue encode() const;
  static Result<SubmissionDocumentFact> decode(std::string_view subject, const FactValue& value);
};

// Bits of `told`.
inline constexpr std::uint8_t kToldBlocked = 1;
inline constexpr std::uint8_t kToldChanged = 2;

}  // namespace qcdr::ledger
