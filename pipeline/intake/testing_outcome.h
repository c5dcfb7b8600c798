// What a parser makes of a file that comes in pieces; fuzz targets compare it with the whole.
// Test-only.
#pragma once

#include <cstdlib>
#include <map>
#include <string_view>

#include "intake/chunk_builder.h"
#include "intake/testing_key_ring.h"

namespace qcdr::intake {

struct TestingOutcome {
  std::uint32_t rows = 0;
  bool accepted = false;
  std::map<std::uint32_t, std::uint32_t> counts;
  bool operator==(const TestingOutcome&) const = default;
};

inline ParserOptions testing_options() {
  ParserOptions options;
  options.practice = PracticeId(1234);
  options.year = PerformanceYear(2022);
  options.test_mode = true;
  return options;
}

// Ends the process on what no file may lead to: a chunk beyond its limit, a refusal without a
// reason, or rows of an accepted file that are not handed over.
inline TestingOutcome parse_in_pieces(v1::RecordKind kind, std::string_view format,
                                      const ParserOptions& options, std::string_view bytes,
                                      std::size_t piece) {
  TestingKeyRing keys;
  ChunkBuilder builder([](std::uint32_t, v1::ChunkRows chunk) {
    if (chunk.ByteSizeLong() > kMaxChunkBytes) std::abort();
    return Status::ok();
  });
  auto parser = make_parser(kind, format, options, keys, builder);
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

}  // namespace qcdr::intake
