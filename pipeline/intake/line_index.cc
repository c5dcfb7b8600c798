#include "intake/line_index.h"

#include <cstring>

namespace qcdr::intake {

void LineIndex::add_line_end(std::uint64_t next_line_offset) {
  if (passed_ > 0 && passed_ == line_starts_.size()) {
    line_starts_.clear();
    passed_ = 0;
  }
  line_starts_.push_back(next_line_offset);
}

void LineIndex::feed(std::string_view bytes) {
  const bool plain =
      !after_carriage_return_ && std::memchr(bytes.data(), '\r', bytes.size()) == nullptr;
  if (plain) {
    std::size_t at = 0;
    while (true) {
      const std::size_t found = bytes.find('\n', at);
      if (found == std::string_view::npos) break;
      at = found + 1;
      add_line_end(fed_ + at);
    }
  } else {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const char c = bytes[i];
      // A CR ends its line when something other than LF follows.
      if (after_carriage_return_ && c != '\n') add_line_end(fed_ + i);
      if (c == '\n') add_line_end(fed_ + i + 1);
      after_carriage_return_ = c == '\r';
    }
  }
  fed_ += bytes.size();
}

Place LineIndex::locate(std::uint64_t byte_offset) {
  while (passed_ < line_starts_.size() && line_starts_[passed_] <= byte_offset) {
    line_start_ = line_starts_[passed_++];
    ++line_;
  }
  const std::uint64_t column = byte_offset >= line_start_ ? byte_offset - line_start_ + 1 : 1;
  return Place{line_, static_cast<std::uint32_t>(column), byte_offset};
}

}  // namespace qcdr::intake
