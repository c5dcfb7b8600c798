// "replaying: 42 %" on standard error, written over itself; only on a terminal.
// Thread-safety: none.
#pragma once

#include <string>

namespace qcdr {

class ProgressLine {
 public:
  explicit ProgressLine(std::string what);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  void percent(int value);

 private:
  std::string what_;
  bool shown_ = false;
  bool terminal_;
};

}  // namespace qcdr
