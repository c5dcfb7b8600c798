// Both stages of scoring on a simulated broker, with the real loops between them: for tests.
// Thread-safety: none. Lifetime: a World outlives its processes.
#pragma once

#include <gtest/gtest.h>

#include "common/sealed_rows.h"
#include "common/topic_names.h"
#include "ledger/standing_reader.h"
#include "ledger/testing_season.h"
#include "qcdr/v1/contribution.pb.h"
#include "rulebook/rulebook.h"
#include "scoring/entity_fold.h"
#include "scoring/ledger_fold.h"
#include "stream/loop/loop.h"
#include "stream/loop/partition_state.h"
#include "stream/sim/sim_log.h"
#include "stream/sim/sim_stores.h"

namespace qcdr {

using ledger::EntityLevel;
using ledger::Season;
using stream::SimDisk;

inline Generation our_generation() {
  return ledger_generation(rulebook::Rulebook::built_in());
}

inline constexpr std::int32_t kYear = 2022;
inline constexpr std::uint32_t kFirst = 1234;
inline constexpr std::uint32_t kSecond = 1235;

class PlainKeys final : public KeyRing {
 public:
  const Key256& token_key() const override { return key_; }
  const Key256& entity_key() const override { return key_; }
  const Key256& tin_key() const override { return key_; }
  Result<DataKey> current_data_key(PracticeId, PerformanceYear) override {
    return DataKey{"k", key_};
  }
  Result<DataKey> data_key(PracticeId, PerformanceYear, const std::string&) override {
    return DataKey{"k", key_};
  }
  Nonce96 fresh_nonce() override {
    ++nonce_[nonce_[11] % 11];
    ++nonce_[11];
    return nonce_;
  }

 private:
  Key256 key_{};
  Nonce96 nonce_{};
};

class StopsObserver final : public stream::LoopObserver {
 public:
  void on_stopped(Partition, std::optional<Offset>, const Status& reason) override {
    ADD_FAILURE() << reason.to_string();
  }
};

// What outlives a process.
struct World {
  explicit World(std::int32_t partitions_of) : partitions(partitions_of) {
    std::vector<stream::TopicDefinition> topics;
    for (const char* name :
         {kRegistryRecordsTopic, kProgressTopic, kFindingsTopic, kScoreProjectionsTopic, kReadiness,
          kEntityContributionsTopic, kNoticesTopic, kAuditTopic}) {
      stream::TopicDefinition topic;
      topic.name = name;
      topic.partitions = partitions;
      topic.creation_time = name == std::string(kRegistryRecordsTopic);
      topics.push_back(topic);
    }
    EXPECT_TRUE(broker.ensure_topics(topics).is_ok());
  }
  static constexpr const char* kReadiness = "qcdr.public.readiness.v1";

  void append(std::uint32_t practice, const v1::RegistryRecord& record) {
    ASSERT_TRUE(broker
                    .append({kRegistryRecordsTopic,
                             practice_partition(PracticeId(practice), partitions),
                             practice_key(PracticeId(practice)),
                             record.SerializeAsString(),
                             {},
                             received})
                    .is_ok());
  }
  // A copy in every partition, as the controller writes it.
  void deadline(const std::string& name) {
    received = Instant::from_milliseconds(received.milliseconds() + 60'000);
    v1::RegistryRecord record;
    v1::ControlRecord& control = *record.mutable_control();
    control.set_event_id("deadline/" + std::to_string(kYear) + "/" + name);
    control.set_due_at(received.milliseconds());
    control.set_performance_year(kYear);
    control.mutable_deadline_passed()->set_deadline(name);
    for (std::int32_t number = 0; number < partitions; ++number) {
      ASSERT_TRUE(broker
                      .append({kRegistryRecordsTopic,
                               Partition(number),
                               "",
                               record.SerializeAsString(),
                               {{kEventIdHeader, control.event_id()}},
                               received})
                      .is_ok());
    }
  }
  // A whole upload, in one chunk.
  void upload(std::uint32_t practice, const std::string& id, v1::RecordKind kind,
              std::vector<v1::Row> source) {
    v1::ChunkRows rows;
    for (char number : {'\1', '\2'}) {
      v1::TinEntry* tin = rows.add_tins();
      tin->set_token(std::string(TinToken::kBytes, number));
      tin->set_last_four("6789");
    }
    for (v1::Row& row : source) {
      row.set_ordinal(static_cast<std::uint32_t>(rows.rows_size()));
      *rows.add_rows() = std::move(row);
    }
    received = Instant::from_milliseconds(received.milliseconds() + 60'000);
    v1::RegistryRecord record;
    v1::Chunk& chunk = *record.mutable_chunk();
    chunk.set_upload_id(id);
    chunk.set_practice_id(practice);
    chunk.set_performance_year(kYear);
    chunk.set_kind(kind);
    chunk.set_row_count(static_cast<std::uint32_t>(rows.rows_size()));
    chunk.set_received_at(received.milliseconds());
    if (kind == v1::RECORD_KIND_ELIGIBILITY_SNAPSHOT) {  // the registry's to say
      chunk.mutable_actor()->set_authority(v1::AUTHORITY_REGISTRY_OPERATOR);
    }
    ASSERT_TRUE(seal_chunk(keys, rows, &chunk).is_ok());
    append(practice, record);
    v1::RegistryRecord end;
    v1::UploadCompleted& completed = *end.mutable_upload_completed();
    completed.set_upload_id(id);
    completed.set_practice_id(practice);
    completed.set_performance_year(kYear);
    completed.set_kind(kind);
    completed.set_row_count(static_cast<std::uint32_t>(rows.rows_size()));
    completed.set_received_at(received.milliseconds());
    append(practice, end);
  }
  // (TIN number, clinician) each; every one takes the place of what was before.
  void roster(std::uint32_t practice, const std::string& id,
              const std::vector<std::pair<int, int>>& pairs) {
    std::vector<v1::Row> rows;
    for (const auto& [tin, clinician] : pairs) {
      v1::Row row;
      row.mutable_roster_entry()->set_tin(static_cast<std::uint32_t>(tin));
      row.mutable_roster_entry()->set_npi(Season::npi(clinician).value());
      row.mutable_roster_entry()->set_clinician_type(v1::CLINICIAN_TYPE_PHYSICIAN);
      row.mutable_roster_entry()->set_last_name("Name" + std::to_string(clinician));
      rows.push_back(row);
    }
    upload(practice, id, v1::RECORD_KIND_ROSTER_ENTRY, std::move(rows));
  }
  // `ids`: cases of an earlier upload that these take the place of.
  void cases(std::uint32_t practice, const std::string& id, int tin, int clinician, int met,
             int not_met, const std::string& ids = "") {
    Season season;
    std::vector<v1::Row> rows;
    for (int i = 0; i < met + not_met; ++i) {
      rows.push_back(season.case_row({(ids.empty() ? id : ids) + "-" + std::to_string(i),
                                      Season::day(6, 1),
                                      {{tin, clinician}},
                                      Season::temperature(i < met)}));
    }
    upload(practice, id, v1::RECORD_KIND_ANESTHESIA_CASE, std::move(rows));
  }

  void member(std::uint32_t practice, const std::string& id, int tin, bool belongs = true) {
    v1::Row row;
    v1::EntityMembership& fact = *row.mutable_entity_membership();
    fact.set_kind(v1::ENTITY_KIND_VIRTUAL_GROUP);
    fact.set_entity_number("VG-0001");
    fact.set_tin(static_cast<std::uint32_t>(tin));
    fact.set_action(belongs ? v1::CONSENT_ACTION_GRANT : v1::CONSENT_ACTION_REVOKE);
    upload(practice, id, v1::RECORD_KIND_ENTITY_MEMBERSHIP, {row});
  }
  // What CMS's list says of a TIN.
  void list(std::uint32_t practice, const std::string& id, int tin, std::uint32_t size) {
    v1::Row row;
    v1::EligibilitySnapshot& fact = *row.mutable_eligibility_snapshot();
    fact.set_tin(static_cast<std::uint32_t>(tin));
    fact.set_list_date(Season::day(12, 20));
    fact.set_segment(2);
    fact.set_status(v1::EligibilitySnapshot::STATUS_REQUIRED);
    fact.set_group_size(size);
    upload(practice, id, v1::RECORD_KIND_ELIGIBILITY_SNAPSHOT, {row});
  }

  const std::int32_t partitions;
  std::int64_t freeze_milliseconds = stream::LoopOptions().freeze_milliseconds;
  stream::SimWorld calm;
  stream::SimClock clock{Instant::from_milliseconds(1'660'000'000'000)};
  stream::SimBroker broker{calm, clock};
  SimDisk disk;
  SimDisk entity_disk;
  PlainKeys keys;
  Instant received = Instant::parse("2022-09-01T00:00:00Z").value();
  const ledger::LedgerRules rules{rulebook::Rulebook::built_in()};
};

inline stream::LoopOptions options_of(const World& world, const char* service, const char* group,
                                      const char* topic, Generation generation) {
  stream::LoopOptions options;
  options.service = service;
  options.slot = "0";
  options.group = group;
  options.input_topic = topic;
  options.progress_topic = kProgressTopic;
  options.generation = generation;
  options.freeze_milliseconds = world.freeze_milliseconds;
  return options;
}

// One process with both loops. Destroyed without drain(), it died.
struct Process {
  explicit Process(World& world_of) : world(world_of) {}
  ~Process() { process.alive = false; }

  void step(stream::Loop& loop) {
    const auto outcome = loop.step();
    ASSERT_TRUE(outcome.is_ok()) << outcome.status().to_string();
    world.clock.advance(outcome.value().wait_milliseconds + 1);
    world.broker.tick();
  }
  bool caught_up(stream::Loop& loop) {
    const auto done = loop.caught_up();
    return done.is_ok() && done.value();
  }
  void settle() {
    for (int i = 0; i < 2000; ++i) {
      if (caught_up(ledger_loop) && caught_up(entity_loop)) return;
      step(ledger_loop);
      step(entity_loop);
    }
    FAIL() << "the two stages never come to rest";
  }
  void drain() {
    EXPECT_TRUE(ledger_loop.drain_and_stop().is_ok());
    EXPECT_TRUE(entity_loop.drain_and_stop().is_ok());
  }

  World& world;
  stream::SimProcess process;
  stream::SimLog log{world.broker, process};
  stream::SimStores stores{world.calm, process, world.disk};
  stream::SimStores entity_stores{world.calm, process, world.entity_disk};
  LedgerFoldFactory folds{world.rules, world.keys, world.partitions};
  EntityFoldFactory entity_folds{world.partitions};
  StopsObserver observer;
  stream::Loop ledger_loop{
      options_of(world, "scoring", kScoringGroup, kRegistryRecordsTopic, our_generation()),
      log,
      stores,
      world.clock,
      folds,
      stream::no_crash_points(),
      observer};
  stream::Loop entity_loop{
      options_of(world, "entities", kEntityGroup, kEntityContributionsTopic, kEntityGeneration),
      log,
      entity_stores,
      world.clock,
      entity_folds,
      stream::no_crash_points(),
      observer};
};

inline StateDigest digest_of(World& world, SimDisk& disk, Generation generation) {
  StateDigest sum;
  stream::SimProcess process;
  stream::SimStores stores(world.calm, process, disk);
  for (std::int32_t number = 0; number < world.partitions; ++number) {
    const auto store = stores.open(Partition(number), generation);
    EXPECT_TRUE(store.is_ok());
    const auto state = stream::read_partition_state(*store.value());
    EXPECT_TRUE(state.is_ok());
    if (state.value()) sum.add(state.value()->digest);
  }
  return sum;
}

struct Digests {
  StateDigest practices;
  StateDigest entities;
  friend bool operator==(const Digests&, const Digests&) = default;
};

inline Digests digests(World& world) {
  return {digest_of(world, world.disk, our_generation()),
          digest_of(world, world.entity_disk, kEntityGeneration)};
}

// Looks at one practice's state as it lies on disk.
inline void look(World& world, std::uint32_t practice,
                 const std::function<void(ledger::PracticeLedger&)>& visit) {
  stream::SimProcess process;
  stream::SimStores stores(world.calm, process, world.disk);
  const auto store =
      stores.open(practice_partition(PracticeId(practice), world.partitions), our_generation());
  ASSERT_TRUE(store.is_ok());
  const SealedRows rows(*store.value(), world.keys);
  ledger::Ledger ledger(world.rules, world.keys.entity_key(), rows, StateDigest());
  const auto found = ledger.find({PracticeId(practice), PerformanceYear(kYear)});
  ASSERT_TRUE(found.is_ok()) << found.status().to_string();
  visit(*found.value());
}

inline std::size_t records_on(World& world, const std::string& topic) {
  std::size_t count = 0;
  for (std::int32_t number = 0; number < world.partitions; ++number) {
    count += world.broker.read(topic, Partition(number), Offset(0), 100'000).value().size();
  }
  return count;
}

// TIN 1 is reported by both practices; clinician 3 works for both.
inline void two_practices(
    World& world, const std::function<void()>& between = [] {}) {
  world.roster(kFirst, "r1", {{1, 1}, {1, 3}});
  between();
  world.cases(kFirst, "c1", 1, 1, 30, 10);
  between();
  world.roster(kSecond, "r2", {{1, 2}, {1, 3}, {2, 2}});
  between();
  world.cases(kSecond, "c2", 1, 2, 5, 15);
  between();
  world.cases(kSecond, "c3", 1, 3, 7, 0);
  between();
  world.cases(kFirst, "c4", 1, 3, 1, 1);
  between();
}

}  // namespace qcdr
