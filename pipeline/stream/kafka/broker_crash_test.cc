// A stage that copies records, exactly once, while its broker is killed and frozen under it.
//
// The stage does what every user of the log must: after kAborted it goes back to the committed
// offset, after kUnavailable or kFenced it makes a new producer first. The broker's folder comes
// from QCDR_TEST_BROKER_DIR; without it the test fails.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "stream/kafka/deadline.h"
#include "stream/kafka/test_broker.h"

namespace qcdr::stream::kafka {
namespace {

using contract::expect_ok;
using contract::record_of;
using contract::value_of;

constexpr Partition kZero(0);
constexpr int kRecords = 1500;
constexpr std::size_t kBatch = 5;
constexpr auto kPatience = std::chrono::seconds(150);

class Stage {
 public:
  Stage(Log& log, std::string group, std::string input, std::string output, std::string id)
      : log_(log),
        group_(std::move(group)),
        input_(std::move(input)),
        output_(std::move(output)),
        id_(std::move(id)) {}

  // One batch, or one step of recovery. The offset that is certainly committed.
  Offset step() {
    if (consumer_ == nullptr) {
      auto joined = log_.join(group_, input_, id_);
      if (!joined.is_ok()) return remember("join", joined.status());
      consumer_ = std::move(joined).value();
    }
    const auto assignment = consumer_->assignment();
    if (!assignment.is_ok()) {
      if (assignment.status().code() == ErrorCode::kFenced) consumer_.reset();
      return remember("assignment", assignment.status());
    }
    if (assignment.value().partitions.empty()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      return remember("nothing assigned", Status::ok());
    }
    if (assignment.value().epoch != epoch_) stale_ = true;
    epoch_ = assignment.value().epoch;
    if (stale_ && !recover()) return done_;
    auto polled = consumer_->poll(std::chrono::milliseconds(50), kBatch);
    if (polled.is_ok() && !polled.value().empty()) copy(polled.value());
    return remember("poll", polled.status());
  }

  int unknown() const { return unknown_; }
  int aborted() const { return aborted_; }
  // What the last step came to, and what happened beside copies that succeeded, for a failed test.
  const std::string& last() const { return last_; }
  const std::vector<std::string>& story() const { return story_; }

 private:
  Offset remember(const char* what, const Status& status) {
    last_ = fmt::format("{}: {}", what, status.to_string());
    return done_;
  }

  bool recover() {
    if (producer_ == nullptr) {
      auto made = log_.transactional_producer(id_);
      if (!made.is_ok()) {
        remember("producer", made.status());
        return false;
      }
      producer_ = std::move(made).value();
    }
    const auto committed = consumer_->committed(kZero);
    remember("committed", committed.status());
    if (!committed.is_ok() || !consumer_->seek(kZero, committed.value()).is_ok()) return false;
    EXPECT_GE(committed.value(), done_) << "a commit was lost";
    tell(fmt::format("goes back to {}, done was {}", committed.value().value(), done_.value()));
    done_ = committed.value();
    stale_ = false;
    return true;
  }

  void tell(std::string event) {
    constexpr std::size_t kEventsMax = 1000;
    if (story_.size() < kEventsMax) story_.push_back(std::move(event));
  }

  void copy(const std::vector<Record>& records) {
    // The input has no transactions, so nothing lies between what was committed and what comes.
    EXPECT_EQ(records.front().offset, done_) << "records were passed over";
    Status status = producer_->begin();
    for (const Record& record : records) {
      if (status.is_ok()) status = producer_->send(record_of(output_, 0, *record.value));
    }
    const Offset after = next(records.back().offset);
    if (status.is_ok()) status = producer_->commit(*consumer_, epoch_, {{kZero, after}}).status();
    if (status.is_ok()) {
      done_ = after;
      return;
    }
    stale_ = true;
    tell(fmt::format("{} to {}: {}", records.front().offset.value(), after.value(),
                     status.to_string()));
    if (status.code() == ErrorCode::kAborted) {
      ++aborted_;
    } else {
      ++unknown_;
      producer_.reset();
    }
  }

  Log& log_;
  std::string group_;
  std::string input_;
  std::string output_;
  std::string id_;
  std::unique_ptr<Consumer> consumer_;
  std::unique_ptr<TransactionalProducer> producer_;
  std::uint64_t epoch_ = 0;
  bool stale_ = true;
  Offset done_;
  int unknown_ = 0;
  int aborted_ = 0;
  std::string last_;
  std::vector<std::string> story_;
};

bool run(const std::string& command) {
  return std::system(command.c_str()) == 0;
}

TEST(BrokerCrash, ACopyIsExactlyOnceWhileTheBrokerDies) {
  const char* folder = std::getenv("QCDR_TEST_BROKER_DIR");
  ASSERT_NE(folder, nullptr) << "QCDR_TEST_BROKER_DIR names no folder";
  auto made = test_log();
  ASSERT_TRUE(made.is_ok()) << made.status().to_string();
  contract::Subject subject(std::move(made).value(), "BrokerCrash");
  const std::string input = subject.topic("input");
  const std::string output = subject.topic("output");
  std::vector<OutputRecord> records;
  std::vector<std::string> expected;
  for (int i = 0; i < kRecords; ++i) {
    records.push_back(record_of(input, 0, std::to_string(i)));
    expected.push_back(std::to_string(i));
  }
  expect_ok(value_of(subject.log().appender(), "appender")->append_all(std::move(records)), "fill");

  KafkaOptions options = value_of(test_options(), "options");
  options.request_wait = std::chrono::seconds(5);
  const auto log = value_of(KafkaLog::open(options), "log");
  Stage stage(*log, subject.unique("group"), input, output, subject.unique("id"));

  std::atomic<Offset::representation> done{0};
  std::atomic<int> failed_commands{0};
  std::thread nemesis([&] {
    const std::string kill = fmt::format(
        "tests/kafka kill --dir '{0}' && tests/kafka start --dir '{0}' >/dev/null", folder);
    const std::string freeze = fmt::format(
        "kill -STOP $(cat '{0}/broker.pid') && sleep 2 && kill -CONT $(cat '{0}/broker.pid')",
        folder);
    // Each strikes once the stage has come a little further, so that it meets one at work.
    for (int strike = 0; strike < 3; ++strike) {
      const Deadline deadline(kPatience);
      while (done < kRecords * (strike + 1) / 5 && !deadline.passed()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
      if (!run(strike == 1 ? freeze : kill)) ++failed_commands;
    }
  });
  const Deadline deadline(kPatience);
  while (done < kRecords && !deadline.passed()) done = stage.step().value();
  nemesis.join();
  EXPECT_EQ(failed_commands, 0);
  ASSERT_EQ(done, kRecords) << stage.last();
  // In words: fifteen hundred values on either side tell nobody where they part.
  const std::vector<std::string> actual =
      contract::values_of(subject.read_all(output, kZero, static_cast<std::size_t>(kRecords)));
  const auto [found, wanted] =
      std::mismatch(actual.begin(), actual.end(), expected.begin(), expected.end());
  EXPECT_EQ(actual, expected) << actual.size() << " records, first difference at "
                              << found - actual.begin() << ": "
                              << (found == actual.end() ? "none" : *found) << " for "
                              << (wanted == expected.end() ? "none" : *wanted);
  if (HasFailure()) {
    for (const std::string& event : stage.story()) std::printf("%s\n", event.c_str());
  }
  std::printf("unknown outcomes %d, aborted %d\n", stage.unknown(), stage.aborted());
}

}  // namespace
}  // namespace qcdr::stream::kafka
