// What both stages write of their state when deadlines pass: the digest of exactly what had been
// folded, once each, whatever dies in between and however batches are cut.
#include <tuple>

#include "qcdr/v1/audit.pb.h"
#include "scoring/two_stages.h"

namespace qcdr {
namespace {

constexpr const char* kFirstDeadline = "deadline/2022/individual-consent";
constexpr const char* kLastDeadline = "deadline/2022/final-data";

struct Sums {
  StateDigest practices;
  StateDigest entities;
  std::size_t of_practices = 0;
  std::size_t of_entities = 0;
};

// By event. Checks the chains, and that nothing is written twice.
std::map<std::string, Sums> written(World& world) {
  std::map<std::string, Sums> sums;
  std::map<std::string, std::pair<std::uint64_t, std::string>> chains;
  std::set<std::tuple<std::string, int, int, std::string>> places;
  for (std::int32_t number = 0; number < world.partitions; ++number) {
    const auto records = world.broker.read(kAuditTopic, Partition(number), Offset(0), 100'000);
    for (const auto& record : records.value()) {
      v1::AuditRecord audit;
      EXPECT_TRUE(audit.ParseFromString(*record.value));
      EXPECT_EQ(record.key, audit.writer());
      const auto placed = chains.try_emplace(audit.writer(), 0, std::string(32, '\0'));
      auto& [sequence, previous] = placed.first->second;
      EXPECT_EQ(audit.sequence(), sequence + 1) << audit.writer();
      EXPECT_EQ(audit.previous_sha256(), previous) << audit.writer();
      sequence = audit.sequence();
      previous = std::string(view(sha256(*record.value)));
      const v1::AuditedStateDigest& state = audit.state_digest();
      EXPECT_EQ(state.partition(), number);
      EXPECT_TRUE(
          places.emplace(state.topic(), number, state.source_partition(), state.event_id()).second)
          << state.event_id();
      Sums& sum = sums[state.event_id()];
      const bool of_entities = state.has_source_partition();
      (of_entities ? sum.entities : sum.practices)
          .add(StateDigest::from_bytes(state.digest()).value());
      ++(of_entities ? sum.of_entities : sum.of_practices);
    }
  }
  return sums;
}

void later_uploads(World& world) {
  world.cases(kFirst, "late", 1, 1, 4, 4);
  world.cases(kSecond, "late", 1, 2, 0, 9);
}

// Every upload and deadline comes to rest before the next one.
std::map<std::string, Sums> season(World& world, Process& process) {
  two_practices(world, [&] { process.settle(); });
  world.deadline("individual-consent");
  process.settle();
  later_uploads(world);
  process.settle();
  world.deadline("final-data");
  process.settle();
  return written(world);
}

TEST(DeadlineStatesTest, AreTheDigestsThatStandThere) {
  Digests until_first;
  {
    World world(4);
    Process process(world);
    two_practices(world, [&] { process.settle(); });
    process.drain();
    until_first = digests(world);
  }
  World world(4);
  Process process(world);
  const auto sums = season(world, process);
  process.drain();
  ASSERT_EQ(sums.size(), 2u);
  EXPECT_EQ(sums.at(kFirstDeadline).practices, until_first.practices);
  EXPECT_EQ(sums.at(kFirstDeadline).entities, until_first.entities);
  EXPECT_EQ(sums.at(kLastDeadline).practices, digests(world).practices);
  EXPECT_EQ(sums.at(kLastDeadline).entities, digests(world).entities);
  EXPECT_NE(until_first.entities, StateDigest());
  EXPECT_FALSE(until_first == digests(world));
}

TEST(DeadlineStatesTest, AreTheSameForAnyNumberOfPartitions) {
  std::vector<std::map<std::string, Sums>> seen;
  for (const std::int32_t partitions : {1, 4, 24}) {
    World world(partitions);
    Process process(world);
    seen.push_back(season(world, process));
    // Two practices: nobody speaks of a partition in which nothing was ever folded.
    const auto touched = std::set<Partition>{practice_partition(PracticeId(kFirst), partitions),
                                             practice_partition(PracticeId(kSecond), partitions)};
    const Sums& first = seen.back().at(kFirstDeadline);
    EXPECT_EQ(first.of_practices, touched.size());
    EXPECT_EQ(first.of_entities, touched.size() * static_cast<std::size_t>(partitions));
  }
  for (const char* event : {kFirstDeadline, kLastDeadline}) {
    for (const auto& other : {seen[1], seen[2]}) {
      EXPECT_EQ(other.at(event).practices, seen[0].at(event).practices) << event;
      EXPECT_EQ(other.at(event).entities, seen[0].at(event).entities) << event;
    }
  }
}

// What the practices of each partition had contributed before its mark, folded by themselves.
StateDigest contributed_before(World& world, const std::string& event) {
  StateDigest sum;
  for (std::int32_t number = 0; number < world.partitions; ++number) {
    const auto records =
        world.broker.read(kEntityContributionsTopic, Partition(number), Offset(0), 100'000);
    for (std::int32_t source = 0; source < world.partitions; ++source) {
      const ledger::MemoryRows none;
      ledger::EntityLedger ledger(none, StateDigest());
      bool marked = false;
      for (const auto& record : records.value()) {
        v1::EntityContribution message;
        EXPECT_TRUE(message.ParseFromString(*record.value));
        if (message.has_deadline_mark()) {
          marked = message.deadline_mark().source_partition() == source &&
                   message.deadline_mark().event_id() == event;
          if (marked) break;
        } else if (practice_partition(PracticeId(message.practice_id()), world.partitions) ==
                   Partition(source)) {
          EXPECT_TRUE(ledger.apply(message, record.offset).is_ok());
        }
      }
      if (marked) sum.add(ledger.digest());
    }
  }
  return sum;
}

// Everything is on the log when it is folded, and contributions of the partitions lie among each
// other's marks.
TEST(DeadlineStatesTest, TheSecondStageIsCutWhereTheFirstOneWas) {
  World world(4);
  two_practices(world);
  world.deadline("individual-consent");
  later_uploads(world);
  world.deadline("final-data");
  world.deadline("final-data");  // a second controller: nothing is written again
  Process process(world);
  process.settle();
  const auto sums = written(world);
  for (const char* event : {kFirstDeadline, kLastDeadline}) {
    EXPECT_EQ(sums.at(event).entities, contributed_before(world, event)) << event;
  }
  EXPECT_NE(sums.at(kFirstDeadline).entities, sums.at(kLastDeadline).entities);
  EXPECT_NE(sums.at(kFirstDeadline).entities, StateDigest());
}

// Wherever a process dies: each digest is written once, the chains go on, and they are those of an
// undisturbed run over the same log.
TEST(DeadlineStatesTest, SurviveDeathsAtAnyMoment) {
  const auto input = [](World& world) {
    two_practices(world);
    world.deadline("individual-consent");
    later_uploads(world);
    world.deadline("final-data");
  };
  World calm(4);
  input(calm);
  Process of_calm(calm);
  of_calm.settle();
  const auto wanted = written(calm);
  for (int steps = 1; steps < 14; ++steps) {
    World world(4);
    // Some lives begin behind a deadline, some before.
    world.freeze_milliseconds = 250;
    input(world);
    for (int life = 0; life < 6; ++life) {
      Process process(world);
      for (int step = 0; step < steps; ++step) {
        world.clock.advance(40 * (step % 5));
        process.step(process.ledger_loop);
        if (step % 3 == life % 3) process.step(process.entity_loop);
      }
    }
    Process process(world);
    process.settle();
    const auto sums = written(world);
    ASSERT_EQ(sums.size(), wanted.size());
    for (const auto& [event, sum] : wanted) {
      EXPECT_EQ(sums.at(event).of_practices, sum.of_practices) << event << ", " << steps;
      EXPECT_EQ(sums.at(event).of_entities, sum.of_entities) << event << ", " << steps;
      EXPECT_EQ(sums.at(event).entities, sum.entities) << event << ", " << steps;
    }
    process.drain();
  }
}

// Rows that were put together at a deadline are read and written as any others.
TEST(DeadlineStatesTest, LeaveTheStateAsItIsWithoutThem) {
  World plain(4);
  {
    Process process(plain);
    two_practices(plain, [&] { process.settle(); });
    plain.received = Instant::from_milliseconds(plain.received.milliseconds() + 60'000);
    later_uploads(plain);
    process.settle();
    process.drain();
  }
  World world(4);
  Process process(world);
  season(world, process);
  process.drain();
  EXPECT_EQ(digests(world), digests(plain));
  for (const std::uint32_t id : {kFirst, kSecond}) {
    look(world, id, [&](ledger::PracticeLedger& practice) {
      EXPECT_EQ(practice.verify().value(), practice.digest());
    });
  }
}

}  // namespace
}  // namespace qcdr
