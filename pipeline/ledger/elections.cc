#include "ledger/elections.h"

#include "ledger/encoding.h"

namespace qcdr::ledger {

std::string encode_opt_in(std::uint8_t election) {
  ByteWriter writer = begin_content();
  writer.u8(election);
  return writer.take();
}

Result<std::uint8_t> decode_opt_in(std::string_view content) {
  ByteReader reader(content);
  const bool known = reader.u8() == kContentVersion;
  const std::uint8_t election = reader.u8();
  QCDR_RETURN_IF_ERROR(end_content(reader, known, "opt-in election"));
  return election;
}

std::string PartialTinAttestation::encode() const {
  ByteWriter writer = begin_content();
  writer.u8(all_covered ? 1 : 0);
  writer.varint(billing_clinicians);
  return writer.take();
}

Result<PartialTinAttestation> PartialTinAttestation::decode(std::string_view content) {
  ByteReader reader(content);
  PartialTinAttestation attestation;
  const bool known = reader.u8() == kContentVersion;
  attestation.attested = true;
  attestation.all_covered = reader.u8() != 0;
  attestation.billing_clinicians = read_number(&reader);
  QCDR_RETURN_IF_ERROR(end_content(reader, known, "partial-TIN attestation"));
  return attestation;
}

std::string ConfirmationFact::encode() const {
  ByteWriter writer = begin_content();
  writer.u8(confirmed ? 1 : 0);
  writer.varint(npis.size());
  for (Npi npi : npis) writer.u64(npi.value());
  return writer.take();
}

Result<ConfirmationFact> ConfirmationFact::decode(std::string_view content) {
  ByteReader reader(content);
  ConfirmationFact fact;
  const bool known = reader.u8() == kContentVersion;
  fact.given = true;
  fact.confirmed = reader.u8() != 0;
  read_list(&reader, [&] { fact.npis.push_back(Npi::from_trusted(reader.u64())); });
  QCDR_RETURN_IF_ERROR(end_content(reader, known, "confirmation"));
  return fact;
}

std::string confirmation_subject(ConfirmationSubject subject, std::string_view entity,
                                 std::string_view upload_id) {
  ByteWriter writer;
  writer.u8(static_cast<std::uint8_t>(subject));
  writer.text(entity);
  writer.text(upload_id);
  return writer.take();
}

}  // namespace qcdr::ledger
