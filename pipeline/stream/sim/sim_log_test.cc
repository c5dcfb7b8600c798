// The contract of Log against the simulator, and what only the simulator can show.
#include "stream/sim/sim_log.h"

#include <gtest/gtest.h>

#include "stream/log_contract.h"

namespace qcdr::stream {
namespace {

struct Simulation {
  SimWorld world;
  SimClock clock{Instant::from_milliseconds(1'660'000'000'000)};
  SimBroker broker{world, clock};
  SimProcess process;
};

Result<contract::LogUnderTest> make_log() {
  auto simulation = std::make_shared<Simulation>();
  contract::LogUnderTest made;
  made.log = std::make_unique<SimLog>(simulation->broker, simulation->process);
  made.reopen = [simulation]() -> Result<std::unique_ptr<Log>> {
    return std::unique_ptr<Log>(std::make_unique<SimLog>(simulation->broker, simulation->process));
  };
  made.pause = [simulation] {
    simulation->clock.advance(50);
    simulation->broker.tick();
  };
  return made;
}

const bool registered = contract::register_log_contract("Sim", &make_log);

class FaultyWorld : public SimWorld {
 public:
  bool happens(SimFault fault) override { return fault == wanted; }
  std::uint64_t random(std::uint64_t bound) override { return most ? bound - 1 : 0; }
  bool most = false;
  SimFault wanted = SimFault::kFewRecords;
};

struct Faulty {
  Faulty() {
    const Status made = broker.ensure_topics({{"input", 1, false, {}}, {"output", 1, false, {}}});
    EXPECT_TRUE(made.is_ok());
  }
  FaultyWorld world;
  SimClock clock{Instant::from_milliseconds(0)};
  SimBroker broker{world, clock};
  SimProcess process;
  SimLog log{broker, process};
};

OutputRecord output() {
  return contract::record_of("output", 0, "value");
}

TEST(SimLogTest, APartOfACommittedTransactionMayBecomeVisibleLater) {
  Faulty faulty;
  auto consumer = std::move(faulty.log.join("group", "input", "member")).value();
  auto producer = std::move(faulty.log.transactional_producer("id")).value();
  const auto assignment = consumer->assignment().value();
  ASSERT_TRUE(producer->begin().is_ok());
  ASSERT_TRUE(producer->send(output()).is_ok());
  faulty.world.wanted = SimFault::kSlowMarkers;
  ASSERT_TRUE(producer->commit(*consumer, assignment.epoch, {{Partition(0), Offset(3)}}).is_ok());
  // Decided, but nobody sees it: the committed offset has to be waited for.
  EXPECT_EQ(faulty.broker.decided_offset("group", Partition(0)), Offset(3));
  EXPECT_EQ(consumer->committed(Partition(0)).status().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(faulty.broker.end("output", Partition(0)).value(), Offset(0));
  faulty.broker.settle();
  EXPECT_EQ(consumer->committed(Partition(0)).value(), Offset(3));
  EXPECT_EQ(faulty.broker.end("output", Partition(0)).value(), Offset(2));  // record and marker
}

TEST(SimLogTest, ALateEndIsRefusedAfterANewProducer) {
  Faulty faulty;
  auto consumer = std::move(faulty.log.join("group", "input", "member")).value();
  auto producer = std::move(faulty.log.transactional_producer("id")).value();
  const auto assignment = consumer->assignment().value();
  ASSERT_TRUE(producer->begin().is_ok());
  ASSERT_TRUE(producer->send(output()).is_ok());
  faulty.world.wanted = SimFault::kCommitLate;
  EXPECT_EQ(
      producer->commit(*consumer, assignment.epoch, {{Partition(0), Offset(3)}}).status().code(),
      ErrorCode::kUnavailable);
  EXPECT_EQ(consumer->committed(Partition(0)).status().code(), ErrorCode::kUnavailable);
  auto second = std::move(faulty.log.transactional_producer("id")).value();
  faulty.broker.settle();
  EXPECT_EQ(consumer->committed(Partition(0)).value(), Offset(0));
  EXPECT_EQ(producer->begin().code(), ErrorCode::kFenced);
}

TEST(SimLogTest, ASilentMemberLosesItsPartitionsAndItsTransaction) {
  Faulty faulty;
  auto consumer = std::move(faulty.log.join("group", "input", "member")).value();
  auto producer = std::move(faulty.log.transactional_producer("id")).value();
  const auto assignment = consumer->assignment().value();
  ASSERT_TRUE(producer->begin().is_ok());
  ASSERT_TRUE(producer->send(output()).is_ok());
  faulty.clock.advance(10'001);
  faulty.broker.tick();
  EXPECT_EQ(
      producer->commit(*consumer, assignment.epoch, {{Partition(0), Offset(1)}}).status().code(),
      ErrorCode::kFenced);
  faulty.broker.settle();
  EXPECT_EQ(consumer->committed(Partition(0)).value(), Offset(0));
  EXPECT_NE(consumer->assignment().value().epoch, assignment.epoch);
}

TEST(SimLogTest, ARequestThatIsUnderWayPastTheTimeOutFindsItsTransactionAborted) {
  Faulty faulty;
  auto consumer = std::move(faulty.log.join("group", "input", "member")).value();
  auto producer = std::move(faulty.log.transactional_producer("id")).value();
  const auto assignment = consumer->assignment().value();
  ASSERT_TRUE(producer->begin().is_ok());
  ASSERT_TRUE(producer->send(output()).is_ok());
  faulty.world.wanted = SimFault::kRequestLate;
  faulty.world.most = true;
  EXPECT_EQ(
      producer->commit(*consumer, assignment.epoch, {{Partition(0), Offset(3)}}).status().code(),
      ErrorCode::kFenced);
  faulty.broker.settle();
  EXPECT_EQ(faulty.broker.decided_offset("group", Partition(0)), Offset(0));
  EXPECT_TRUE(faulty.broker.read("output", Partition(0), Offset(0), 10).value().empty());
}

TEST(SimLogTest, AnAnswerThatComesAfterTheSessionIsStillTrue) {
  Faulty faulty;
  auto consumer = std::move(faulty.log.join("group", "input", "member")).value();
  auto producer = std::move(faulty.log.transactional_producer("id")).value();
  const auto assignment = consumer->assignment().value();
  ASSERT_TRUE(producer->begin().is_ok());
  ASSERT_TRUE(producer->send(output()).is_ok());
  faulty.world.wanted = SimFault::kAnswerLate;
  faulty.world.most = true;
  EXPECT_TRUE(producer->commit(*consumer, assignment.epoch, {{Partition(0), Offset(3)}}).is_ok());
  EXPECT_EQ(faulty.broker.decided_offset("group", Partition(0)), Offset(3));
  EXPECT_GT(faulty.clock.monotonic_milliseconds(), 10'000);
  EXPECT_NE(consumer->assignment().value().epoch, assignment.epoch);  // taken for dead meanwhile
}

TEST(SimLogTest, AFullLogRefusesProcessesUntilThereIsSpace) {
  Faulty faulty;
  auto appender = std::move(faulty.log.appender()).value();
  faulty.broker.set_full(true);
  EXPECT_EQ(appender->append(output()).status().code(), ErrorCode::kUnavailable);
  auto producer = std::move(faulty.log.transactional_producer("id")).value();
  ASSERT_TRUE(producer->begin().is_ok());
  EXPECT_EQ(producer->send(output()).code(), ErrorCode::kUnavailable);
  faulty.broker.set_full(false);
  EXPECT_TRUE(appender->append(output()).is_ok());
}

TEST(SimLogTest, AnAbortedTransactionOfOthersLeavesAGap) {
  Faulty faulty;
  auto appender = std::move(faulty.log.appender()).value();
  ASSERT_TRUE(appender->append(contract::record_of("input", 0, "a")).is_ok());
  faulty.broker.append_gap("input", Partition(0));
  ASSERT_TRUE(appender->append(contract::record_of("input", 0, "b")).is_ok());
  faulty.world.wanted = SimFault::kUnavailable;
  const auto records = faulty.broker.read("input", Partition(0), Offset(0), 10).value();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1].offset, Offset(3));
}

}  // namespace
}  // namespace qcdr::stream
