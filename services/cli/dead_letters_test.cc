// A practice that is parked, from the record that cannot be folded to the last that was laid back,
// through the real loop on a simulated broker.
#include "cli/dead_letters.h"

#include <gtest/gtest.h>

#include <set>

#include "cli/parked_season.h"

namespace qcdr::parked_season {
namespace {

TEST(DeadLetters, OneParkedPracticeDoesNotHoldTheOthersUp) {
  World world;
  play(world, false);
  fold(world);
  const std::vector<LaidAside> letters = waiting(world);
  ASSERT_EQ(letters.size(), 5u);  // the one, the second upload, the third
  for (std::size_t i = 0; i < letters.size(); ++i) {
    EXPECT_EQ(letters[i].was.parked->number, i);
    EXPECT_EQ(letters[i].was.parked->practice, PracticeId(kParked));
    EXPECT_EQ(letters[i].was.poison, i == 0);
    EXPECT_EQ(letters[i].was.why, i == 0 ? "rows of a chunk do not open" : "parked");
    EXPECT_EQ(letters[i].letter.key, std::to_string(kParked));
    EXPECT_FALSE(letters[i].letter.header("ce_id").empty());
    EXPECT_FALSE(letters[i].letter.header("version").empty());
  }
  EXPECT_EQ(letters[1].letter.header("__connect.errors.exception.class.name"), "parked");
  std::set<std::string> finished;
  for (const stream::Record& record : world.read(kFindingsTopic)) {
    if (record.key == std::to_string(kOther)) finished.insert(std::string(record.header("ce_id")));
  }
  EXPECT_GE(finished.size(), 3u);
  EXPECT_FALSE(digest_of(world) == digest_of_sound_season());
}

TEST(DeadLetters, ReleasedWithoutThePoisonItIsTheSeasonThatNeverHadIt) {
  World world;
  play(world, false);
  fold(world, true);
  EXPECT_EQ(release(world, left_out()).value(), 4u);
  fold(world, true);
  EXPECT_TRUE(waiting(world).empty());
  world.clock.advance(1000);
  fold(world);
  EXPECT_EQ(digest_of(world), digest_of_sound_season());
}

TEST(DeadLetters, ReleasedWithTheMendedRecordInItsPlaceItIsTheSoundSeason) {
  World world;
  std::string sound;
  play(world, true, &sound);
  fold(world);
  EXPECT_EQ(release(world, mended(broken(sound))).value(), 4u);  // mended badly
  fold(world);
  ASSERT_EQ(waiting(world).size(), 4u);  // parked again with it
  EXPECT_TRUE(waiting(world).front().was.poison);
  EXPECT_EQ(release(world, mended(sound)).value(), 4u);
  fold(world);
  EXPECT_TRUE(waiting(world).empty());
  EXPECT_EQ(digest_of(world), digest_of_sound_season());
}

TEST(DeadLetters, WhatComesWhileOthersAreLaidBackWaitsBehindThem) {
  World world;
  world.upload(kParked, "u1-parked");
  world.append(kParked, broken(world.chunk(kParked, "bad")));
  world.upload(kParked, "u2-parked");
  fold(world);
  EXPECT_EQ(release(world, left_out()).value(), 2u);
  // The fold has not seen any of it, and more comes.
  for (const char* id : {"u1-other", "u2-other"}) world.upload(kOther, id);
  fold(world);
  // Now it is not parked any more: what comes is folded at once.
  EXPECT_TRUE(waiting(world).empty());
  world.append(kParked, broken(world.chunk(kParked, "bad-again")));
  world.append(kParked, world.chunk(kParked, "u3-parked"));
  fold(world);
  ASSERT_EQ(waiting(world).size(), 2u);
  // Released twice, with a record that the fold sees between.
  stream::SimProcess process;
  stream::SimLog log(world.broker, process);
  DeadLetters letters(log, true);
  world.append(kParked, world.end_of(kParked, "u3-parked"));
  EXPECT_EQ(letters.release(PracticeId(kParked), left_out()).value(), 1u);
  world.upload(kOther, "u3-other");
  fold(world);
  ASSERT_EQ(waiting(world).size(), 1u);
  EXPECT_FALSE(waiting(world).front().was.poison);
  EXPECT_EQ(release(world, Cure()).value(), 1u);
  fold(world);
  EXPECT_TRUE(waiting(world).empty());
  EXPECT_EQ(digest_of(world), digest_of_sound_season());
}

// What a crash of the command leaves: everything is on the topic, and nothing is marked.
TEST(DeadLetters, LaidBackTwiceItIsFoldedOnce) {
  World world;
  play(world, false);
  fold(world);
  const std::vector<LaidAside> letters = waiting(world);
  EXPECT_EQ(release(world, left_out()).value(), 4u);
  for (const LaidAside& letter : letters) {
    ASSERT_TRUE(world.broker.append(lay_back(letter.letter, true).value()).is_ok());
  }
  fold(world);
  EXPECT_TRUE(waiting(world).empty());
  EXPECT_EQ(digest_of(world), digest_of_sound_season());
}

TEST(DeadLetters, ThePoisonLaidBackTwiceIsStillThePoison) {
  World world;
  std::string sound;
  play(world, true, &sound);
  fold(world);
  const LaidAside poison = waiting(world).front();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(world.broker.append(lay_back(poison.letter, true).value()).is_ok());
  }
  fold(world);
  ASSERT_EQ(waiting(world).size(), 4u);
  EXPECT_TRUE(waiting(world).front().was.poison);
  EXPECT_EQ(release(world, mended(sound)).value(), 4u);
  fold(world);
  EXPECT_EQ(digest_of(world), digest_of_sound_season());
}

TEST(DeadLetters, EveryLetterIsThereOnceWhateverDies) {
  World world;
  const auto both = [&](const std::string& id) {
    world.upload(kParked, id + "-parked");
    world.upload(kOther, id + "-other");
    fold(world, true);  // nothing of its state is written
    world.clock.advance(10'000);
  };
  both("u1");
  world.append(kParked, broken(world.chunk(kParked, "bad")));
  both("u2");
  both("u3");
  std::set<std::string> ids;
  for (const stream::Record& letter : world.read(kLetters)) {
    EXPECT_TRUE(ids.insert(std::string(letter.header("ce_id"))).second);
  }
  EXPECT_EQ(ids.size(), 5u);
  EXPECT_EQ(release(world, left_out()).value(), 4u);
  fold(world);
  EXPECT_EQ(digest_of(world), digest_of_sound_season());
  // From nothing: the same state, and nothing is sent again.
  const std::size_t sent = world.read(kLetters).size();
  world.disk = stream::SimDisk();
  fold(world);
  EXPECT_EQ(digest_of(world), digest_of_sound_season());
  EXPECT_EQ(world.read(kLetters).size(), sent);
}

TEST(DeadLetters, SaysWhatIsWrongWithARelease) {
  World world;
  EXPECT_EQ(release(world, left_out()).status().code(), ErrorCode::kNotFound);
  play(world, false);
  fold(world);
  EXPECT_EQ(release(world, Cure()).status().code(), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(waiting(world).size(), 5u);
}

// A key that is missing may come: nobody's records are laid aside for that.
TEST(DeadLetters, AMissingKeyStopsThePartitionAndParksNobody) {
  World world;
  world.upload(kParked, "u1-parked");
  v1::RegistryRecord record;
  ASSERT_TRUE(record.ParseFromString(world.chunk(kParked, "u2-parked")));
  record.mutable_chunk()->set_key_id("another");
  world.append(kParked, record.SerializeAsString());
  Process process(world);
  process.catch_up();
  ASSERT_EQ(process.watch.stops.size(), 1u);
  EXPECT_EQ(process.watch.stops.front().code(), ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(world.read(kLetters).empty());
}

}  // namespace
}  // namespace qcdr::parked_season
