#include "stream/loop/record_checksum.h"

#include "core/bytes.h"
#include "core/crc32c.h"

namespace qcdr::stream {

std::uint32_t record_checksum(const Record& record) {
  ByteWriter prefix;
  prefix.i64(record.timestamp.milliseconds());
  prefix.text(record.key);
  prefix.u8(record.value.has_value() ? 1 : 0);
  std::uint32_t checksum = crc32c(prefix.bytes());
  if (record.value) checksum = crc32c(*record.value, checksum);
  ByteWriter suffix;
  suffix.varint(record.headers.size());
  for (const Header& header : record.headers) {
    suffix.text(header.name);
    suffix.text(header.value);
  }
  return crc32c(suffix.bytes(), checksum);
}

}  // namespace qcdr::stream
