// A practice that is parked, from the record that cannot be folded to the last that was laid back,
// through the real loop on a simulated broker.
#include "cli/dead_letters.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "cli/mended_record.h"
#include "cli/newest_records.h"
#include "cli/released_records.h"
#include "common/chunk_seal.h"
#include "common/event_headers.h"
#include "common/topic_names.h"
#include "ledger/testing_season.h"
#include "rulebook/rulebook.h"
#include "scoring/ledger_fold.h"
#include "stream/loop/loop.h"
#include "stream/loop/partition_state.h"
#include "stream/sim/sim_log.h"
#include "stream/sim/sim_stores.h"
#include "stream/topics.h"

namespace qcdr {
namespace {

using ledger::Season;

constexpr std::uint32_t kYear = 2022;
constexpr std::uint32_t kParked = 1234;
constexpr std::uint32_t kOther = 1235;
const std::string kLetters = stream::dead_letter_topic(kRegistryRecordsTopic);

Generation our_generation() {
  return ledger_generation(rulebook::Rulebook::built_in());
}

class PlainKeys final : public KeyRing {
 public:
  const Key256& token_key() const override { return key_; }
  const Key256& entity_key() const override { return key_; }
  const Key256& tin_key() const override { return key_; }
  Result<DataKey> current_data_key(PracticeId, PerformanceYear) override {
    return DataKey{"k", key_};
  }
  Result<DataKey> data_key(PracticeId, PerformanceYear, const std::string& id) override {
    if (id != "k") return Status(ErrorCode::kFailedPrecondition, "no such key here");
    return DataKey{"k", key_};
  }
  Nonce96 fresh_nonce() override {
    ++nonce_[0];
    return nonce_;
  }

 private:
  Key256 key_{};
  Nonce96 nonce_{};
};

class Watch final : public stream::LoopObserver {
 public:
  void on_stopped(Partition, std::optional<Offset>, const Status& reason) override {
    stops.push_back(reason);
  }
  std::vector<Status> stops;
};

// What outlives a process.
struct World {
  explicit World(std::int32_t partitions = 1) {
    std::vector<stream::TopicDefinition> topics;
    for (const std::string& name :
         {std::string(kRegistryRecordsTopic), kLetters, std::string(kProgressTopic),
          std::string(kFindingsTopic), std::string(kScoreProjectionsTopic),
          std::string(kReadinessTopic), std::string(kUploadsTopic),
          std::string(kEntityContributionsTopic), stream::dead_letter_topic(kUploadsTopic),
          stream::dead_letter_topic(kEntityContributionsTopic)}) {
      stream::TopicDefinition topic;
      topic.name = name;
      topic.partitions = partitions;
      topic.creation_time = name == kRegistryRecordsTopic;
      topics.push_back(topic);
    }
    EXPECT_TRUE(broker.ensure_topics(topics).is_ok());
  }

  void append(std::uint32_t practice, const std::string& value,
              Partition partition = Partition(0)) {
    received = Instant::from_milliseconds(received.milliseconds() + 1000);
    ASSERT_TRUE(broker
                    .append({kRegistryRecordsTopic,
                             partition,
                             practice_key(PracticeId(practice)),
                             value,
                             {},
                             received})
                    .is_ok());
  }
  // By the upload's name alone, whatever came between.
  static std::int64_t receipt_of(const std::string& upload) {
    return Instant::parse("2022-09-01T00:00:00Z").value().milliseconds() +
           std::int64_t{3'600'000} * upload[1];
  }
  // A chunk of one case, and the end of its upload.
  std::string chunk(std::uint32_t practice, const std::string& upload) {
    v1::ChunkRows rows;
    v1::TinEntry* tin = rows.add_tins();
    tin->set_token(std::string(TinToken::kBytes, '\1'));
    tin->set_last_four("6789");
    Season season;
    *rows.add_rows() =
        season.case_row({"case-" + upload, Season::day(6, 1), {{1, 1}}, Season::temperature(true)});
    v1::RegistryRecord record;
    v1::Chunk& made = *record.mutable_chunk();
    made.set_upload_id(upload);
    made.set_practice_id(practice);
    made.set_performance_year(kYear);
    made.set_kind(v1::RECORD_KIND_ANESTHESIA_CASE);
    made.set_row_count(1);
    made.set_received_at(receipt_of(upload));
    EXPECT_TRUE(seal_chunk(keys, rows, &made).is_ok());
    return record.SerializeAsString();
  }
  std::string end_of(std::uint32_t practice, const std::string& upload) {
    v1::RegistryRecord record;
    v1::UploadCompleted& completed = *record.mutable_upload_completed();
    completed.set_upload_id(upload);
    completed.set_practice_id(practice);
    completed.set_performance_year(kYear);
    completed.set_kind(v1::RECORD_KIND_ANESTHESIA_CASE);
    completed.set_row_count(1);
    completed.set_received_at(receipt_of(upload));
    return record.SerializeAsString();
  }
  void upload(std::uint32_t practice, const std::string& id) {
    append(practice, chunk(practice, id));
    append(practice, end_of(practice, id));
  }
  std::vector<stream::Record> read(const std::string& topic) {
    return broker.read(topic, Partition(0), Offset(0), 100'000).value();
  }

  stream::SimWorld calm;
  stream::SimClock clock{Instant::from_milliseconds(1'660'000'000'000)};
  stream::SimBroker broker{calm, clock};
  stream::SimDisk disk;
  PlainKeys keys;
  Instant received = Instant::parse("2022-09-01T00:00:00Z").value();
  const ledger::LedgerRules rules{rulebook::Rulebook::built_in()};
};

stream::LoopOptions loop_options() {
  stream::LoopOptions options;
  options.service = "scoring";
  options.slot = "0";
  options.group = kScoringGroup;
  options.input_topic = kRegistryRecordsTopic;
  options.progress_topic = kProgressTopic;
  options.generation = our_generation();
  return options;
}

// One process. Destroyed without drain(), it died.
struct Process {
  explicit Process(World& world_of) : world(world_of) {}
  ~Process() { process.alive = false; }

  void catch_up() {
    for (int i = 0; i < 500; ++i) {
      const auto outcome = loop.step();
      ASSERT_TRUE(outcome.is_ok()) << outcome.status().to_string();
      world.clock.advance(outcome.value().wait_milliseconds + 1);
      world.broker.tick();
      const auto done = loop.caught_up();
      if (done.is_ok() && done.value()) return;
    }
    FAIL() << "never caught up";
  }
  void drain() { EXPECT_TRUE(loop.drain_and_stop().is_ok()); }

  World& world;
  stream::SimProcess process;
  stream::SimLog log{world.broker, process};
  stream::SimStores stores{world.calm, process, world.disk};
  LedgerFoldFactory folds{world.rules, world.keys};
  Watch watch;
  stream::Loop loop{loop_options(), log, stores, world.clock, folds, stream::no_crash_points(),
                    watch};
};

// Everything folded by a process that then dies, or ends.
void fold(World& world, bool dies = false) {
  Process process(world);
  process.catch_up();
  EXPECT_TRUE(process.watch.stops.empty());
  if (!dies) process.drain();
}

StateDigest digest_of(World& world) {
  stream::SimProcess process;
  stream::SimStores stores(world.calm, process, world.disk);
  const auto store = stores.open(Partition(0), our_generation());
  EXPECT_TRUE(store.is_ok());
  return stream::read_partition_state(*store.value()).value()->digest;
}

StateDigest digest_of_sound_season() {
  World world;
  for (const char* id : {"u1", "u2", "u3"}) {
    world.upload(kParked, std::string(id) + "-parked");
    world.upload(kOther, std::string(id) + "-other");
  }
  fold(world);
  return digest_of(world);
}

Result<std::size_t> release(World& world, const Cure& cure) {
  stream::SimProcess process;
  stream::SimLog log(world.broker, process);
  return DeadLetters(log, true).release(PracticeId(kParked), cure);
}

std::vector<LaidAside> waiting(World& world) {
  stream::SimProcess process;
  stream::SimLog log(world.broker, process);
  return DeadLetters(log, true).waiting_of(PracticeId(kParked)).value();
}

Cure left_out() {
  Cure cure;
  cure.leave_out = true;
  return cure;
}

Cure mended(std::string value) {
  Cure cure;
  cure.mended = std::move(value);
  return cure;
}

std::string broken(const std::string& sound) {
  v1::RegistryRecord record;
  EXPECT_TRUE(record.ParseFromString(sound));
  std::string& sealed = *record.mutable_chunk()->mutable_sealed_rows();
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  return record.SerializeAsString();
}

// The season, with a record that cannot be folded before or, mended, as the second upload's chunk.
void play(World& world, bool in_place_of_the_second, std::string* sound = nullptr) {
  world.upload(kParked, "u1-parked");
  world.upload(kOther, "u1-other");
  const std::string second = world.chunk(kParked, "u2-parked");
  world.append(kParked, broken(second));
  if (sound != nullptr) *sound = second;
  if (!in_place_of_the_second) world.append(kParked, second);
  world.append(kParked, world.end_of(kParked, "u2-parked"));
  world.upload(kOther, "u2-other");
  world.upload(kParked, "u3-parked");
  world.upload(kOther, "u3-other");
}

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

TEST(DeadLetters, AReleaseThatWasToMendAndWasKilledCanStillLeaveOut) {
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

TEST(DeadLetters, ARecordThatAKilledReleaseLeftOutIsNotMendedAnyMore) {
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
TEST(DeadLetters, ARecordThatCameMendedIsNotLeftOutAnyMore) {
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

TEST(DeadLetters, ARecordThatCameMendedBadlyCanBeLeftOut) {
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
TEST(DeadLetters, TheNewestRecordsAreAsReleasesLeftThem) {
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
TEST(DeadLetters, AReleaseThatCannotBeReadIsNoReasonToPassOverTheNext) {
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

TEST(DeadLetters, APracticeThatIsParkedInTwoPartitionsIsReleasedInBoth) {
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
TEST(DeadLetters, AMendedRecordIsLookedAtBeforeItIsOnTheLog) {
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
TEST(DeadLetters, WhatWasWrongMayBeOtherInTheMendedRecord) {
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
TEST(DeadLetters, InPlaceOfWhatCannotBeDecodedComesARecordOfAYearThatHasRules) {
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
}  // namespace qcdr
