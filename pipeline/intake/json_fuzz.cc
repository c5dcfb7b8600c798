// Any bytes as each kind of JSON file: no crash, the same outcome whole and in pieces, and nothing
// taken that a library refuses. The first byte chooses the kind.
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "intake/record_table.h"
#include "intake/testing_outcome.h"

namespace qcdr::intake {
namespace {

TestingOutcome parse(v1::RecordKind kind, std::string_view bytes, std::size_t piece) {
  return parse_in_pieces(kind, kFormatJson, testing_options(), bytes, piece);
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
