// Any bytes as a NACOR file: no crash, and the same outcome whole and in pieces.
#include <cstdlib>

#include "intake/testing_outcome.h"

namespace qcdr::intake {
namespace {

TestingOutcome parse(std::string_view bytes, std::size_t piece) {
  ParserOptions options = testing_options();
  options.rules = rulebook::Rulebook::built_in().find_year(options.year);
  return parse_in_pieces(v1::RECORD_KIND_ANESTHESIA_CASE, kFormatNacorXml, options, bytes, piece);
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
