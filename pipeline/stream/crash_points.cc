#include "stream/crash_points.h"

#include "core/assert.h"

namespace qcdr::stream {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, kCrashPointCount> kNames = {
    "ingest-blob-written",
    "ingest-upload-appended",
    "validation-chunk-appended",
    "validation-completed",
    "loop-polled",
    "loop-folded",
    "loop-produced",
    "loop-committed",
    "loop-frozen",
    "loop-submitted",
    "store-before-write",
    "store-after-write",
    "log-frame-half-written",
    "log-frame-written",
    "log-frame-synced",
    "submission-intent-on-log",
    "submission-intent-in-store",
    "submission-request-sent",
    "submission-answered",
    "submission-sent-on-log",
    "submission-sent-in-store",
    "submission-outcome-on-log",
    "submission-outcome-in-store",
};

class NoCrashPoints : public CrashPoints {
 public:
  void reached(CrashPoint) override {}
};

}  // namespace

std::string_view crash_point_name(CrashPoint point) {
  const auto index = static_cast<std::size_t>(point);
  QCDR_ASSERT(index < kNames.size());
  return kNames[index];
}

bool crash_point_from_name(std::string_view name, CrashPoint* point) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] != name) continue;
    *point = static_cast<CrashPoint>(i);
    return true;
  }
  return false;
}

CrashPoints& no_crash_points() {
  static NoCrashPoints none;
  return none;
}

}  // namespace qcdr::stream
