#include "ledger/certification.h"

#include "ledger/encoding.h"

namespace qcdr::ledger {

std::string Certification::encode() const {
  ByteWriter writer = begin_content();
  writer.text(payload_root);
  writer.varint(documents);
  writer.text(replaces);
  writer.signed_varint(signed_at.milliseconds());
  return writer.take();
}

Result<Certification> Certification::decode(std::string_view content) {
  ByteReader reader(content);
  Certification certification;
  const bool known = reader.u8() == kContentVersion;
  certification.payload_root = read_text(&reader);
  certification.documents = read_number(&reader);
  certification.replaces = read_text(&reader);
  certification.signed_at = Instant::from_milliseconds(reader.signed_varint());
  QCDR_RETURN_IF_ERROR(end_content(reader, known, "certification"));
  return certification;
}

}  // namespace qcdr::ledger
