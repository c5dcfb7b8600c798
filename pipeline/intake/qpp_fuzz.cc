// Any bytes as a submission in CMS's JSON form: no crash, and the same outcome whole and in pieces.
// The first byte chooses the kind.
#include <array>
#include <cstdlib>

#include "intake/chunk_builder.h"
#include "intake/qpp_parser.h"
#include "intake/testing_key_ring.h"

namespace qcdr::intake {
namespace {

constexpr std::array<v1::RecordKind, 3> kKinds = {v1::RECORD_KIND_MEASURE_RESULT,
                                                  v1::RECORD_KIND_ACTIVITY_ATTESTATION,
                                                  v1::RECORD_KIND_PROMOTING_INTEROPERABILITY};

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
  options.received_at = Instant::from_milliseconds(1'670'000'000'000);
  auto parser = make_parser(kind, kFormatQppJson, options, keys, builder);
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
  if (size == 0) return 0;
  const auto kind = qcdr::intake::kKinds[data[0] % qcdr::intake::kKinds.size()];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  (void)qcdr::intake::read_qpp_head(bytes);
  const auto whole = qcdr::intake::parse(kind, bytes, size);
  if (!(whole == qcdr::intake::parse(kind, bytes, 5))) std::abort();
  return 0;
}
