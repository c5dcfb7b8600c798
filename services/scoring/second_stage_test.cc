// Both stages on a simulated broker, with the real loops between them.
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
namespace {

using ledger::EntityLevel;
using ledger::Season;
using stream::SimDisk;

Generation our_generation() {
  return ledger_generation(rulebook::Rulebook::built_in());
}

constexpr std::int32_t kYear = 2022;
constexpr std::uint32_t kFirst = 1234;
constexpr std::uint32_t kSecond = 1235;

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
  stream::SimWorld calm;
  stream::SimClock clock{Instant::from_milliseconds(1'660'000'000'000)};
  stream::SimBroker broker{calm, clock};
  SimDisk disk;
  SimDisk entity_disk;
  PlainKeys keys;
  Instant received = Instant::parse("2022-09-01T00:00:00Z").value();
  const ledger::LedgerRules rules{rulebook::Rulebook::built_in()};
};

stream::LoopOptions options_of(const char* service, const char* group, const char* topic,
                               Generation generation) {
  stream::LoopOptions options;
  options.service = service;
  options.slot = "0";
  options.group = group;
  options.input_topic = topic;
  options.progress_topic = kProgressTopic;
  options.generation = generation;
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
      options_of("scoring", kScoringGroup, kRegistryRecordsTopic, our_generation()),
      log,
      stores,
      world.clock,
      folds,
      stream::no_crash_points(),
      observer};
  stream::Loop entity_loop{
      options_of("entities", kEntityGroup, kEntityContributionsTopic, kEntityGeneration),
      log,
      entity_stores,
      world.clock,
      entity_folds,
      stream::no_crash_points(),
      observer};
};

StateDigest digest_of(World& world, SimDisk& disk, Generation generation) {
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

Digests digests(World& world) {
  return {digest_of(world, world.disk, our_generation()),
          digest_of(world, world.entity_disk, kEntityGeneration)};
}

// Looks at one practice's state as it lies on disk.
void look(World& world, std::uint32_t practice,
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

std::size_t records_on(World& world, const std::string& topic) {
  std::size_t count = 0;
  for (std::int32_t number = 0; number < world.partitions; ++number) {
    count += world.broker.read(topic, Partition(number), Offset(0), 100'000).value().size();
  }
  return count;
}

// TIN 1 is reported by both practices; clinician 3 works for both.
void two_practices(
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

TEST(SecondStageTest, OneTinIsOneSumAndNobodySeesTheOthersClinicians) {
  World world(4);
  two_practices(world);
  {
    Process process(world);
    process.settle();
    process.drain();
  }
  for (const std::uint32_t id : {kFirst, kSecond}) {
    look(world, id, [&](ledger::PracticeLedger& practice) {
      const ledger::TinRow& tin = practice.pairs().tins()[0];
      const auto claim = practice.claim(tin);
      ASSERT_TRUE(claim.is_ok() && claim.value().has_value());
      EXPECT_EQ(claim.value()->others.size(), 1u);
      EXPECT_EQ(claim.value()->others[0].practice, PracticeId(id == kFirst ? kSecond : kFirst));
      EXPECT_FALSE(claim.value()->others[0].blocks.empty());  // nobody signed
      EXPECT_EQ(claim.value()->clinicians, 1u);
      EXPECT_EQ(claim.value()->shown_by(PracticeId(id)), id == kFirst);
      const auto sum = practice.shared_counts(tin);
      ASSERT_TRUE(sum.is_ok());
      EXPECT_EQ(sum.value()->counted(), 69u);
      const auto input = practice.group_input(tin, world.received);
      ASSERT_TRUE(input.is_ok());
      ASSERT_EQ(input.value().measures.size(), 1u);
      EXPECT_EQ(input.value().measures[0].performance_met, 43);
      EXPECT_EQ(input.value().measures[0].eligible_population, 69);
      for (const ledger::PairRow& pair : practice.pairs().pairs()) {
        EXPECT_NE(pair.last_name, id == kFirst ? "Name2" : "Name1");
        const auto of_pair = practice.claim(pair);
        ASSERT_TRUE(of_pair.is_ok());
        EXPECT_EQ(of_pair.value().has_value(), pair.npi == Season::npi(3) && pair.tin == 0);
        if (!of_pair.value()) continue;
        const auto shared = practice.shared_counts(pair);
        ASSERT_TRUE(shared.is_ok());
        EXPECT_EQ(shared.value()->counted(), 9u);
      }
    });
  }
  look(world, kSecond, [&](ledger::PracticeLedger& practice) {
    const auto alone = practice.claim(practice.pairs().tins()[1]);
    ASSERT_TRUE(alone.is_ok());
    EXPECT_FALSE(alone.value().has_value());
  });
}

TEST(SecondStageTest, StateIsTheSameForAnyNumberOfPartitionsAndAnyOrder) {
  std::vector<Digests> seen;
  for (const std::int32_t partitions : {1, 4, 24}) {
    World world(partitions);
    two_practices(world);
    Process process(world);
    process.settle();
    process.drain();
    seen.push_back(digests(world));
  }
  // Above everything is there at once; here each upload comes to rest before the next one.
  World world(4);
  Process process(world);
  two_practices(world, [&] { process.settle(); });
  process.drain();
  EXPECT_EQ(digests(world), seen[0]);
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_EQ(seen[0], seen[2]);
  EXPECT_NE(seen[0].entities, StateDigest());
}

TEST(SecondStageTest, WhatComesAndGoesLeavesNothing) {
  World shared(4);
  {
    shared.roster(kFirst, "r1", {{1, 1}});
    shared.cases(kFirst, "c1", 1, 1, 30, 10);
    shared.cases(kSecond, "c2", 1, 2, 4, 0);
    Process process(shared);
    process.settle();
    shared.cases(kSecond, "c3", 2, 2, 4, 0, "c2");  // it was another TIN
    process.settle();
    process.drain();
  }
  look(shared, kFirst, [&](ledger::PracticeLedger& practice) {
    const auto claim = practice.claim(practice.pairs().tins()[0]);
    ASSERT_TRUE(claim.is_ok());
    EXPECT_FALSE(claim.value().has_value());
  });
  EXPECT_GE(records_on(shared, kRegistryRecordsTopic), 12u);  // both were told, twice
  World alone(4);
  {
    alone.roster(kFirst, "r1", {{1, 1}});
    alone.cases(kFirst, "c1", 1, 1, 30, 10);
    Process process(alone);
    process.settle();
    process.drain();
  }
  StateDigest first_of_shared;
  StateDigest first_alone;
  look(shared, kFirst, [&](ledger::PracticeLedger& p) { first_of_shared = p.verify().value(); });
  look(alone, kFirst, [&](ledger::PracticeLedger& p) { first_alone = p.verify().value(); });
  EXPECT_EQ(first_of_shared, first_alone);
}

TEST(SecondStageTest, NothingIsSentAgainWithoutChange) {
  World world(4);
  two_practices(world);
  Process process(world);
  process.settle();
  const std::size_t contributions = records_on(world, kEntityContributionsTopic);
  const std::size_t records = records_on(world, kRegistryRecordsTopic);
  world.cases(kFirst, "c1", 1, 1, 30, 10);  // the same upload once more
  process.settle();
  EXPECT_EQ(records_on(world, kEntityContributionsTopic), contributions);
  EXPECT_EQ(records_on(world, kRegistryRecordsTopic), records + 2);
  process.drain();
}

// TIN 1 of the first practice and TIN 2 of the second are one virtual group: 12 and 8 cases.
void a_virtual_group(World& world) {
  world.roster(kFirst, "r1", {{1, 1}});
  world.roster(kSecond, "r2", {{2, 2}});
  world.cases(kFirst, "c1", 1, 1, 12, 0);
  world.cases(kSecond, "c2", 2, 2, 7, 1);
  world.member(kFirst, "m1", 1);
  world.member(kSecond, "m2", 2);
  world.list(kFirst, "l1", 1, 9);
  world.list(kSecond, "l2", 2, 4);
}

TEST(SecondStageTest, EveryPracticeOfAVirtualGroupComesToTheSameScore) {
  std::vector<Digests> seen;
  for (const std::int32_t partitions : {1, 4}) {
    World world(partitions);
    a_virtual_group(world);
    Process process(world);
    process.settle();
    process.drain();
    seen.push_back(digests(world));
    std::set<std::string> scores;
    for (const std::uint32_t id : {kFirst, kSecond}) {
      look(world, id, [&](ledger::PracticeLedger& practice) {
        const auto groups = practice.virtual_groups();
        ASSERT_TRUE(groups.is_ok());
        ASSERT_EQ(groups.value().size(), 1u);
        const auto claim = practice.claim(groups.value()[0]);
        ASSERT_TRUE(claim.is_ok() && claim.value().has_value());
        EXPECT_EQ(claim.value()->clinicians, 1u);
        EXPECT_TRUE(claim.value()->shared_pairs.empty());
        EXPECT_EQ(claim.value()->shown_by(PracticeId(id)), id == kFirst);
        ledger::StandingReader reader(practice, world.received);
        const auto standing = reader.virtual_group(groups.value()[0]);
        ASSERT_TRUE(standing.is_ok()) << standing.status().to_string();
        EXPECT_EQ(standing.value().data.facts.cases_counted, 20u);
        EXPECT_EQ(standing.value().input.measures[0].performance_met, 19);
        EXPECT_EQ(standing.value().input.profile.group_size, 13);
        EXPECT_EQ(standing.value().input.profile.small_practice, scoring::Known::kYes);
        scores.insert(standing.value().accepted.final_score.to_string());
        for (const ledger::PairRow& pair : practice.pairs().pairs()) {
          EXPECT_EQ(pair.last_name, id == kFirst ? "Name1" : "Name2");
        }
      });
    }
    EXPECT_EQ(scores.size(), 1u);
  }
  EXPECT_EQ(seen[0], seen[1]);
}

TEST(SecondStageTest, AVirtualGroupThatOneLeavesIsTheOtherAlone) {
  World world(4);
  a_virtual_group(world);
  Process process(world);
  process.settle();
  world.member(kSecond, "m3", 2, false);
  process.settle();
  process.drain();
  look(world, kFirst, [&](ledger::PracticeLedger& practice) {
    const auto groups = practice.virtual_groups();
    ASSERT_EQ(groups.value().size(), 1u);
    EXPECT_FALSE(practice.claim(groups.value()[0]).value().has_value());
    EXPECT_EQ(practice.shared_counts(groups.value()[0]).value().counted(), 12u);
  });
  look(world, kSecond, [&](ledger::PracticeLedger& practice) {
    EXPECT_TRUE(practice.virtual_groups().value().empty());
  });
}

TEST(SecondStageTest, DeathsInBetweenChangeNothing) {
  Digests calm;
  {
    World world(4);
    two_practices(world);
    Process process(world);
    process.settle();
    process.drain();
    calm = digests(world);
  }
  for (std::uint32_t seed = 1; seed <= 25; ++seed) {
    World world(4);
    two_practices(world);
    std::uint32_t state = seed;
    const auto next = [&state](std::uint32_t bound) {
      state = state * 1'664'525u + 1'013'904'223u;
      return (state >> 16) % bound;
    };
    for (int life = 0; life < 12; ++life) {
      Process process(world);
      for (std::uint32_t steps = next(9); steps > 0; --steps) {
        process.step(next(2) == 0 ? process.ledger_loop : process.entity_loop);
        if (next(3) == 0) process.stores.write_one();
        if (next(3) == 0) process.entity_stores.write_one();
        if (next(2) == 0) world.clock.advance(1'000);  // a freeze falls due
      }
    }
    Process process(world);
    process.settle();
    process.drain();
    EXPECT_EQ(digests(world), calm) << "seed " << seed;
  }
}

TEST(SecondStageTest, ReplayFromTheBeginningIsTheSame) {
  World world(4);
  two_practices(world);
  {
    Process process(world);
    process.settle();
    process.drain();
  }
  const Digests before = digests(world);
  const std::size_t records = records_on(world, kRegistryRecordsTopic);
  world.disk = SimDisk();  // both states are lost; what was sent stays sent
  world.entity_disk = SimDisk();
  Process process(world);
  process.settle();
  process.drain();
  EXPECT_EQ(digests(world), before);
  EXPECT_EQ(records_on(world, kRegistryRecordsTopic), records);
}

}  // namespace
}  // namespace qcdr
