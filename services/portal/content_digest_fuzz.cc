// Any bytes as a digest field: no crash, and what is read comes back from its own form.
#include <cstdlib>
#include <string>

#include "portal/content_digest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string field(reinterpret_cast<const char*>(data), size);
  const auto read = qcdr::read_content_digest(field);
  if (!read.is_ok() || !read.value()) return 0;
  // Its own form stands somewhere; the same letters may stand within another member's name.
  constexpr std::size_t kFormBytes = 54;
  for (std::size_t at = field.find("sha-256=:"); at != std::string::npos;
       at = field.find("sha-256=:", at + 1)) {
    const auto again = qcdr::read_content_digest(field.substr(at, kFormBytes));
    if (again.is_ok() && again.value() == read.value()) return 0;
  }
  std::abort();
}
