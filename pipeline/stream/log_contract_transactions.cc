// Contract cases: outputs and input offsets become visible together, once, or not at all.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "stream/log_contract.h"

namespace qcdr::stream::contract {
namespace {

using Values = std::vector<std::string>;
using Offsets = std::map<Partition, Offset>;

// An input topic with records, an output topic, and one member that owns the input.
struct Stage {
  explicit Stage(Subject& subject, std::int32_t partitions = 1)
      : input(subject.topic("input", partitions)), output(subject.topic("output", 2)) {
    for (std::int32_t partition = 0; partition < partitions; ++partition) {
      for (int i = 0; i < 4; ++i) subject.append(record_of(input, partition, std::to_string(i)));
    }
    consumer =
        subject.join("group", input, "member", static_cast<std::size_t>(partitions), &assignment);
    for (const Partition partition : assignment.partitions) {
      starts[partition] = value_of(consumer->committed(partition), "committed");
      expect_ok(consumer->seek(partition, starts[partition]), "seek");
    }
  }

  std::unique_ptr<TransactionalProducer> producer(Subject& subject) const {
    return value_of(subject.log().transactional_producer(subject.unique("transactional-id")),
                    "transactional_producer");
  }

  std::string input;
  std::string output;
  std::unique_ptr<Consumer> consumer;
  Consumer::Assignment assignment;
  Offsets starts;
};

void begin_and_send(TransactionalProducer& producer, const std::vector<OutputRecord>& records) {
  expect_ok(producer.begin(), "begin");
  for (const OutputRecord& record : records) expect_ok(producer.send(record), "send");
}

void commit_shows_outputs_and_offsets_together(Subject& subject) {
  Stage stage(subject);
  const auto polled = subject.poll(*stage.consumer, 4);
  ASSERT_EQ(polled.size(), 4U);
  auto producer = stage.producer(subject);
  begin_and_send(*producer, {record_of(stage.output, 0, "a"), record_of(stage.output, 1, "b"),
                             record_of(stage.output, 0, "c")});
  const Offset after = next(polled.back().offset);
  const CommitReceipt receipt = value_of(
      producer->commit(*stage.consumer, stage.assignment.epoch, {{Partition(0), after}}), "commit");

  const auto zero = subject.read_all(stage.output, Partition(0), 2);
  const auto one = subject.read_all(stage.output, Partition(1), 1);
  EXPECT_EQ(values_of(zero), (Values{"a", "c"}));
  EXPECT_EQ(values_of(one), (Values{"b"}));
  EXPECT_EQ(value_of(stage.consumer->committed(Partition(0)), "committed"), after);
  ASSERT_EQ(zero.size(), 2U);
  ASSERT_EQ(one.size(), 1U);
  ASSERT_EQ(receipt.last_offsets.size(), 2U);
  EXPECT_EQ(receipt.last_offsets.at({stage.output, Partition(0)}), zero.back().offset);
  EXPECT_EQ(receipt.last_offsets.at({stage.output, Partition(1)}), one.back().offset);
}

// The consumer goes on meanwhile, and what is started next comes after what was started before.
void commits_beside_polls_stay_in_order(Subject& subject) {
  constexpr int kCommits = 20;
  Stage stage(subject);
  auto producer = stage.producer(subject);
  Offset after = stage.starts.at(Partition(0));
  Values expected;
  for (int i = 0; i < kCommits; ++i) {
    expected.push_back(std::to_string(i));
    begin_and_send(*producer, {record_of(stage.output, 0, expected.back())});
    after = next(after);
    producer->start_commit(*stage.consumer, stage.assignment.epoch, {{Partition(0), after}});
    std::optional<Result<CommitReceipt>> answer;
    for (int looks = 0; !answer && looks < 10'000; ++looks) {
      value_of(stage.consumer->poll(std::chrono::milliseconds(1), 1), "poll");
      answer = producer->finish_commit(std::chrono::milliseconds(1));
    }
    ASSERT_TRUE(answer.has_value());
    value_of(std::move(*answer), "finish_commit");
  }
  EXPECT_EQ(values_of(subject.read_all(stage.output, Partition(0), kCommits)), expected);
  EXPECT_EQ(value_of(stage.consumer->committed(Partition(0)), "committed"), after);
}

// Also where a log has several ways to write, and this is not the one it began with.
void a_second_producer_fences_a_later_commit(Subject& subject) {
  Stage stage(subject);
  const Offset after = next(stage.starts.at(Partition(0)));
  auto first = stage.producer(subject);
  begin_and_send(*first, {record_of(stage.output, 0, "before")});
  value_of(first->commit(*stage.consumer, stage.assignment.epoch, {}), "commit");
  begin_and_send(*first, {record_of(stage.output, 0, "late")});
  auto second = stage.producer(subject);
  first->start_commit(*stage.consumer, stage.assignment.epoch, {{Partition(0), after}});
  std::optional<Result<CommitReceipt>> answer;
  for (int looks = 0; !answer && looks < 600; ++looks) {
    answer = first->finish_commit(std::chrono::milliseconds(100));
  }
  ASSERT_TRUE(answer.has_value());
  EXPECT_FALSE(answer->is_ok());
  EXPECT_EQ(values_of(subject.read_all(stage.output, Partition(0), 1)), (Values{"before"}));
  EXPECT_EQ(value_of(stage.consumer->committed(Partition(0)), "committed"),
            stage.starts.at(Partition(0)));
}

void an_open_transaction_is_invisible(Subject& subject) {
  Stage stage(subject);
  auto producer = stage.producer(subject);
  begin_and_send(*producer, {record_of(stage.output, 0, "open")});
  EXPECT_TRUE(subject.read_all(stage.output, Partition(0)).empty());
  expect_ok(producer->abort(), "abort");
}

void an_abort_leaves_nothing(Subject& subject) {
  Stage stage(subject);
  auto producer = stage.producer(subject);
  begin_and_send(*producer, {record_of(stage.output, 0, "dropped")});
  expect_ok(producer->abort(), "abort");
  EXPECT_TRUE(subject.read_all(stage.output, Partition(0)).empty());
  EXPECT_EQ(value_of(stage.consumer->committed(Partition(0)), "committed"),
            stage.starts.at(Partition(0)));
  // The producer goes on after an abort, and what follows is visible.
  begin_and_send(*producer, {record_of(stage.output, 0, "kept")});
  value_of(producer->commit(*stage.consumer, stage.assignment.epoch,
                            {{Partition(0), next(stage.starts.at(Partition(0)))}}),
           "commit");
  EXPECT_EQ(values_of(subject.read_all(stage.output, Partition(0), 1)), (Values{"kept"}));
}

void a_commit_of_offsets_alone(Subject& subject) {
  Stage stage(subject);
  auto producer = stage.producer(subject);
  const Offset after = next(stage.starts.at(Partition(0)));
  expect_ok(producer->begin(), "begin");
  const CommitReceipt receipt = value_of(
      producer->commit(*stage.consumer, stage.assignment.epoch, {{Partition(0), after}}), "commit");
  EXPECT_TRUE(receipt.last_offsets.empty());
  EXPECT_EQ(value_of(stage.consumer->committed(Partition(0)), "committed"), after);
}

void a_second_producer_fences_the_first(Subject& subject) {
  Stage stage(subject);
  const Offset after = next(stage.starts.at(Partition(0)));
  auto first = stage.producer(subject);
  begin_and_send(*first, {record_of(stage.output, 0, "first")});
  auto second = stage.producer(subject);
  const auto late = first->commit(*stage.consumer, stage.assignment.epoch, {{Partition(0), after}});
  ASSERT_FALSE(late.is_ok());
  EXPECT_TRUE(late.status().code() == ErrorCode::kFenced ||
              late.status().code() == ErrorCode::kAborted)
      << late.status().to_string();
  EXPECT_EQ(value_of(stage.consumer->committed(Partition(0)), "committed"),
            stage.starts.at(Partition(0)));

  begin_and_send(*second, {record_of(stage.output, 0, "second")});
  value_of(second->commit(*stage.consumer, stage.assignment.epoch, {{Partition(0), after}}),
           "commit of the second");
  EXPECT_EQ(values_of(subject.read_all(stage.output, Partition(0), 1)), (Values{"second"}));
}

void a_commit_under_an_older_epoch_is_refused(Subject& subject) {
  Stage stage(subject, 2);
  auto producer = stage.producer(subject);
  begin_and_send(*producer, {record_of(stage.output, 0, "stale")});
  auto other = value_of(
      subject.log().join(subject.unique("group"), stage.input, subject.unique("member-2")), "join");
  subject.await(*stage.consumer, 1, {other.get()});
  const auto committed = producer->commit(*stage.consumer, stage.assignment.epoch,
                                          {{Partition(0), next(stage.starts.at(Partition(0)))},
                                           {Partition(1), next(stage.starts.at(Partition(1)))}});
  ASSERT_FALSE(committed.is_ok());
  EXPECT_TRUE(committed.status().code() == ErrorCode::kFenced ||
              committed.status().code() == ErrorCode::kAborted)
      << committed.status().to_string();
  EXPECT_TRUE(subject.read_all(stage.output, Partition(0)).empty());
  const auto assignment = subject.await(*other, 1, {stage.consumer.get()});
  const Partition partition = assignment.partitions.front();
  EXPECT_EQ(value_of(other->committed(partition), "committed"), stage.starts.at(partition));
}

void committed_offsets_of_a_transaction_survive_a_restart(Subject& subject) {
  std::string input;
  std::string output;
  Offset after;
  {
    Stage stage(subject);
    input = stage.input;
    output = stage.output;
    after = next(stage.starts.at(Partition(0)));
    auto producer = stage.producer(subject);
    begin_and_send(*producer, {record_of(output, 1, "kept")});
    value_of(producer->commit(*stage.consumer, stage.assignment.epoch, {{Partition(0), after}}),
             "commit");
    begin_and_send(*producer, {record_of(output, 1, "never committed")});
  }
  subject.reopen();
  // A new producer with the id ends what the old one left open.
  value_of(subject.log().transactional_producer(subject.unique("transactional-id")), "producer");
  EXPECT_EQ(values_of(subject.read_all(output, Partition(1), 1)), (Values{"kept"}));
  Consumer::Assignment assignment;
  auto consumer = subject.join("group", input, "member", 1, &assignment);
  EXPECT_EQ(value_of(consumer->committed(Partition(0)), "committed"), after);
}

void many_small_transactions(Subject& subject) {
  constexpr int kTransactions = 100;
  Stage stage(subject);
  Offset after;
  auto producer = stage.producer(subject);
  Values expected;
  for (int i = 0; i < kTransactions; ++i) {
    begin_and_send(*producer, {record_of(stage.output, 0, std::to_string(i))});
    after = Offset(stage.starts.at(Partition(0)).value() + std::min(i + 1, 4));
    value_of(producer->commit(*stage.consumer, stage.assignment.epoch, {{Partition(0), after}}),
             "commit");
    expected.push_back(std::to_string(i));
  }
  EXPECT_EQ(values_of(subject.read_all(stage.output, Partition(0), expected.size())), expected);
  EXPECT_EQ(value_of(stage.consumer->committed(Partition(0)), "committed"), after);
}

void consumers_read_across_transactions(Subject& subject) {
  Stage stage(subject);
  auto producer = stage.producer(subject);
  const std::string follower_topic = stage.output;
  Consumer::Assignment assignment;
  auto follower = subject.join("follower", follower_topic, "follower-member", 2, &assignment);
  for (const Partition partition : assignment.partitions) {
    expect_ok(follower->seek(partition, value_of(follower->committed(partition), "committed")),
              "seek");
  }
  for (int i = 0; i < 3; ++i) {
    begin_and_send(*producer, {record_of(stage.output, 0, fmt::format("aborted-{}", i))});
    expect_ok(producer->abort(), "abort");
    begin_and_send(*producer, {record_of(stage.output, 0, fmt::format("kept-{}", i))});
    value_of(producer->commit(*stage.consumer, stage.assignment.epoch,
                              {{Partition(0), next(stage.starts.at(Partition(0)))}}),
             "commit");
  }
  EXPECT_EQ(values_of(subject.poll(*follower, 3)), (Values{"kept-0", "kept-1", "kept-2"}));
}

}  // namespace

std::vector<Case> transaction_cases() {
  return {
      {"CommitShowsOutputsAndOffsetsTogether", commit_shows_outputs_and_offsets_together},
      {"AnOpenTransactionIsInvisible", an_open_transaction_is_invisible},
      {"AnAbortLeavesNothing", an_abort_leaves_nothing},
      {"ACommitOfOffsetsAlone", a_commit_of_offsets_alone},
      {"ASecondProducerFencesTheFirst", a_second_producer_fences_the_first},
      {"ASecondProducerFencesALaterCommit", a_second_producer_fences_a_later_commit},
      {"CommitsBesidePollsStayInOrder", commits_beside_polls_stay_in_order},
      {"ACommitUnderAnOlderEpochIsRefused", a_commit_under_an_older_epoch_is_refused},
      {"CommittedOffsetsOfATransactionSurviveARestart",
       committed_offsets_of_a_transaction_survive_a_restart},
      {"ManySmallTransactions", many_small_transactions},
      {"ConsumersReadAcrossTransactions", consumers_read_across_transactions},
  };
}

}  // namespace qcdr::stream::contract
