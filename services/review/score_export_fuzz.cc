// Any bytes as CMS's score: an answer within its limits, or an error, never a crash.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/assert.h"
#include "review/score_export.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read =
      qcdr::review::read_score_export(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!read.is_ok()) return 0;
  QCDR_ASSERT(read.value().measures.size() <= qcdr::review::kExportMeasuresMax);
  QCDR_ASSERT(read.value().categories.size() <= 4);
  for (const auto& category : read.value().categories) QCDR_ASSERT(category.weight <= 100);
  return 0;
}
