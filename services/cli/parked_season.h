// For tests of what is laid aside: a season in which a record cannot be folded, through the real
// loop on a simulated broker, by processes that end or die.
#pragma once

#include <gtest/gtest.h>

#include "cli/dead_letters.h"
#include "common/chunk_seal.h"
#include "common/topic_names.h"
#include "ledger/testing_season.h"
#include "rulebook/rulebook.h"
#include "scoring/ledger_fold.h"
#include "stream/loop/loop.h"
#include "stream/loop/partition_state.h"
#include "stream/sim/sim_log.h"
#include "stream/sim/sim_stores.h"
#include "stream/topics.h"

namespace qcdr::parked_season {

using ledger::Season;

inline constexpr std::uint32_t kYear = 2022;
inline constexpr std::uint32_t kParked = 1234;
inline constexpr std::uint32_t kOther = 1235;
inline const std::string kLetters = stream::dead_letter_topic(kRegistryRecordsTopic);

inline Generation our_generation() {
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
          stream::dead_letter_topic(kEntityContributionsTopic), std::string(kNoticesTopic),
          std::string(kAuditTopic), stream::dead_letter_topic(kNoticesTopic)}) {
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

inline stream::LoopOptions loop_options() {
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
inline void fold(World& world, bool dies = false) {
  Process process(world);
  process.catch_up();
  EXPECT_TRUE(process.watch.stops.empty());
  if (!dies) process.drain();
}

inline StateDigest digest_of(World& world) {
  stream::SimProcess process;
  stream::SimStores stores(world.calm, process, world.disk);
  const auto store = stores.open(Partition(0), our_generation());
  EXPECT_TRUE(store.is_ok());
  return stream::read_partition_state(*store.value()).value()->digest;
}

inline StateDigest digest_of_sound_season() {
  World world;
  for (const char* id : {"u1", "u2", "u3"}) {
    world.upload(kParked, std::string(id) + "-parked");
    world.upload(kOther, std::string(id) + "-other");
  }
  fold(world);
  return digest_of(world);
}

inline Result<std::size_t> release(World& world, const Cure& cure) {
  stream::SimProcess process;
  stream::SimLog log(world.broker, process);
  return DeadLetters(log, true).release(PracticeId(kParked), cure);
}

inline std::vector<LaidAside> waiting(World& world) {
  stream::SimProcess process;
  stream::SimLog log(world.broker, process);
  return DeadLetters(log, true).waiting_of(PracticeId(kParked)).value();
}

inline Cure left_out() {
  Cure cure;
  cure.leave_out = true;
  return cure;
}

inline Cure mended(std::string value) {
  Cure cure;
  cure.mended = std::move(value);
  return cure;
}

inline std::string broken(const std::string& sound) {
  v1::RegistryRecord record;
  EXPECT_TRUE(record.ParseFromString(sound));
  std::string& sealed = *record.mutable_chunk()->mutable_sealed_rows();
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  return record.SerializeAsString();
}

// The season, with a record that cannot be folded before or, mended, as the second upload's chunk.
inline void play(World& world, bool in_place_of_the_second, std::string* sound = nullptr) {
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

}  // namespace qcdr::parked_season
