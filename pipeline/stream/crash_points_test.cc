#include "stream/crash_points.h"

#include <gtest/gtest.h>

#include <set>

namespace qcdr::stream {
namespace {

TEST(CrashPoints, EveryNameIsUniqueAndLeadsBack) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kCrashPointCount; ++i) {
    const auto point = static_cast<CrashPoint>(i);
    const std::string_view name = crash_point_name(point);
    EXPECT_TRUE(names.insert(name).second) << name;
    CrashPoint found{};
    ASSERT_TRUE(crash_point_from_name(name, &found)) << name;
    EXPECT_EQ(found, point);
  }
}

TEST(CrashPoints, NamesStandForWhatTheySay) {
  EXPECT_EQ(crash_point_name(CrashPoint::kIngestBlobWritten), "ingest-blob-written");
  EXPECT_EQ(crash_point_name(CrashPoint::kLoopCommitted), "loop-committed");
  EXPECT_EQ(crash_point_name(CrashPoint::kStoreAfterWrite), "store-after-write");
  EXPECT_EQ(crash_point_name(CrashPoint::kLogFrameSynced), "log-frame-synced");
}

TEST(CrashPoints, UnknownNameIsRefused) {
  CrashPoint point = CrashPoint::kLoopPolled;
  EXPECT_FALSE(crash_point_from_name("loop-nowhere", &point));
  EXPECT_FALSE(crash_point_from_name("", &point));
  EXPECT_EQ(point, CrashPoint::kLoopPolled);
}

TEST(CrashPoints, NoneDoesNothing) {
  no_crash_points().reached(CrashPoint::kLoopPolled);
}

}  // namespace
}  // namespace qcdr::stream
