#include "stream/log.h"

namespace qcdr::stream {

std::string_view Record::header(std::string_view name) const {
  for (const Header& header : headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

}  // namespace qcdr::stream
