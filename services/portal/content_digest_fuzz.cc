// Any bytes as a digest field: no crash, and what is read comes back from its own form.
#include <cstdlib>
#include <string>

#include "portal/content_digest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string field(reinterpret_cast<const char*>(data), size);
  const auto read = qcdr::read_content_digest(field);
  if (!read.is_ok() || !read.value()) return 0;
  const std::size_t at = field.find("sha-256=:");
  if (at == std::string::npos) std::abort();
  const auto again = qcdr::read_content_digest(field.substr(at, 54));
  if (!again.is_ok() || again.value() != read.value()) std::abort();
  return 0;
}
