#include "stream/log.h"

namespace qcdr::stream {

std::string_view Record::header(std::string_view name) const {
  for (const Header& header : headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

std::size_t Record::content_bytes() const {
  std::size_t bytes = key.size() + (value ? value->size() : 0);
  for (const Header& header : headers) bytes += header.name.size() + header.value.size();
  return bytes;
}

}  // namespace qcdr::stream
