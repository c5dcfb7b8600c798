// Any bytes as a submission in CMS's JSON form: no crash, and the same outcome whole and in pieces.
// The first byte chooses the kind.
#include <array>
#include <cstdlib>

#include "intake/qpp_parser.h"
#include "intake/testing_outcome.h"

namespace qcdr::intake {
namespace {

constexpr std::array<v1::RecordKind, 3> kKinds = {v1::RECORD_KIND_MEASURE_RESULT,
                                                  v1::RECORD_KIND_ACTIVITY_ATTESTATION,
                                                  v1::RECORD_KIND_PROMOTING_INTEROPERABILITY};

TestingOutcome parse(v1::RecordKind kind, std::string_view bytes, std::size_t piece) {
  ParserOptions options = testing_options();
  options.received_at = Instant::from_milliseconds(1'670'000'000'000);
  return parse_in_pieces(kind, kFormatQppJson, options, bytes, piece);
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
