// How long something may still wait.
// Thread-safety: a value.
#pragma once

#include <algorithm>
#include <chrono>

namespace qcdr::stream::kafka {

class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds wait)
      : end_(std::chrono::steady_clock::now() + wait) {}
  bool passed() const { return std::chrono::steady_clock::now() >= end_; }
  // Milliseconds left, as librdkafka takes them: never negative, which would mean for ever. One
  // that has begun counts whole, or whoever waits to the end would ask without pause in its last
  // one.
  int remaining() const {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
  }
  int remaining(int at_most) const { return std::min(remaining(), at_most); }

 private:
  std::chrono::steady_clock::time_point end_;
};

}  // namespace qcdr::stream::kafka
