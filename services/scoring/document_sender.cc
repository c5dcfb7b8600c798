#include "scoring/document_sender.h"

#include <algorithm>

#include "common/topic_names.h"
#include "core/bytes.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr {
namespace {

constexpr std::string_view kNonceName = "qcdr document nonce";

Nonce96 nonce_of(const Key256& key, std::string_view document_id, Offset cause) {
  ByteWriter writer;
  writer.text(kNonceName);
  writer.text(document_id);
  writer.i64(cause.value());
  const Hash256 hash = hmac_sha256(key, writer.bytes());
  Nonce96 nonce;
  std::copy_n(hash.begin(), nonce.size(), nonce.begin());
  return nonce;
}

std::string associated_data(const v1::SubmissionDocument& document) {
  ByteWriter writer;
  writer.big_u32(document.practice_id());
  writer.big_u32(static_cast<std::uint32_t>(document.performance_year()));
  writer.text(document.document_id());
  return writer.take();
}

void set_version(const stream::OutputVersion& version, v1::EntityVersion* out) {
  out->set_generation(version.generation.value());
  out->set_offset(version.offset.value());
  out->set_index(version.index);
}

void set_actor(const std::string& subject, std::uint32_t authority, v1::Actor* out) {
  out->set_subject(subject);
  out->set_authority(authority == 0 ? v1::AUTHORITY_SYSTEM : static_cast<v1::Authority>(authority));
}

void fill(const ledger::FrozenDocument& from, v1::SubmissionDocument* out) {
  out->set_document_id(hex(view(from.document_id)));
  out->set_practice_id(from.practice_year.practice.value());
  out->set_performance_year(from.practice_year.year.value());
  out->set_entity_id(from.entity.bytes().data(), from.entity.bytes().size());
  out->set_entity_kind(static_cast<v1::EntityKind>(from.entity_kind));
  out->set_category(static_cast<v1::Category>(from.category));
  out->set_request_id(from.request_id);
  out->set_data_cutoff(from.data_cutoff.milliseconds());
  out->set_frozen_at(from.frozen_at.milliseconds());
  out->set_payload_sha256(std::string(view(from.payload_sha256)));
  out->set_encrypted_tin(from.encrypted_tin);
  out->set_tin_token(std::string(from.tin.bytes()));
  out->set_program_name(from.program);
  out->set_submission_method(from.method);
  out->set_certification_id(from.certification_id);
  set_actor(from.actor, from.authority, out->mutable_actor());
  for (const ledger::PassedGate& gate : from.checks) {
    v1::PassedCheck* check = out->add_checks();
    check->set_reason(static_cast<v1::Blocker::Reason>(gate.reason));
    check->set_record_id(gate.record_id);
  }
  for (const ledger::LeftOutCategory& each : from.left_out) {
    v1::ExcludedCategory* excluded = out->add_excluded();
    excluded->set_category(static_cast<v1::Category>(each.category));
    excluded->set_code(each.code);
  }
}

}  // namespace

struct DocumentSender::Messages {
  v1::SubmissionDocumentRecord record;
};

std::string document_key(const EntityId& entity, PerformanceYear year, std::uint8_t category) {
  return entity.to_hex() + "/" + std::to_string(year.value()) + "/" + std::to_string(category);
}

DocumentSender::DocumentSender(Partition partition, KeyRing& keys, const Hash256& rulebook_digest)
    : partition_(partition),
      keys_(keys),
      rulebook_digest_(rulebook_digest),
      messages_(std::make_unique<Messages>()) {}

DocumentSender::~DocumentSender() = default;

Status DocumentSender::find_key(ledger::PracticeYear id, const std::string& key_id) {
  return keys_.data_key(id.practice, id.year, key_id).status();
}

Status DocumentSender::send(const ledger::Effects& effects, stream::OutputSink& sink,
                            bool* deleted) {
  for (const ledger::DocumentChange& change : effects.documents) {
    if (const auto* document = std::get_if<ledger::FrozenDocument>(&change)) {
      QCDR_RETURN_IF_ERROR(send_document(*document, sink, deleted));
    } else {
      send_cancel(std::get<ledger::CancelledDocument>(change), sink);
    }
  }
  return Status::ok();
}

Status DocumentSender::send_document(const ledger::FrozenDocument& document,
                                     stream::OutputSink& sink, bool* deleted) {
  const ledger::PracticeYear id = document.practice_year;
  const Result<DataKey> key = keys_.data_key(id.practice, id.year, document.key_id);
  if (key.status().code() == ErrorCode::kNotFound) {
    *deleted = true;
    return Status::ok();
  }
  QCDR_RETURN_IF_ERROR(key.status());
  messages_->record.Clear();
  v1::SubmissionDocument& out = *messages_->record.mutable_document();
  fill(document, &out);
  out.set_rulebook_digest(std::string(view(rulebook_digest_)));
  set_version(sink.next_version(document.cause), out.mutable_version());
  const Key256& secret = key.value().key;
  const Nonce96 nonce = nonce_of(secret, out.document_id(), document.cause);
  out.set_key_id(document.key_id);
  out.set_nonce(nonce.data(), nonce.size());
  out.set_sealed_payload(seal(secret, nonce, associated_data(out), document.payload));
  send_message(document.entity, id, document.category, document.cause, sink);
  return Status::ok();
}

void DocumentSender::send_cancel(const ledger::CancelledDocument& cancel,
                                 stream::OutputSink& sink) {
  messages_->record.Clear();
  v1::SubmissionCancel& out = *messages_->record.mutable_cancel();
  out.set_document_id(hex(view(cancel.document_id)));
  out.set_performance_year(cancel.practice_year.year.value());
  out.set_entity_id(cancel.entity.bytes().data(), cancel.entity.bytes().size());
  out.set_category(static_cast<v1::Category>(cancel.category));
  out.set_reason(static_cast<v1::Blocker::Reason>(cancel.reason));
  out.set_code(cancel.code);
  out.set_withdraw(cancel.withdraw);
  out.set_cancelled_at(cancel.cancelled_at.milliseconds());
  set_actor(cancel.actor, cancel.authority, out.mutable_actor());
  set_version(sink.next_version(cancel.cause), out.mutable_version());
  send_message(cancel.entity, cancel.practice_year, cancel.category, cancel.cause, sink);
}

// The practice's partition, as other outputs: the cancel stands behind its document.
void DocumentSender::send_message(const EntityId& entity, ledger::PracticeYear id,
                                  std::uint8_t category, Offset cause, stream::OutputSink& sink) {
  sink.send(cause, {kSubmissionDocumentsTopic,
                    partition_,
                    document_key(entity, id.year, category),
                    messages_->record.SerializeAsString(),
                    {},
                    std::nullopt});
}

}  // namespace qcdr
