// Releases of a parked practice that were killed, came twice, with another cure or with bytes that
// cannot be there; and what a copy of the log and the doctor make of them.
#include <gtest/gtest.h>

#include <functional>

#include "cli/mended_record.h"
#include "cli/newest_records.h"
#include "cli/parked_season.h"
#include "cli/released_records.h"

namespace qcdr::parked_season {
namespace {

// What a command leaves that was killed after its first record, in the world in which play() was
// folded: taken from another world of the same kind.
stream::OutputRecord first_of_release(bool in_place_of_the_second, const Cure& cure) {
  World world;
  play(world, in_place_of_the_second);
  fold(world);
  const std::size_t before = world.read(kRegistryRecordsTopic).size();
  EXPECT_TRUE(release(world, cure).is_ok());
  const stream::Record first = world.read(kRegistryRecordsTopic).at(before);
  return {first.topic, first.partition, first.key, first.value, first.headers, first.timestamp};
}

// What stands for the poison in a copy of the log.
std::optional<std::string> copied_poison(World& world) {
  stream::SimProcess process;
  stream::SimLog log(world.broker, process);
  const auto view = LogView::over(log);
  EXPECT_TRUE(view.is_ok());
  constexpr std::size_t kPoisonAt = 4;
  return ReleasedRecords::open(*view.value())
      .value()
      .value_of(world.read(kRegistryRecordsTopic).at(kPoisonAt));
}

TEST(PracticeRelease, AReleaseThatWasToMendAndWasKilledCanStillLeaveOut) {
  World world;
  std::string sound;
  play(world, false, &sound);
  fold(world);
  ASSERT_TRUE(world.broker.append(first_of_release(false, mended(sound))).is_ok());
  fold(world, true);
  EXPECT_EQ(waiting(world).size(), 5u);
  EXPECT_EQ(release(world, left_out()).value(), 4u);
  fold(world);
  EXPECT_TRUE(waiting(world).empty());
  EXPECT_EQ(digest_of(world), digest_of_sound_season());
  EXPECT_FALSE(copied_poison(world).has_value());
}

TEST(PracticeRelease, ARecordThatAKilledReleaseLeftOutIsNotMendedAnyMore) {
  World world;
  std::string sound;
  play(world, false, &sound);
  fold(world);
  ASSERT_TRUE(world.broker.append(first_of_release(false, left_out())).is_ok());
  fold(world);
  EXPECT_EQ(release(world, mended(sound)).status().code(), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(waiting(world).size(), 5u);
  EXPECT_EQ(release(world, left_out()).value(), 4u);
  fold(world);
  EXPECT_EQ(digest_of(world), digest_of_sound_season());
}

// The mended record is on the log and folded, and its letter was not marked.
TEST(PracticeRelease, ARecordThatCameMendedIsNotLeftOutAnyMore) {
  World world;
  std::string sound;
  play(world, true, &sound);
  fold(world);
  const LaidAside poison = waiting(world).front();
  ASSERT_TRUE(world.broker.append(first_of_release(true, mended(sound))).is_ok());
  stream::OutputRecord record = lay_back(poison.letter, true).value();
  record.value = sound;
  ASSERT_TRUE(world.broker.append(record).is_ok());
  fold(world);
  EXPECT_EQ(release(world, left_out()).status().code(), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(release(world, mended(broken(sound))).status().code(), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(release(world, mended(sound)).value(), 4u);
  // Whoever leaves it out all the same changes nothing.
  ASSERT_TRUE(world.broker.append(first_of_release(true, left_out())).is_ok());
  fold(world);
  EXPECT_TRUE(waiting(world).empty());
  EXPECT_EQ(digest_of(world), digest_of_sound_season());
  EXPECT_EQ(copied_poison(world), sound);
}

TEST(PracticeRelease, ARecordThatCameMendedBadlyCanBeLeftOut) {
  World world;
  std::string sound;
  play(world, false, &sound);
  fold(world);
  EXPECT_EQ(release(world, mended(broken(sound))).value(), 5u);
  fold(world);
  EXPECT_EQ(release(world, left_out()).value(), 4u);
  fold(world);
  EXPECT_EQ(digest_of(world), digest_of_sound_season());
  EXPECT_FALSE(copied_poison(world).has_value());
}

NewestRecords newest_of(World& world) {
  stream::SimProcess process;
  stream::SimLog log(world.broker, process);
  return read_newest_records(*LogView::over(log).value(), 1000).value();
}

// What the doctor looks at.
TEST(PracticeRelease, TheNewestRecordsAreAsReleasesLeftThem) {
  World world;
  world.upload(kParked, "u1-parked");
  const std::string sound = world.chunk(kParked, "u2-parked");
  world.append(kParked, broken(sound));
  fold(world);
  const auto rows_open = [&] {
    v1::ChunkRows rows;
    return ChunkOpener(world.keys).open(newest_of(world).chunks.at(0), &rows).is_ok();
  };
  EXPECT_FALSE(rows_open());
  EXPECT_TRUE(release(world, left_out()).is_ok());
  fold(world);
  EXPECT_TRUE(rows_open());
  EXPECT_EQ(newest_of(world).chunks.at(0).upload_id(), "u1-parked");
  world.append(kParked, broken(sound));
  world.append(kParked, "\xff\xff");
  fold(world);
  EXPECT_FALSE(rows_open());
  EXPECT_EQ(newest_of(world).undecodable, 1u);
  EXPECT_TRUE(release(world, mended(sound)).is_ok());
  fold(world);
  EXPECT_TRUE(rows_open());
  EXPECT_EQ(newest_of(world).chunks.at(0).upload_id(), "u2-parked");
  EXPECT_EQ(newest_of(world).undecodable, 1u);
  EXPECT_TRUE(release(world, left_out()).is_ok());
  fold(world);
  EXPECT_EQ(newest_of(world).undecodable, 0u);
}

// An event that cannot be read did not happen.
TEST(PracticeRelease, AReleaseThatCannotBeReadIsNoReasonToPassOverTheNext) {
  World world;
  play(world, false);
  fold(world);
  stream::OutputRecord garbled = first_of_release(false, left_out());
  garbled.key = "";
  garbled.value = "\xff\xff no record";
  ASSERT_TRUE(world.broker.append(garbled).is_ok());
  fold(world, true);
  EXPECT_EQ(release(world, left_out()).value(), 4u);
  fold(world);
  EXPECT_TRUE(waiting(world).empty());
  EXPECT_EQ(digest_of(world), digest_of_sound_season());
}

TEST(PracticeRelease, APracticeThatIsParkedInTwoPartitionsIsReleasedInBoth) {
  World world(2);
  const Partition second(1);
  world.append(kOther, world.chunk(kOther, "u1-other"), second);  // another offset there
  for (const Partition partition : {Partition(0), second}) {
    world.append(kParked, broken(world.chunk(kParked, "bad")), partition);
    world.append(kParked, world.chunk(kParked, "u1-parked"), partition);
  }
  fold(world);
  ASSERT_EQ(waiting(world).size(), 4u);
  for (const std::size_t left : {2u, 0u}) {
    EXPECT_EQ(release(world, left_out()).value(), 1u);
    fold(world);
    EXPECT_EQ(waiting(world).size(), left);
  }
}

// What would stop the partition never gets on the log.
TEST(PracticeRelease, AMendedRecordIsLookedAtBeforeItIsOnTheLog) {
  World world;
  std::string sound;
  play(world, true, &sound);
  fold(world);
  const std::size_t before = world.read(kRegistryRecordsTopic).size();
  const auto code_of = [&](const std::function<void(v1::RegistryRecord&)>& change) {
    v1::RegistryRecord record;
    EXPECT_TRUE(record.ParseFromString(sound));
    change(record);
    return release(world, mended(record.SerializeAsString())).status().code();
  };
  EXPECT_EQ(release(world, mended("\xff\xff")).status().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(release(world, mended("")).status().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(release(world, mended(world.end_of(kParked, "u2-parked"))).status().code(),
            ErrorCode::kInvalidArgument);
  const std::vector<std::function<void(v1::RegistryRecord&)>> changes = {
      [](auto& record) { record.mutable_chunk()->set_kind(static_cast<v1::RecordKind>(99)); },
      [](auto& record) { record.mutable_chunk()->set_kind(v1::RECORD_KIND_OPT_OUT); },
      [](auto& record) { record.mutable_chunk()->set_practice_id(kOther); },
      [](auto& record) { record.mutable_chunk()->set_performance_year(kYear + 1); },
      [](auto& record) { record.mutable_chunk()->set_upload_id("u3-parked"); },
      [](auto& record) { record.mutable_chunk()->set_key_id("another"); },
      [](auto& record) { record.mutable_chunk()->clear_key_id(); },
  };
  for (const auto& change : changes) EXPECT_EQ(code_of(change), ErrorCode::kInvalidArgument);
  EXPECT_EQ(world.read(kRegistryRecordsTopic).size(), before);
  EXPECT_EQ(code_of([](auto&) {}), ErrorCode::kOk);
}

// What was wrong may be mended: the kind that contradicts the upload, the key that is none.
TEST(PracticeRelease, WhatWasWrongMayBeOtherInTheMendedRecord) {
  World world;
  world.append(kParked, world.chunk(kParked, "u1-parked"));
  const std::string end = world.end_of(kParked, "u1-parked");
  v1::RegistryRecord record;
  ASSERT_TRUE(record.ParseFromString(end));
  record.mutable_upload_completed()->set_kind(v1::RECORD_KIND_OPT_OUT);
  world.append(kParked, record.SerializeAsString());
  fold(world);
  ASSERT_EQ(waiting(world).size(), 1u);
  EXPECT_EQ(release(world, mended(end)).value(), 1u);
  fold(world);
  EXPECT_TRUE(waiting(world).empty());

  ASSERT_TRUE(record.ParseFromString(world.chunk(kParked, "u2-parked")));
  LaidAside poison;
  poison.was.parked = ledger::ParkedPlace{PracticeId(kParked), Offset(7), 0};
  record.mutable_chunk()->set_key_id("0123456789abcdef");
  const std::string sound = record.SerializeAsString();
  poison.letter.value = sound;
  EXPECT_TRUE(check_mended(poison, sound).is_ok());
  record.mutable_chunk()->clear_key_id();
  poison.letter.value = record.SerializeAsString();
  EXPECT_TRUE(check_mended(poison, sound).is_ok());
  record.mutable_chunk()->set_key_id("0123456789abcde0");
  poison.letter.value = record.SerializeAsString();
  EXPECT_FALSE(check_mended(poison, sound).is_ok());
}

// Of an original that cannot be decoded only the practice is known.
TEST(PracticeRelease, InPlaceOfWhatCannotBeDecodedComesARecordOfAYearThatHasRules) {
  World world;
  world.append(kParked, "\xff\xff");
  fold(world);
  v1::RegistryRecord record;
  ASSERT_TRUE(record.ParseFromString(world.chunk(kParked, "u1-parked")));
  record.mutable_chunk()->set_performance_year(1999);
  EXPECT_EQ(release(world, mended(record.SerializeAsString())).status().code(),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(release(world, mended(world.chunk(kParked, "u1-parked"))).value(), 1u);
  fold(world);
  EXPECT_TRUE(waiting(world).empty());
}

}  // namespace
}  // namespace qcdr::parked_season
