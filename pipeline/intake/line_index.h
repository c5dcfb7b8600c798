// Turns byte offsets of a stream into lines and columns.
//
// Bytes are fed in order; offsets are asked for in ascending order and never before the last one
// asked for, so only the line ends between the two are kept. LF, CRLF and a lone CR end a line.
// Thread-safety: none; an index belongs to one stream.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "intake/findings.h"

namespace qcdr::intake {

class LineIndex {
 public:
  void feed(std::string_view bytes);
  // The place of a byte that was fed, or of the end. An offset before the last one asked for gives
  // the column by the line of that one.
  Place locate(std::uint64_t byte_offset);

 private:
  void add_line_end(std::uint64_t next_line_offset);

  std::uint64_t fed_ = 0;
  bool after_carriage_return_ = false;
  std::vector<std::uint64_t> line_starts_;  // of lines not passed yet
  std::size_t passed_ = 0;
  std::uint32_t line_ = 1;
  std::uint64_t line_start_ = 0;
};

}  // namespace qcdr::intake
