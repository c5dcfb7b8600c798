// Other rules on a running log: everything is said again, once, and a replay makes the same of it.
#include <gtest/gtest.h>

#include "stream/loop/loop_rig.h"

namespace qcdr::stream {
namespace {

// Factors of the counting fold's scores under two rulebooks.
constexpr std::int64_t kOld = 1;
constexpr std::int64_t kNew = 10;

struct Season {
  Season() {
    rig.options.rules = "old";
    for (int i = 0; i < 4; ++i) rig.append("key" + std::to_string(i), std::to_string(i + 1));
  }

  void run(const std::string& rules, std::int64_t factor, bool drain) {
    rig.options.rules = rules;
    LoopProcess process(rig, factor);
    process.catch_up();
    EXPECT_TRUE(process.observer.stops.empty());
    EXPECT_EQ(process.observer.mismatches, 0);
    compared = process.observer.compared;
    replayed = process.observer.replayed;
    if (drain) {
      EXPECT_TRUE(process.loop.drain_and_stop().is_ok());
    }
  }
  std::vector<std::string> versions_since(std::size_t from) {
    std::vector<std::string> versions;
    const std::vector<Record> outputs = rig.read("outputs");
    for (std::size_t i = from; i < outputs.size(); ++i) {
      versions.push_back(outputs[i].key + " " + std::string(outputs[i].header("version")) + " " +
                         outputs[i].value->substr(outputs[i].value->find("score=")));
    }
    return versions;
  }

  Rig rig;
  std::size_t compared = 0;
  std::size_t replayed = 0;
};

using Versions = std::vector<std::string>;

TEST(LoopRulesTest, TheFirstRecordUnderOtherRulesSaysEverythingAgain) {
  Season season;
  season.run("old", kOld, true);
  ASSERT_EQ(season.rig.read("outputs").size(), 4U);
  season.run("new", kNew, true);  // no record, no word
  ASSERT_EQ(season.rig.read("outputs").size(), 4U);
  season.rig.append("key1", "6");
  season.run("new", kNew, true);
  EXPECT_EQ(season.versions_since(4), (Versions{"key0 1.4.0 score=10", "key1 1.4.1 score=80",
                                                "key2 1.4.2 score=30", "key3 1.4.3 score=40"}));
  season.rig.append("key2", "1");
  season.run("new", kNew, true);
  EXPECT_EQ(season.versions_since(8), (Versions{"key2 1.5.0 score=40"}));
}

TEST(LoopRulesTest, ABatchByOtherRulesIsReplayedUncompared) {
  Season season;
  season.run("old", kOld, false);  // dies before anything is frozen
  season.rig.append("key1", "6");
  season.run("new", kNew, false);
  EXPECT_EQ(season.replayed, 4U);
  EXPECT_EQ(season.compared, 0U);
  EXPECT_EQ(season.versions_since(4).size(), 4U);
}

TEST(LoopRulesTest, AReplaySaysEverythingAgainWhereItWasSaid) {
  Season season;
  season.run("old", kOld, false);
  season.rig.append("key1", "6");
  season.run("new", kNew, false);
  season.rig.append("key3", "6");
  season.run("new", kNew, false);  // replays both, and compares its own
  EXPECT_EQ(season.replayed, 5U);
  EXPECT_EQ(season.compared, 1U);
  EXPECT_EQ(season.versions_since(8), (Versions{"key3 1.5.0 score=100"}));
}

TEST(LoopRulesTest, BackToTheRulesBeforeIsAnotherChange) {
  Season season;
  season.run("old", kOld, true);
  season.rig.append("key1", "6");
  season.run("new", kNew, true);
  season.rig.append("key1", "1");
  season.run("old", kOld, true);
  EXPECT_EQ(season.versions_since(8), (Versions{"key0 1.5.0 score=1", "key1 1.5.1 score=9",
                                                "key2 1.5.2 score=3", "key3 1.5.3 score=4"}));
}

TEST(LoopRulesTest, AStateThatWasElsewhereMeanwhileFollowsTheMarkers) {
  Season season;
  season.run("old", kOld, true);
  const SimDisk before = season.rig.disk;
  season.rig.append("key1", "6");
  season.run("new", kNew, true);
  season.rig.disk = before;  // the old instance takes the partition over again
  season.rig.append("key1", "1");
  season.run("old", kOld, true);
  EXPECT_EQ(season.compared, 0U);
  EXPECT_EQ(season.versions_since(8).size(), 4U);
}

TEST(LoopRulesTest, ANewGenerationIsRebuiltAndSaysEverythingAgain) {
  Season season;
  season.run("old", kOld, true);
  season.rig.options.generation = Generation(2);
  season.rig.append("key9", "1");
  season.run("old", kOld, true);
  EXPECT_EQ(season.replayed, 4U);
  EXPECT_EQ(season.versions_since(4),
            (Versions{"key0 2.4.0 score=2", "key1 2.4.1 score=4", "key2 2.4.2 score=6",
                      "key3 2.4.3 score=8", "key9 2.4.4 score=2"}));
}

TEST(LoopRulesTest, AnEmptyPartitionHasNothingToSayAgain) {
  Season season;
  season.run("old", kOld, true);
  EXPECT_EQ(season.versions_since(0).size(), 4U);
}

}  // namespace
}  // namespace qcdr::stream
