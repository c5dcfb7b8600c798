// Stops calling a service that does not work, and tries it with one call now and then.
//
// Closed: calls go through. After `failures_max` failures in a row it opens: no call for
// `open_milliseconds`. Then half open: one call; if it works the breaker closes, else it opens
// again. A failure is an answer that says nothing about the document: none at all, or a fault of
// the server. Thread-safety: none. It has no clock: milliseconds of one that only goes forward are
// given.
#pragma once

#include <cstdint>

namespace qcdr::submission {

struct BreakerLimits {
  std::int64_t failures_max = 0;  // at least 1
  std::int64_t open_milliseconds = 0;
};

class Breaker {
 public:
  enum class State : std::uint8_t { kClosed, kOpen, kHalfOpen };

  explicit Breaker(BreakerLimits limits);
  State state(std::int64_t now_milliseconds) const;
  // How long to wait until a call may begin; 0: now. In half open, with a trial under way, the time
  // after which the trial counts as lost.
  std::int64_t wait_milliseconds(std::int64_t now_milliseconds) const;
  // A call begins; asserts that it may.
  void begin(std::int64_t now_milliseconds);
  void worked();
  void failed(std::int64_t now_milliseconds);

 private:
  const BreakerLimits limits_;
  std::int64_t failures_ = 0;
  std::int64_t open_until_milliseconds_ = 0;
  bool open_ = false;
};

}  // namespace qcdr::submission
