// Any bytes as each kind of CSV file: no crash, and the same outcome whole and in pieces.
// The first byte chooses the kind.
#include <cstdlib>

#include "intake/record_table.h"
#include "intake/testing_outcome.h"

namespace qcdr::intake {
namespace {

TestingOutcome parse(v1::RecordKind kind, std::string_view bytes, std::size_t piece) {
  ParserOptions options = testing_options();
  options.received_at = Instant::from_milliseconds(1'670'000'000'000);
  return parse_in_pieces(kind, kFormatCsv, options, bytes, piece);
}

}  // namespace
}  // namespace qcdr::intake

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto tables = qcdr::intake::record_tables();
  const auto kind = tables[data[0] % tables.size()]->kind;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = qcdr::intake::parse(kind, bytes, size);
  if (!(whole == qcdr::intake::parse(kind, bytes, 5))) std::abort();
  return 0;
}
