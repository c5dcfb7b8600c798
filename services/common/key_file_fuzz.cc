// Whatever decodes must encode to the same bytes; everything else must be refused.
#include <cstddef>
#include <cstdint>

#include "common/key_file.h"
#include "core/assert.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto registry = qcdr::decode_registry_keys(text);
  if (registry.is_ok()) QCDR_ASSERT(qcdr::encode_registry_keys(registry.value()) == text);
  const qcdr::PracticeId practice(1234);
  const qcdr::PerformanceYear year(2022);
  const auto key = qcdr::decode_data_key(text, practice, year);
  if (key.is_ok()) QCDR_ASSERT(qcdr::encode_data_key(practice, year, key.value()) == text);
  return 0;
}
