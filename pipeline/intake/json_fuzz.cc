// Any bytes as each kind of JSON file: no crash, the same outcome whole and in pieces, and nothing
// taken that a library refuses. The first byte chooses the kind.
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "intake/chunk_builder.h"
#include "intake/record_table.h"
#include "intake/testing_key_ring.h"

namespace qcdr::intake {
namespace {

struct Outcome {
  std::uint32_t rows = 0;
  bool accepted = false;
  std::map<std::uint32_t, std::uint32_t> counts;
  bool operator==(const Outcome&) const = default;
};

Outcome parse(v1::RecordKind kind, std::string_view bytes, std::size_t piece) {
  TestingKeyRing keys;
  ChunkBuilder builder([](std::uint32_t, v1::ChunkRows chunk) {
    if (chunk.ByteSizeLong() > kMaxChunkBytes) std::abort();
    return Status::ok();
  });
  ParserOptions options;
  options.practice = PracticeId(1234);
  options.year = PerformanceYear(2022);
  options.test_mode = true;
  auto parser = make_parser(kind, kFormatJson, options, keys, builder);
  Status status;
  while (status.is_ok() && !bytes.empty()) {
    const std::string_view taken = bytes.substr(0, piece);
    bytes.remove_prefix(taken.size());
    status = parser.value()->feed(taken);
  }
  if (status.is_ok()) status = parser.value()->finish();
  if (status.is_ok() == builder.refused()) std::abort();
  return {builder.row_count(), status.is_ok(), builder.counts()};
}

}  // namespace
}  // namespace qcdr::intake

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto tables = qcdr::intake::record_tables();
  const auto kind = tables[data[0] % tables.size()]->kind;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = qcdr::intake::parse(kind, bytes, size);
  if (!(whole == qcdr::intake::parse(kind, bytes, 5))) std::abort();
  // One document: what the library refuses is not taken, but for numbers beyond its range.
  const bool numbers = size < 300 && bytes.find_first_of("eE") == std::string_view::npos;
  const bool one =
      bytes.find('\n') == std::string_view::npos && bytes.find('}') == bytes.rfind('}');
  if (whole.accepted && one && numbers && whole.rows == 1 && bytes.front() == '{' &&
      bytes.back() == '}' && !nlohmann::json::accept(bytes)) {
    std::abort();
  }
  return 0;
}
