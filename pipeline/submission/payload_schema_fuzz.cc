// Any bytes as a payload and as CMS's answer: problems or none, differences or none, never a crash.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/assert.h"
#include "submission/payload.h"
#include "submission/payload_schema.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace qcdr;
  using namespace qcdr::submission;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  PayloadSchema schema;
  schema.rulebook = &rulebook::Rulebook::built_in();
  for (const Strictness strictness : {Strictness::kAsDocumented, Strictness::kAsWeSend}) {
    schema.strictness = strictness;
    schema.year.reset();
    if (size % 2 == 1) schema.year = PerformanceYear(2022);
    const auto problems = validate_payload(text, schema);
    QCDR_ASSERT(problems.size() <= kPayloadProblemsMax + 1);
    QCDR_ASSERT(problems == validate_payload(text, schema));
  }
  const Result<ReadBack> read = parse_read_back(text);
  if (read.is_ok()) {
    QCDR_ASSERT(read.value().measurements.size() <= kReadBackMeasurementsMax);
    (void)compare_read_back(MeasurementSet(), read.value());
  }
  return 0;
}
