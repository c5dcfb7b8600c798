#include "common/document_seal.h"

#include <cstring>

#include "core/bytes.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr {
namespace {

std::string associated_data(const v1::SubmissionDocument& document) {
  ByteWriter writer;
  writer.big_u32(document.practice_id());
  writer.big_u32(static_cast<std::uint32_t>(document.performance_year()));
  writer.text(document.document_id());
  return writer.take();
}

Status corrupt(const char* what) {
  return Status(ErrorCode::kCorruption, std::string("submission document: ") + what);
}

}  // namespace

Status seal_document(KeyRing& keys, std::string_view payload, v1::SubmissionDocument* document) {
  QCDR_ASSIGN_OR_RETURN(const DataKey key,
                        keys.current_data_key(PracticeId(document->practice_id()),
                                              PerformanceYear(document->performance_year())));
  const Nonce96 nonce = keys.fresh_nonce();
  document->set_payload_sha256(std::string(view(sha256(payload))));
  document->set_key_id(key.id);
  document->set_nonce(nonce.data(), nonce.size());
  document->set_sealed_payload(seal(key.key, nonce, associated_data(*document), payload));
  return Status::ok();
}

Result<std::string> open_document(KeyRing& keys, const v1::SubmissionDocument& document) {
  QCDR_ASSIGN_OR_RETURN(
      const DataKey key,
      keys.data_key(PracticeId(document.practice_id()),
                    PerformanceYear(document.performance_year()), document.key_id()));
  Nonce96 nonce{};
  if (document.nonce().size() != nonce.size()) return corrupt("its nonce is not 12 bytes");
  std::memcpy(nonce.data(), document.nonce().data(), nonce.size());
  QCDR_ASSIGN_OR_RETURN(std::string payload, open_sealed(key.key, nonce, associated_data(document),
                                                         document.sealed_payload()));
  if (view(sha256(payload)) != document.payload_sha256()) return corrupt("not what its hash says");
  return payload;
}

void seal_document_tin(KeyRing& keys, std::string_view tin, v1::SubmissionDocument* document) {
  const TinToken token = make_tin_token(keys.token_key(), tin);
  const Nonce96 nonce = keys.fresh_nonce();
  document->set_tin_token(std::string(token.bytes()));
  document->set_encrypted_tin(nonce.data(), nonce.size());
  *document->mutable_encrypted_tin() += seal(keys.tin_key(), nonce, token.bytes(), tin);
}

Result<std::string> open_document_tin(KeyRing& keys, const v1::SubmissionDocument& document) {
  const std::string_view sealed = document.encrypted_tin();
  if (sealed.empty()) return std::string();
  Nonce96 nonce{};
  if (sealed.size() <= nonce.size()) return corrupt("its TIN is too short");
  std::memcpy(nonce.data(), sealed.data(), nonce.size());
  return open_sealed(keys.tin_key(), nonce, document.tin_token(), sealed.substr(nonce.size()));
}

}  // namespace qcdr
