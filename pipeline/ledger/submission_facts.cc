#include "ledger/submission_facts.h"

#include <algorithm>

#include "core/assert.h"
#include "ledger/encoding.h"

namespace qcdr::ledger {
namespace {

void write_hash(const Hash256& hash, ByteWriter* writer) {
  writer->raw(view(hash));
}

Hash256 read_hash(ByteReader* reader) {
  Hash256 hash{};
  const std::string_view bytes = reader->raw(hash.size());
  if (bytes.size() == hash.size()) std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

EntityId read_entity(ByteReader* reader) {
  const std::string_view bytes = reader->raw(EntityId::kBytes);
  return bytes.size() == EntityId::kBytes ? EntityId::from_bytes(bytes.data()) : EntityId();
}

bool is_state(std::uint8_t number) {
  return number >= static_cast<std::uint8_t>(DocumentState::kFrozen) &&
         number <= static_cast<std::uint8_t>(DocumentState::kSuperseded);
}

}  // namespace

std::string_view submission_action_name(SubmissionAction action) {
  switch (action) {
    case SubmissionAction::kUnspecified:
      return "unspecified";
    case SubmissionAction::kSend:
      return "send";
    case SubmissionAction::kReplace:
      return "replace";
    case SubmissionAction::kWithdraw:
      return "withdraw";
    case SubmissionAction::kVerify:
      return "verify";
  }
  return "unspecified";
}

std::string_view document_state_name(DocumentState state) {
  switch (state) {
    case DocumentState::kFrozen:
      return "frozen";
    case DocumentState::kCancelled:
      return "cancelled";
    case DocumentState::kSent:
      return "sent";
    case DocumentState::kVerified:
      return "verified";
    case DocumentState::kDiffers:
      return "differs";
    case DocumentState::kRefused:
      return "refused";
    case DocumentState::kUnknown:
      return "unknown";
    case DocumentState::kWithdrawing:
      return "withdrawing";
    case DocumentState::kWithdrawn:
      return "withdrawn";
    case DocumentState::kSuperseded:
      return "superseded";
  }
  return "unknown";
}

bool may_be_at_cms(DocumentState state) {
  return state == DocumentState::kSent || state == DocumentState::kVerified ||
         state == DocumentState::kDiffers || state == DocumentState::kUnknown;
}

FactValue SubmissionRequestFact::encode() const {
  ByteWriter content = begin_content();
  content.u8(static_cast<std::uint8_t>(action));
  content.raw(entity.bytes());
  content.u8(entity_kind);
  content.u8(granted);
  content.text(certification_id);
  content.varint(refusals.size());
  for (const Refusal& refusal : refusals) {
    content.u8(static_cast<std::uint8_t>(refusal.reason));
    content.u8(refusal.category);
    content.varint(refusal.code);
  }
  ByteWriter layout;
  layout.signed_varint(received_at.milliseconds());
  layout.i64(offset.value());
  return {content.take(), layout.take()};
}

Result<SubmissionRequestFact> SubmissionRequestFact::decode(const FactValue& value) {
  ByteReader reader(value.canonical);
  SubmissionRequestFact fact;
  const bool known = reader.u8() == kContentVersion;
  fact.action = static_cast<SubmissionAction>(reader.u8());
  fact.entity = read_entity(&reader);
  fact.entity_kind = reader.u8();
  fact.granted = reader.u8();
  fact.certification_id = read_text(&reader);
  read_list(&reader, [&] {
    Refusal refusal;
    refusal.reason = static_cast<BlockReason>(reader.u8());
    refusal.category = reader.u8();
    refusal.code = read_number(&reader);
    fact.refusals.push_back(refusal);
  });
  QCDR_RETURN_IF_ERROR(end_content(reader, known, "submission request"));
  ByteReader layout(value.layout);
  fact.received_at = Instant::from_milliseconds(layout.signed_varint());
  fact.offset = Offset(layout.i64());
  if (!layout.ok()) return Status(ErrorCode::kCorruption, "submission request has no place");
  return fact;
}

std::string SubmissionDocumentFact::subject() const {
  std::string bytes(entity.bytes());
  bytes.push_back(static_cast<char>(category));
  bytes.append(view(document_id));
  return bytes;
}

FactValue SubmissionDocumentFact::encode() const {
  ByteWriter content = begin_content();
  content.u8(static_cast<std::uint8_t>(state));
  content.u8(told);
  content.u8(entity_kind);
  content.u8(although_reweighted);
  content.u8(static_cast<std::uint8_t>(cancelled_for));
  content.varint(code);
  content.varint(attempt);
  content.u8(outcome);
  content.text(program);
  content.text(method);
  write_hash(payload_sha256, &content);
  write_hash(root, &content);
  content.text(certification_id);
  content.text(request_id);
  ByteWriter layout;
  layout.signed_varint(frozen_at.milliseconds());
  layout.signed_varint(changed_at.milliseconds());
  layout.i64(frozen_offset.value());
  return {content.take(), layout.take()};
}

Result<SubmissionDocumentFact> SubmissionDocumentFact::decode(std::string_view subject,
                                                              const FactValue& value) {
  SubmissionDocumentFact fact;
  ByteReader name(subject);
  fact.entity = read_entity(&name);
  fact.category = name.u8();
  fact.document_id = read_hash(&name);
  ByteReader reader(value.canonical);
  const bool known = reader.u8() == kContentVersion;
  const std::uint8_t state = reader.u8();
  fact.told = reader.u8();
  fact.entity_kind = reader.u8();
  fact.although_reweighted = reader.u8();
  fact.cancelled_for = static_cast<BlockReason>(reader.u8());
  fact.code = read_number(&reader);
  fact.attempt = read_number(&reader);
  fact.outcome = reader.u8();
  fact.program = read_text(&reader);
  fact.method = read_text(&reader);
  fact.payload_sha256 = read_hash(&reader);
  fact.root = read_hash(&reader);
  fact.certification_id = read_text(&reader);
  fact.request_id = read_text(&reader);
  const bool whole = known && is_state(state) && name.ok() && name.at_end();
  QCDR_RETURN_IF_ERROR(end_content(reader, whole, "submission document"));
  fact.state = static_cast<DocumentState>(state);
  ByteReader layout(value.layout);
  fact.frozen_at = Instant::from_milliseconds(layout.signed_varint());
  fact.changed_at = Instant::from_milliseconds(layout.signed_varint());
  fact.frozen_offset = Offset(layout.i64());
  if (!layout.ok()) return Status(ErrorCode::kCorruption, "submission document has no place");
  return fact;
}

}  // namespace qcdr::ledger
