// Sums of a pack from anybody's hand: nothing leads out of the folder, and what is read is in
// order.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/assert.h"
#include "review/pack.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto files =
      qcdr::review::parse_sums(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!files.is_ok()) return 0;
  for (std::size_t i = 0; i < files.value().size(); ++i) {
    const auto& file = files.value()[i];
    QCDR_ASSERT(!file.name.empty() && file.name.front() != '/');
    QCDR_ASSERT(file.name.find("..") == std::string::npos ||
                file.name.find("/../") == std::string::npos);
    QCDR_ASSERT(i == 0 || files.value()[i - 1].name < file.name);
  }
  return 0;
}
