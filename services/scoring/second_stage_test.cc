// The second stage beside the first.
#include "scoring/two_stages.h"

namespace qcdr {
namespace {

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
