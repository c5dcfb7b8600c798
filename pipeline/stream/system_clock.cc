#include "stream/system_clock.h"

#include <chrono>

namespace qcdr::stream {
namespace {

template <class SomeClock>
std::int64_t milliseconds_of() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(SomeClock::now().time_since_epoch())
      .count();
}

}  // namespace

Instant SystemClock::now() {
  return Instant::from_milliseconds(milliseconds_of<std::chrono::system_clock>());
}

std::int64_t SystemClock::monotonic_milliseconds() {
  return milliseconds_of<std::chrono::steady_clock>();
}

}  // namespace qcdr::stream
