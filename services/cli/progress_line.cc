#include "cli/progress_line.h"

#include <unistd.h>

#include <cstdio>

namespace qcdr {

ProgressLine::ProgressLine(std::string what)
    : what_(std::move(what)), terminal_(::isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  if (shown_) std::fprintf(stderr, "\r%*s\r", static_cast<int>(what_.size()) + 8, "");
}

void ProgressLine::percent(int value) {
  if (!terminal_) return;
  std::fprintf(stderr, "\r%s: %d %%", what_.c_str(), value);
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace qcdr
