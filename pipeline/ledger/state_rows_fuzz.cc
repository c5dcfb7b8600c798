// Every decoder of state rows, on any bytes: an error or a value, never a crash, and what decodes
// encodes back to bytes that decode to the same.
#include <cstddef>
#include <cstdint>

#include "ledger/case_entry.h"
#include "ledger/count_table.h"
#include "ledger/practice_ledger.h"
#include "ledger/standing.h"
#include "ledger/upload_fact.h"

namespace qcdr::ledger {
namespace {

void decode_entry(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto entry = decode_case_entry(&reader);
  if (!entry.is_ok()) return;
  ByteWriter writer;
  encode_case_entry(entry.value(), &writer);
  ByteReader again(writer.bytes());
  const auto same = decode_case_entry(&again);
  QCDR_ASSERT(same.is_ok() && same.value().token == entry.value().token);
}

void decode_counts(std::string_view bytes) {
  constexpr std::size_t kMeasures = 3;
  EntityCounts counts(kMeasures);
  ByteReader reader(bytes);
  if (!counts.decode(&reader)) return;
  ByteWriter writer;
  counts.encode(&writer);
  EntityCounts same(kMeasures);
  ByteReader again(writer.bytes());
  QCDR_ASSERT(same.decode(&again) && same == counts);
}

template <class Fact>
void decode_fact(const FactValue& value) {
  const auto fact = Fact::decode(value);
  if (!fact.is_ok()) return;
  QCDR_ASSERT(Fact::decode(fact.value().encode()).is_ok());
}

}  // namespace
}  // namespace qcdr::ledger

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace qcdr::ledger;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const FactValue value{std::string(bytes), std::string(bytes)};
  switch (data[0] % 6) {
    case 0:
      decode_entry(bytes);
      break;
    case 1:
      decode_counts(bytes);
      break;
    case 2:
      decode_fact<Consent>(value);
      break;
    case 3:
      decode_fact<ReportingOptionFact>(value);
      break;
    case 4:
      decode_fact<UploadFact>(value);
      break;
    default:
      (void)decode_practice_layout(value).is_ok();
  }
  return 0;
}
