// Any bytes as a NACOR file: no crash, and the same outcome whole and in pieces.
#include <cstdlib>

#include "intake/chunk_builder.h"
#include "intake/testing_key_ring.h"

namespace qcdr::intake {
namespace {

struct Outcome {
  std::uint32_t rows = 0;
  bool accepted = false;
  std::map<std::uint32_t, std::uint32_t> counts;
  bool operator==(const Outcome&) const = default;
};

Outcome parse(std::string_view bytes, std::size_t piece) {
  TestingKeyRing keys;
  ChunkBuilder builder([](std::uint32_t, v1::ChunkRows chunk) {
    if (chunk.ByteSizeLong() > kMaxChunkBytes) std::abort();
    return Status::ok();
  });
  ParserOptions options;
  options.practice = PracticeId(1234);
  options.year = PerformanceYear(2022);
  options.rules = rulebook::Rulebook::built_in().find_year(options.year);
  options.test_mode = true;
  auto parser =
      make_parser(v1::RECORD_KIND_ANESTHESIA_CASE, kFormatNacorXml, options, keys, builder);
  Status status;
  while (status.is_ok() && !bytes.empty()) {
    const std::string_view taken = bytes.substr(0, piece);
    bytes.remove_prefix(taken.size());
    status = parser.value()->feed(taken);
  }
  if (status.is_ok()) status = parser.value()->finish();
  if (status.is_ok() == builder.refused()) std::abort();
  if (status.is_ok() && !builder.flush().is_ok()) std::abort();
  return {builder.row_count(), status.is_ok(), builder.counts()};
}

}  // namespace
}  // namespace qcdr::intake

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = qcdr::intake::parse(bytes, size + 1);
  const auto pieces = qcdr::intake::parse(bytes, 13);
  // Well-formed up to the same place: acceptance never depends on the cut.
  if (whole.accepted != pieces.accepted) std::abort();
  if (whole.accepted && !(whole == pieces)) std::abort();
  return 0;
}
