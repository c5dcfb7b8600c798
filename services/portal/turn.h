// One of a limited number, as long as it is held. Thread-safety: the counter is shared by threads;
// a turn belongs to one. Lifetime: the counter outlives it.
#pragma once

#include <atomic>

namespace qcdr {

class Turn {
 public:
  Turn(std::atomic<int>& busy, int most) : busy_(busy), mine_(++busy <= most) {}
  ~Turn() { --busy_; }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  bool mine() const { return mine_; }

 private:
  std::atomic<int>& busy_;
  bool mine_;
};

}  // namespace qcdr
