// Every reader of rulebook files on arbitrary bytes: the first byte chooses the reader.
// None may crash, and what a table's reader accepts, its writer writes back to the same rows.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/assert.h"
#include "rulebook/benchmark_table.h"
#include "rulebook/calendar_file.h"
#include "rulebook/document.h"
#include "rulebook/import.h"
#include "rulebook/measure_table.h"
#include "rulebook/parameter_file.h"
#include "rulebook/specification_file.h"

namespace {

using namespace qcdr;
using namespace qcdr::rulebook;

void read_measures(std::string_view bytes) {
  const auto measures = parse_measure_table("fuzz.csv", bytes);
  if (!measures.is_ok()) return;
  const std::string written = write_measure_table(measures.value());
  const auto again = parse_measure_table("fuzz.csv", written);
  QCDR_ASSERT(again.is_ok());
  QCDR_ASSERT(write_measure_table(again.value()) == written);
}

void read_benchmarks(std::string_view bytes) {
  const auto benchmarks = parse_benchmark_table("fuzz.csv", bytes);
  if (!benchmarks.is_ok()) return;
  const std::string written = write_benchmark_table(benchmarks.value());
  const auto again = parse_benchmark_table("fuzz.csv", written);
  QCDR_ASSERT(again.is_ok());
  QCDR_ASSERT(write_benchmark_table(again.value()) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 8) {
    case 0:
      (void)parse_document("fuzz.yaml", bytes).is_ok();
      break;
    case 1:
      (void)parse_parameter_file("fuzz.yaml", "fuzz", bytes).is_ok();
      break;
    case 2:
      (void)parse_specification("fuzz.yaml", bytes).is_ok();
      break;
    case 3:
      (void)parse_calendar("fuzz.yaml", bytes).is_ok();
      break;
    case 4:
      read_measures(bytes);
      break;
    case 5:
      read_benchmarks(bytes);
      break;
    case 6:
      (void)import_measures(bytes, PerformanceYear(2022)).is_ok();
      break;
    default:
      (void)import_benchmarks(bytes, "", PerformanceYear(2022)).is_ok();
      break;
  }
  return 0;
}
