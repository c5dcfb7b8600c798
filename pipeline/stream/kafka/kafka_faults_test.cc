// What only a real broker can show: fencing between processes, transactions that nobody ends,
// offsets that no reader sees, records that are gone.
#include <gtest/gtest.h>

#include <thread>

#include "stream/kafka/admin_calls.h"
#include "stream/kafka/client.h"
#include "stream/kafka/deadline.h"
#include "stream/kafka/raw_transaction.h"
#include "stream/kafka/test_broker.h"

namespace qcdr::stream::kafka {
namespace {

using contract::expect_ok;
using contract::record_of;
using contract::value_of;
using contract::values_of;
using Values = std::vector<std::string>;

class KafkaFaults : public testing::Test {
 protected:
  void SetUp() override {
    auto made = test_log();
    ASSERT_TRUE(made.is_ok()) << made.status().to_string();
    subject_ = std::make_unique<contract::Subject>(
        std::move(made).value(), testing::UnitTest::GetInstance()->current_test_info()->name());
  }
  contract::Subject& subject() { return *subject_; }

  // A topic with `count` records in partition 0.
  std::string input(int count, const std::string& name = "input") {
    const std::string topic = subject().topic(name);
    for (int i = 0; i < count; ++i) subject().append(record_of(topic, 0, std::to_string(i)));
    return topic;
  }

  std::unique_ptr<contract::Subject> subject_;
};

constexpr Partition kZero(0);

TEST_F(KafkaFaults, AProducerIsFencedByAnotherProcess) {
  const std::string topic = input(2);
  const std::string output = subject().topic("output");
  Consumer::Assignment assignment;
  const auto consumer = subject().join("group", topic, "member", 1, &assignment);
  const auto other_log = value_of(open_test_log(), "other log");
  const std::string id = subject().unique("id");
  const auto first = value_of(subject().log().transactional_producer(id), "first");
  expect_ok(first->begin(), "begin");
  expect_ok(first->send(record_of(output, 0, "first")), "send");
  const auto second = value_of(other_log->transactional_producer(id), "second");

  const auto late = first->commit(*consumer, assignment.epoch, {{kZero, Offset(1)}});
  EXPECT_EQ(late.status().code(), ErrorCode::kFenced) << late.status().to_string();
  // From now on the object refuses everything.
  EXPECT_EQ(first->begin().code(), ErrorCode::kFenced);
  EXPECT_EQ(first->send(record_of(output, 0, "again")).code(), ErrorCode::kFenced);
  EXPECT_EQ(first->abort().code(), ErrorCode::kFenced);

  expect_ok(second->begin(), "begin");
  expect_ok(second->send(record_of(output, 0, "second")), "send");
  value_of(second->commit(*consumer, assignment.epoch, {{kZero, Offset(2)}}), "commit");
  EXPECT_EQ(values_of(subject().read_all(output, kZero, 1)), (Values{"second"}));
  EXPECT_EQ(value_of(consumer->committed(kZero), "committed"), Offset(2));
}

// The answer to the records may come before, while or after the offsets are asked for.
TEST_F(KafkaFaults, ABatchThatTheTopicDoesNotTakeIsToldAsTooLargeAndAShorterOneGoesThrough) {
  constexpr int kTries = 5;
  constexpr std::size_t kRecordBytes = 1000;
  constexpr int kTooMany = 8;
  const std::string topic = input(1);
  const std::string output = subject().topic("output");
  const KafkaOptions options = value_of(test_options(), "options");
  const auto admin = value_of(Client::make(ClientKind::kAdmin, options, {}, nullptr), "admin");
  expect_ok(
      alter_topic(admin->get(), output, {{"max.message.bytes", "4096"}}, options.request_wait),
      "alter");
  Consumer::Assignment assignment;
  const auto consumer = subject().join("group", topic, "member", 1, &assignment);
  const auto producer =
      value_of(subject().log().transactional_producer(subject().unique("id")), "producer");
  std::uint32_t state = 1;
  const auto transact = [&](int records) -> Status {
    QCDR_RETURN_IF_ERROR(producer->begin());
    for (int i = 0; i < records; ++i) {
      std::string value;  // nothing that could be compressed
      while (value.size() < kRecordBytes) {
        state = state * 1'664'525U + 1'013'904'223U;
        value.push_back(static_cast<char>(state >> 24));
      }
      QCDR_RETURN_IF_ERROR(producer->send(record_of(output, 0, value)));
    }
    return producer->commit(*consumer, assignment.epoch, {{kZero, Offset(1)}}).status();
  };
  for (int number = 1; number <= kTries; ++number) {
    const Status refused = transact(kTooMany);
    EXPECT_EQ(refused.code(), ErrorCode::kLimitExceeded) << refused.to_string();
    Status shorter = transact(1);
    // A refused record leaves a gap in the numbers of its partition; then there are new ones.
    if (shorter.code() == ErrorCode::kAborted) shorter = transact(1);
    expect_ok(shorter, "a shorter one");
  }
  EXPECT_EQ(subject().read_all(output, kZero, kTries).size(), std::size_t{kTries});
}

TEST_F(KafkaFaults, AMemberWhoseNameIsTakenIsFenced) {
  const std::string topic = input(3);
  const std::string output = subject().topic("output");
  Consumer::Assignment assignment;
  const auto zombie = subject().join("group", topic, "member", 1, &assignment);
  expect_ok(zombie->seek(kZero, Offset(0)), "seek");
  EXPECT_EQ(subject().poll(*zombie, 3).size(), 3U);

  const auto other_log = value_of(open_test_log(), "other log");
  const auto owner = value_of(
      other_log->join(subject().unique("group"), topic, subject().unique("member")), "join");
  subject().await(*owner, 1);
  expect_ok(owner->commit(kZero, Offset(1)), "commit of the owner");

  // The zombie has not heard of it yet; the broker refuses its generation all the same.
  const auto producer =
      value_of(subject().log().transactional_producer(subject().unique("zombie")), "producer");
  expect_ok(producer->begin(), "begin");
  expect_ok(producer->send(record_of(output, 0, "stale")), "send");
  const auto stale = producer->commit(*zombie, assignment.epoch, {{kZero, Offset(3)}});
  EXPECT_TRUE(stale.status().code() == ErrorCode::kAborted ||
              stale.status().code() == ErrorCode::kFenced)
      << stale.status().to_string();
  const Status plain = zombie->commit(kZero, Offset(3));
  EXPECT_TRUE(plain.code() == ErrorCode::kAborted || plain.code() == ErrorCode::kFenced)
      << plain.to_string();

  Status polled;
  for (int i = 0; i < subject().pauses_max() && polled.code() != ErrorCode::kFenced; ++i) {
    polled = zombie->poll(std::chrono::milliseconds(5), 10).status();
    subject().pause();
  }
  EXPECT_EQ(polled.code(), ErrorCode::kFenced) << polled.to_string();
  EXPECT_EQ(zombie->assignment().status().code(), ErrorCode::kFenced);
  EXPECT_TRUE(subject().read_all(output, kZero).empty());
  EXPECT_EQ(value_of(owner->committed(kZero), "committed"), Offset(1));
}

// As a validation does that holds as many uploads as it may: it takes no more records, and others
// join and leave meanwhile.
TEST_F(KafkaFaults, AMemberThatOnlyAsksWhatItOwnsStaysAndHearsWhatChanges) {
  constexpr std::chrono::milliseconds kPollInterval(3000);
  const std::string topic = input(5);
  KafkaOptions options = value_of(test_options(), "options");
  options.properties["consumer.max.poll.interval.ms"] = std::to_string(kPollInterval.count());
  const auto log = value_of(KafkaLog::open(options), "log");
  const auto full =
      value_of(log->join(subject().unique("group"), topic, subject().unique("slow")), "join");
  const Consumer::Assignment before = subject().await(*full, 1);
  expect_ok(full->seek(kZero, Offset(0)), "seek");
  ASSERT_EQ(values_of(subject().poll(*full, 1, 1)), (Values{"0"}));
  const Deadline longer(2 * kPollInterval);
  while (!longer.passed()) {
    ASSERT_EQ(value_of(full->assignment(), "assignment").epoch, before.epoch);
    subject().pause();
  }
  expect_ok(full->commit(kZero, Offset(1)), "commit");
  ASSERT_EQ(values_of(subject().poll(*full, 2, 2)), (Values{"1", "2"}));

  // "quick" comes before "slow" and is given the only partition.
  const auto quick =
      value_of(log->join(subject().unique("group"), topic, subject().unique("quick")), "join");
  subject().await(*quick, 1, {full.get()});
  const auto after = value_of(full->assignment(), "assignment");
  EXPECT_NE(after.epoch, before.epoch);
  EXPECT_TRUE(after.partitions.empty());
  EXPECT_EQ(value_of(quick->committed(kZero), "committed"), Offset(1));
}

TEST_F(KafkaFaults, AMemberThatStoppedPollingCommitsNothing) {
  const std::string topic = input(2);
  const std::string output = subject().topic("output");
  KafkaOptions options = value_of(test_options(), "options");
  options.properties["consumer.max.poll.interval.ms"] = "3000";
  const auto slow_log = value_of(KafkaLog::open(options), "slow log");
  const auto slow =
      value_of(slow_log->join(subject().unique("group"), topic, subject().unique("slow")), "join");
  const Consumer::Assignment before = subject().await(*slow, 1);
  expect_ok(slow->seek(kZero, Offset(0)), "seek");

  // Nobody polls `slow` from here on, until the group has given its partition away. One partition
  // and two members: the range assignor sorts members by name, and "quick" comes first.
  Consumer::Assignment assignment;
  const auto quick = subject().join("group", topic, "quick", 1, &assignment);
  expect_ok(quick->commit(kZero, Offset(1)), "commit of the owner");

  const auto producer =
      value_of(subject().log().transactional_producer(subject().unique("slow")), "producer");
  expect_ok(producer->begin(), "begin");
  expect_ok(producer->send(record_of(output, 0, "stale")), "send");
  const auto stale = producer->commit(*slow, before.epoch, {{kZero, Offset(2)}});
  EXPECT_EQ(stale.status().code(), ErrorCode::kAborted) << stale.status().to_string();
  EXPECT_EQ(slow->commit(kZero, Offset(2)).code(), ErrorCode::kAborted);
  EXPECT_TRUE(value_of(slow->poll(std::chrono::milliseconds(5), 10), "poll").empty());
  EXPECT_NE(value_of(slow->assignment(), "assignment").epoch, before.epoch);
  EXPECT_TRUE(subject().read_all(output, kZero).empty());
  EXPECT_EQ(value_of(quick->committed(kZero), "committed"), Offset(1));
}

TEST_F(KafkaFaults, AnOlderEpochIsRefusedForAPartitionThatIsStillOwned) {
  const std::string topic = subject().topic("input", 2);
  const std::string output = subject().topic("output");
  Consumer::Assignment before;
  const auto first = subject().join("group", topic, "member-1", 2, &before);
  const auto second = value_of(
      subject().log().join(subject().unique("group"), topic, subject().unique("member-2")), "join");
  const Consumer::Assignment after = subject().await(*first, 1, {second.get()});
  ASSERT_EQ(after.partitions, std::vector<Partition>{kZero});
  const auto producer =
      value_of(subject().log().transactional_producer(subject().unique("id")), "producer");
  expect_ok(producer->begin(), "begin");
  expect_ok(producer->send(record_of(output, 0, "stale")), "send");
  const auto stale = producer->commit(*first, before.epoch, {{kZero, Offset(0)}});
  EXPECT_EQ(stale.status().code(), ErrorCode::kAborted) << stale.status().to_string();
  expect_ok(producer->begin(), "begin");
  expect_ok(producer->send(record_of(output, 0, "fresh")), "send");
  value_of(producer->commit(*first, after.epoch, {{kZero, Offset(0)}}), "commit");
  EXPECT_EQ(values_of(subject().read_all(output, kZero, 1)), (Values{"fresh"}));
}

TEST_F(KafkaFaults, TheBrokerRefusesOffsetsOfAnotherGeneration) {
  const std::string topic = input(2);
  Consumer::Assignment assignment;
  const auto consumer = subject().join("group", topic, "member", 1, &assignment);
  const auto options = value_of(test_options(), "options");
  for (const auto& [generation, member] :
       std::map<std::int32_t, std::string>{{1, "unknown"}, {99, ""}}) {
    const auto raw = value_of(
        RawTransaction::begin(options, subject().unique("raw"), std::chrono::seconds(5)), "raw");
    const Status refused =
        raw->send_offset(subject().unique("group"), generation, member, topic, kZero, Offset(2));
    EXPECT_EQ(refused.code(), ErrorCode::kAborted) << refused.to_string();
  }
  // The open transactions of the loop are ended by the next owner of the id.
  value_of(subject().log().transactional_producer(subject().unique("raw")), "producer");
  EXPECT_EQ(value_of(consumer->committed(kZero), "committed"), Offset(0));
}

TEST_F(KafkaFaults, AnAbandonedTransactionBlocksUntilItsIdIsTakenAgain) {
  const std::string topic = input(2);
  const std::string output = subject().topic("output");
  KafkaOptions options = value_of(test_options(), "options");
  {
    const auto raw = value_of(
        RawTransaction::begin(options, subject().unique("id"), std::chrono::seconds(60)), "raw");
    expect_ok(raw->send(output, kZero), "send");
    expect_ok(raw->send_offset(subject().unique("group"), -1, "", topic, kZero, Offset(2)),
              "send_offset");
  }
  options.transaction_wait = std::chrono::seconds(1);
  const auto log = value_of(KafkaLog::open(options), "log");
  const auto consumer =
      value_of(log->join(subject().unique("group"), topic, subject().unique("member")), "join");
  subject().await(*consumer, 1);
  // Nobody may say where the group stands while the transaction is open.
  const auto blocked = consumer->committed(kZero);
  EXPECT_EQ(blocked.status().code(), ErrorCode::kUnavailable) << blocked.status().to_string();

  const auto producer = value_of(log->transactional_producer(subject().unique("id")), "producer");
  EXPECT_EQ(value_of(consumer->committed(kZero), "committed"), Offset(0));
  // Committed records behind the abandoned one become visible too.
  const Offset later = subject().append(record_of(output, 0, "later")).offset;
  const auto read = subject().read_all(output, kZero, 1);
  EXPECT_EQ(values_of(read), (Values{"later"}));
  EXPECT_EQ(read.front().offset, later);
}

TEST_F(KafkaFaults, AnAbandonedTransactionEndsByItself) {
  const std::string topic = input(2);
  constexpr auto kTimeout = std::chrono::seconds(2);
  {
    const auto raw = value_of(RawTransaction::begin(value_of(test_options(), "options"),
                                                    subject().unique("id"), kTimeout),
                              "raw");
    expect_ok(raw->send_offset(subject().unique("group"), -1, "", topic, kZero, Offset(2)),
              "send_offset");
  }
  Consumer::Assignment assignment;
  const auto consumer = subject().join("group", topic, "member", 1, &assignment);
  const Deadline deadline(std::chrono::seconds(15));
  EXPECT_EQ(value_of(consumer->committed(kZero), "committed"), Offset(0));
  EXPECT_FALSE(deadline.passed()) << "the coordinator's scan should run every second";
}

TEST_F(KafkaFaults, OffsetsOfMarkersAndAbortedRecordsArePassedOver) {
  const std::string topic = input(0);
  const std::string feed = input(1, "feed");
  Consumer::Assignment assignment;
  const auto feeder = subject().join("feeder", feed, "feeder", 1, &assignment);
  const auto producer =
      value_of(subject().log().transactional_producer(subject().unique("id")), "producer");
  for (const char* value : {"a", "b"}) {
    expect_ok(producer->begin(), "begin");
    expect_ok(producer->send(record_of(topic, 0, "aborted")), "send");
    expect_ok(producer->abort(), "abort");
    expect_ok(producer->begin(), "begin");
    expect_ok(producer->send(record_of(topic, 0, value)), "send");
    value_of(producer->commit(*feeder, assignment.epoch, {{kZero, Offset(1)}}), "commit");
  }
  // aborted 0, marker 1, a 2, marker 3, and so on: an abort that came before its record was sent
  // leaves nothing, so only the order is certain.
  const auto read = subject().read_all(topic, kZero, 2);
  ASSERT_EQ(values_of(read), (Values{"a", "b"}));
  EXPECT_GE(read[1].offset.value(), read[0].offset.value() + 2);

  const auto follower = subject().join("follower", topic, "follower", 1, &assignment);
  // From a marker's own offset: that is what a committed offset after a transaction can be.
  expect_ok(follower->seek(kZero, next(read[0].offset)), "seek");
  EXPECT_EQ(values_of(subject().poll(*follower, 1)), (Values{"b"}));
  expect_ok(follower->seek(kZero, Offset(0)), "seek");
  EXPECT_EQ(values_of(subject().poll(*follower, 2)), (Values{"a", "b"}));
  EXPECT_TRUE(value_of(follower->poll(std::chrono::milliseconds(50), 10), "poll").empty());
}

TEST_F(KafkaFaults, RecordsThatAreGoneAreAnErrorNotAJump) {
  const std::string topic = input(5);
  expect_ok(delete_records(value_of(test_options(), "options"), topic, kZero, Offset(3)), "delete");
  const auto reader = value_of(subject().log().reader(), "reader");
  EXPECT_EQ(value_of(reader->beginning(topic, kZero), "beginning"), Offset(3));
  EXPECT_EQ(reader->read(topic, kZero, Offset(2), 10).status().code(), ErrorCode::kNotFound);
  EXPECT_EQ(values_of(value_of(reader->read(topic, kZero, Offset(3), 10), "read")),
            (Values{"3", "4"}));

  Consumer::Assignment assignment;
  const auto consumer = subject().join("group", topic, "member", 1, &assignment);
  EXPECT_EQ(value_of(consumer->committed(kZero), "committed"), Offset(3));
  expect_ok(consumer->seek(kZero, Offset(1)), "seek");
  Status polled;
  for (int i = 0; i < subject().pauses_max() && polled.is_ok(); ++i) {
    const auto records = consumer->poll(std::chrono::milliseconds(20), 10);
    polled = records.status();
    EXPECT_TRUE(!records.is_ok() || records.value().empty());
  }
  EXPECT_EQ(polled.code(), ErrorCode::kNotFound) << polled.to_string();
  expect_ok(consumer->seek(kZero, Offset(3)), "seek");
  EXPECT_EQ(values_of(subject().poll(*consumer, 2)), (Values{"3", "4"}));
}

TEST_F(KafkaFaults, ARestartedMemberGetsItsPartitionsBackAtOnce) {
  const std::string topic = subject().topic("input", 4);
  Consumer::Assignment assignment;
  auto consumer = subject().join("group", topic, "member", 4, &assignment);
  const auto begun = std::chrono::steady_clock::now();
  consumer.reset();
  consumer = subject().join("group", topic, "member", 4, &assignment);
  // The session timeout is 3 s: the group did not have to notice that the member had gone.
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(2500));
}

}  // namespace
}  // namespace qcdr::stream::kafka
