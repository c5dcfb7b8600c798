// Contract cases: consumer groups, their offsets, and who owns what.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <set>

#include "stream/log_contract.h"

namespace qcdr::stream::contract {
namespace {

using Values = std::vector<std::string>;

void fill(Subject& subject, const std::string& topic, int partition, int count) {
  std::vector<OutputRecord> records;
  for (int i = 0; i < count; ++i) records.push_back(record_of(topic, partition, std::to_string(i)));
  auto appender = value_of(subject.log().appender(), "appender");
  expect_ok(appender->append_all(std::move(records)), "append_all");
}

Offset beginning_of(Subject& subject, const std::string& topic, Partition partition) {
  auto reader = value_of(subject.log().reader(), "reader");
  return value_of(reader->beginning(topic, partition), "beginning");
}

void committed_begins_at_the_beginning(Subject& subject) {
  const std::string topic = subject.topic("input", 2);
  fill(subject, topic, 0, 3);
  Consumer::Assignment assignment;
  auto consumer = subject.join("group", topic, "member", 2, &assignment);
  EXPECT_EQ(value_of(consumer->committed(Partition(0)), "committed"),
            beginning_of(subject, topic, Partition(0)));
  EXPECT_EQ(value_of(consumer->committed(Partition(1)), "committed"),
            beginning_of(subject, topic, Partition(1)));
}

void seek_then_poll(Subject& subject) {
  const std::string topic = subject.topic("input");
  fill(subject, topic, 0, 10);
  Consumer::Assignment assignment;
  auto consumer = subject.join("group", topic, "member", 1, &assignment);
  ASSERT_EQ(assignment.partitions, std::vector<Partition>{Partition(0)});
  const auto all = subject.read_all(topic, Partition(0));
  expect_ok(consumer->seek(Partition(0), all[4].offset), "seek");
  EXPECT_EQ(values_of(subject.poll(*consumer, 6)), (Values{"4", "5", "6", "7", "8", "9"}));
  expect_ok(consumer->seek(Partition(0), all[8].offset), "seek back");
  EXPECT_EQ(values_of(subject.poll(*consumer, 2)), (Values{"8", "9"}));
}

void poll_honours_records_max(Subject& subject) {
  const std::string topic = subject.topic("input");
  fill(subject, topic, 0, 9);
  Consumer::Assignment assignment;
  auto consumer = subject.join("group", topic, "member", 1, &assignment);
  expect_ok(consumer->seek(Partition(0), beginning_of(subject, topic, Partition(0))), "seek");
  // Subject::poll checks the limit on each poll; order must hold across them.
  EXPECT_EQ(values_of(subject.poll(*consumer, 9, 2)),
            (Values{"0", "1", "2", "3", "4", "5", "6", "7", "8"}));
}

void poll_sees_what_is_appended_later(Subject& subject) {
  const std::string topic = subject.topic("input");
  Consumer::Assignment assignment;
  auto consumer = subject.join("group", topic, "member", 1, &assignment);
  expect_ok(consumer->seek(Partition(0), value_of(consumer->committed(Partition(0)), "committed")),
            "seek");
  EXPECT_TRUE(value_of(consumer->poll(std::chrono::milliseconds(5), 10), "poll").empty());
  fill(subject, topic, 0, 2);
  EXPECT_EQ(values_of(subject.poll(*consumer, 2)), (Values{"0", "1"}));
}

void commit_without_a_transaction(Subject& subject) {
  const std::string topic = subject.topic("input", 2);
  fill(subject, topic, 1, 5);
  const auto all = subject.read_all(topic, Partition(1));
  {
    Consumer::Assignment assignment;
    auto consumer = subject.join("group", topic, "member", 2, &assignment);
    expect_ok(consumer->commit(Partition(1), all[3].offset), "commit");
    EXPECT_EQ(value_of(consumer->committed(Partition(1)), "committed"), all[3].offset);
    EXPECT_EQ(value_of(consumer->committed(Partition(0)), "committed"),
              beginning_of(subject, topic, Partition(0)));
  }
  Consumer::Assignment assignment;
  auto other = subject.join("other-group", topic, "other-member", 2, &assignment);
  EXPECT_EQ(value_of(other->committed(Partition(1)), "committed"),
            beginning_of(subject, topic, Partition(1)));
}

void committed_survives_a_restart(Subject& subject) {
  const std::string topic = subject.topic("input");
  fill(subject, topic, 0, 5);
  const auto all = subject.read_all(topic, Partition(0));
  {
    Consumer::Assignment assignment;
    auto consumer = subject.join("group", topic, "member", 1, &assignment);
    expect_ok(consumer->commit(Partition(0), all[2].offset), "commit");
  }
  subject.reopen();
  Consumer::Assignment assignment;
  auto consumer = subject.join("group", topic, "member", 1, &assignment);
  const Offset committed = value_of(consumer->committed(Partition(0)), "committed");
  EXPECT_EQ(committed, all[2].offset);
  expect_ok(consumer->seek(Partition(0), committed), "seek");
  EXPECT_EQ(values_of(subject.poll(*consumer, 3)), (Values{"2", "3", "4"}));
}

void two_members_split_and_a_leave_reassigns(Subject& subject) {
  const std::string topic = subject.topic("input", 4);
  for (int partition = 0; partition < 4; ++partition) fill(subject, topic, partition, 1);
  Consumer::Assignment alone;
  auto first = subject.join("group", topic, "member-1", 4, &alone);
  auto second =
      value_of(subject.log().join(subject.unique("group"), topic, subject.unique("member-2")),
               "second join");
  const auto of_second = subject.await(*second, 2, {first.get()});
  const auto of_first = subject.await(*first, 2, {second.get()});
  EXPECT_NE(of_first.epoch, alone.epoch);
  std::set<Partition> owned(of_first.partitions.begin(), of_first.partitions.end());
  owned.insert(of_second.partitions.begin(), of_second.partitions.end());
  EXPECT_EQ(owned.size(), 4U);

  second.reset();
  const auto again = subject.await(*first, 4);
  EXPECT_NE(again.epoch, of_first.epoch);
  for (const Partition partition : again.partitions) {
    expect_ok(first->seek(partition, value_of(first->committed(partition), "committed")), "seek");
  }
  EXPECT_EQ(subject.poll(*first, 4).size(), 4U);
}

void poll_needs_a_seek_in_each_epoch(Subject& subject) {
  const std::string topic = subject.topic("input", 2);
  fill(subject, topic, 0, 2);
  fill(subject, topic, 1, 2);
  Consumer::Assignment assignment;
  auto consumer = subject.join("group", topic, "member", 2, &assignment);
  EXPECT_TRUE(value_of(consumer->poll(std::chrono::milliseconds(5), 10), "poll").empty());
  expect_ok(consumer->seek(Partition(1), beginning_of(subject, topic, Partition(1))), "seek");
  const auto records = subject.poll(*consumer, 2);
  ASSERT_EQ(records.size(), 2U);
  for (const Record& record : records) EXPECT_EQ(record.partition, Partition(1));
}

}  // namespace

std::vector<Case> group_cases() {
  return {
      {"CommittedBeginsAtTheBeginning", committed_begins_at_the_beginning},
      {"SeekThenPoll", seek_then_poll},
      {"PollHonoursRecordsMax", poll_honours_records_max},
      {"PollSeesWhatIsAppendedLater", poll_sees_what_is_appended_later},
      {"CommitWithoutATransaction", commit_without_a_transaction},
      {"CommittedSurvivesARestart", committed_survives_a_restart},
      {"TwoMembersSplitAndALeaveReassigns", two_members_split_and_a_leave_reassigns},
      {"PollNeedsASeekInEachEpoch", poll_needs_a_seek_in_each_epoch},
  };
}

}  // namespace qcdr::stream::contract
