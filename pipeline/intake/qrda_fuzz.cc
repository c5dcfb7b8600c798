// Any bytes as a QRDA category III document: no crash, and the same outcome whole and in pieces.
#include <cstdlib>

#include "intake/identify.h"
#include "intake/testing_outcome.h"

namespace qcdr::intake {
namespace {

TestingOutcome parse(std::string_view bytes, std::size_t piece) {
  return parse_in_pieces(v1::RECORD_KIND_MEASURE_RESULT, kFormatQrda, testing_options(), bytes,
                         piece);
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
