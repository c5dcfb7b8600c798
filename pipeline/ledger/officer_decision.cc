#include "ledger/officer_decision.h"

#include "ledger/encoding.h"

namespace qcdr::ledger {

std::string OfficerDecision::fact_subject() const {
  ByteWriter writer;
  writer.u8(static_cast<std::uint8_t>(subject));
  writer.raw(tin.bytes());
  writer.big_u64(npi.value());
  writer.big_u32(code);
  writer.text(record_id);
  return writer.take();
}

std::string OfficerDecision::encode() const {
  ByteWriter writer = begin_content();
  writer.u8(approved ? 1 : 2);
  writer.text(reason);
  return writer.take();
}

Result<OfficerDecision> OfficerDecision::decode(std::string_view fact_subject,
                                                std::string_view content) {
  OfficerDecision decision;
  ByteReader subject_reader(fact_subject);
  decision.subject = static_cast<DecisionSubject>(subject_reader.u8());
  const std::string_view token = subject_reader.raw(TinToken::kBytes);
  if (subject_reader.ok()) decision.tin = TinToken::from_bytes(token.data());
  decision.npi = Npi::from_trusted(subject_reader.big_u64());
  decision.code = subject_reader.big_u32();
  decision.record_id = subject_reader.text();
  ByteReader reader(content);
  const bool known = reader.u8() == kContentVersion;
  decision.approved = reader.u8() == 1;
  decision.reason = reader.text();
  QCDR_RETURN_IF_ERROR(end_content(reader, known && subject_reader.ok(), "officer's decision"));
  return decision;
}

}  // namespace qcdr::ledger
