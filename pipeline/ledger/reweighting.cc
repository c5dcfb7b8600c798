#include "ledger/reweighting.h"

#include "ledger/encoding.h"

namespace qcdr::ledger {

std::string Reweighting::encode() const {
  ByteWriter writer = begin_content();
  writer.u8(categories);
  write_date(approved_on, &writer);
  writer.text(reference);
  return writer.take();
}

Result<Reweighting> Reweighting::decode(std::string_view content) {
  ByteReader reader(content);
  Reweighting reweighting;
  const bool known = reader.u8() == kContentVersion;
  reweighting.categories = reader.u8();
  reweighting.approved_on = read_date(&reader);
  reweighting.reference = read_text(&reader);
  QCDR_RETURN_IF_ERROR(end_content(reader, known, "reweighting"));
  return reweighting;
}

}  // namespace qcdr::ledger
