// Any bytes as a QRDA category III document: no crash, and the same outcome whole and in pieces.
#include <cstdlib>

#include "intake/chunk_builder.h"
#include "intake/identify.h"
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
  options.test_mode = true;
  auto parser = make_parser(v1::RECORD_KIND_MEASURE_RESULT, kFormatQrda, options, keys, builder);
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
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)qcdr::intake::identify(bytes, nullptr, qcdr::PracticeId(1234));
  const auto whole = qcdr::intake::parse(bytes, size + 1);
  if (!(whole == qcdr::intake::parse(bytes, 5))) std::abort();
  return 0;
}
