#include "cli/crash_at.h"

#include <unistd.h>

#include <charconv>
#include <csignal>

#include "core/status.h"

namespace qcdr {

Result<std::unique_ptr<CrashAt>> CrashAt::parse(const std::string& text) {
  auto crash = std::make_unique<CrashAt>();
  if (text.empty()) return crash;
  const std::size_t colon = text.find(':');
  std::int64_t visits = 1;
  if (colon != std::string::npos) {
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + colon + 1, end, visits);
    if (parsed.ec != std::errc() || parsed.ptr != end || visits < 1) {
      return Status(ErrorCode::kInvalidArgument, "--crash-at takes POINT:N with N from 1");
    }
  }
  if (!stream::crash_point_from_name(text.substr(0, colon), &crash->point_)) {
    std::string known;
    for (std::size_t i = 0; i < stream::kCrashPointCount; ++i) {
      known += (i == 0 ? "" : ", ");
      known += stream::crash_point_name(static_cast<stream::CrashPoint>(i));
    }
    return Status(ErrorCode::kInvalidArgument, "no such crash point; there are " + known);
  }
  crash->armed_ = true;
  crash->left_ = visits;
  return crash;
}

void CrashAt::reached(stream::CrashPoint point) {
  if (!armed_ || point != point_) return;
  if (left_.fetch_sub(1) != 1) return;
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();  // the signal is on its way; nothing must happen any more
}

}  // namespace qcdr
