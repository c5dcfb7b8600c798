#include "ledger/audit_chain_row.h"

#include <algorithm>

#include "ledger/encoding.h"

namespace qcdr::ledger {

std::string AuditChainRow::encode() const {
  ByteWriter writer;
  writer.text("");
  writer.u8(kContentVersion);
  writer.i64(begins.value());
  writer.u64(sequence);
  writer.raw(view(previous));
  return writer.take();
}

Result<AuditChainRow> AuditChainRow::decode(std::string_view bytes) {
  ByteReader reader(bytes);
  AuditChainRow row;
  const bool open = reader.text().empty() && reader.u8() == kContentVersion;
  row.begins = Offset(reader.i64());
  row.sequence = reader.u64();
  const std::string_view previous = reader.raw(row.previous.size());
  QCDR_RETURN_IF_ERROR(end_content(reader, open, "the row of a chain of audit records"));
  std::copy(previous.begin(), previous.end(), row.previous.begin());
  return row;
}

}  // namespace qcdr::ledger
