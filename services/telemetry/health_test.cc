#include "telemetry/health.h"

#include <gtest/gtest.h>

namespace qcdr {
namespace {

TEST(Health, AliveWhileTheMainThreadIsHeardOf) {
  const Health::Time start{};
  Health health(start);
  EXPECT_TRUE(health.alive(false, start + kSilenceMax / 2).good);
  EXPECT_FALSE(health.alive(false, start + kSilenceMax).good);
  health.beat(start + kSilenceMax);
  EXPECT_TRUE(health.alive(false, start + kSilenceMax).good);
}

TEST(Health, ReadySaysWhatIsWrong) {
  Health health;
  health.set("partitions", "2 replay");
  health.set("log", "");
  EXPECT_FALSE(health.ready(false).good);
  EXPECT_EQ(health.ready(false).text, "[-]partitions: 2 replay\nreadyz check failed\n");
  EXPECT_EQ(health.ready(true).text, "[+]log ok\n[-]partitions: 2 replay\nreadyz check failed\n");
  EXPECT_TRUE(health.ready(true, {"partitions"}).good);
  health.set("partitions", "");
  EXPECT_TRUE(health.ready(false).good);
  EXPECT_EQ(health.ready(false).text, "readyz check passed\n");
}

TEST(Health, StartedOnceIsStartedForGood) {
  Health health;
  health.set("partitions", "1 replays");
  EXPECT_FALSE(health.started(false).good);
  health.set("partitions", "");
  EXPECT_TRUE(health.started(false).good);
  health.set("partitions", "1 replays");
  EXPECT_TRUE(health.started(true).good);
  EXPECT_FALSE(health.ready(false).good);
}

}  // namespace
}  // namespace qcdr
