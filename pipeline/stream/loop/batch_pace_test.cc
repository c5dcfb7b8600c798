#include "stream/loop/batch_pace.h"

#include <gtest/gtest.h>

namespace qcdr::stream {
namespace {

TEST(BatchPaceTest, StaysShortWhileThePartitionKeepsUp) {
  LoopOptions options;
  BatchPace pace(options);
  EXPECT_EQ(pace.milliseconds(), 1);
  for (int batch = 0; batch < 20; ++batch) pace.after_batch(false);
  EXPECT_EQ(pace.milliseconds(), 10);
  pace.idle();
  EXPECT_EQ(pace.milliseconds(), 1);
}

TEST(BatchPaceTest, GrowsUnderBacklogAndComesBack) {
  LoopOptions options;
  BatchPace pace(options);
  for (int batch = 0; batch < 20; ++batch) pace.after_batch(true);
  EXPECT_EQ(pace.milliseconds(), 250);
  pace.after_batch(false);
  EXPECT_EQ(pace.milliseconds(), 125);
  for (int batch = 0; batch < 20; ++batch) pace.after_batch(false);
  EXPECT_EQ(pace.milliseconds(), 10);
}

}  // namespace
}  // namespace qcdr::stream
