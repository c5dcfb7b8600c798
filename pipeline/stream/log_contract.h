// The contract test suite of Log: the same cases for every implementation.
//
// A test program of an implementation says, at namespace scope,
//   const bool registered = stream::contract::register_log_contract("Embedded", &make_log);
// and links qcdr_stream_contract; each case is then a test "Embedded.<Case>". A case gets a log of
// its own from the factory, or a shared one: its topics, groups and ids are unique per run, so one
// real broker can serve every case and every run.
// What the log under test must allow: values of 1 MiB, four partitions, and waits within
// `patience` (a broker needs seconds for a rebalance, and a session timeout when a static member
// left without a word).
// Thread-safety: cases run on one thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "stream/log.h"

namespace qcdr::stream::contract {

struct LogUnderTest {
  std::unique_ptr<Log> log;
  // Opens again what `log` left behind; `log` and all it made are destroyed before the call.
  std::function<Result<std::unique_ptr<Log>>()> reopen;
  // Between two looks at something that takes time. The simulator advances its own time here.
  std::function<void()> pause;
  // How many pauses a case may wait for one thing.
  int pauses_max = 500;
};

using LogFactory = std::function<Result<LogUnderTest>()>;

// Registers every case with GoogleTest under `suite`. Call before RUN_ALL_TESTS(). Returns true.
bool register_log_contract(const std::string& suite, LogFactory factory);

// What a case works with. Its helpers end the case with a failed assertion (an exception that the
// suite catches) when the log answers with an error that the case does not expect.
class Subject {
 public:
  Subject(LogUnderTest under_test, const std::string& case_name);

  Log& log() { return *under_test_.log; }
  // Destroys the log and opens it again; everything it made must be gone.
  void reopen();
  void pause() { under_test_.pause(); }
  int pauses_max() const { return under_test_.pauses_max; }

  // A name that no other case and no other run uses.
  std::string unique(const std::string& what) const;
  // Makes a topic and returns its unique name.
  std::string topic(const std::string& what, std::int32_t partitions = 1);

  // Joins and waits until `partitions` partitions are assigned; seeks none.
  std::unique_ptr<Consumer> join(const std::string& group, const std::string& topic,
                                 const std::string& member, std::size_t partitions,
                                 Consumer::Assignment* assignment);
  // Waits until `member` owns `partitions` partitions while `others` are served too.
  Consumer::Assignment await(Consumer& member, std::size_t partitions,
                             const std::vector<Consumer*>& others = {});
  // Polls until `count` records came or patience ended; never more than `records_max` a poll.
  std::vector<Record> poll(Consumer& consumer, std::size_t count, std::size_t records_max = 100);
  // Everything that a committed reader sees now, from the beginning to the end. Waits
  // until that is at least `count_least`: a broker shows the partitions of a transaction one after
  // the other, and only after commit() has answered.
  std::vector<Record> read_all(const std::string& topic, Partition partition,
                               std::size_t count_least = 0);

  Appended append(OutputRecord record);

 private:
  LogUnderTest under_test_;
  std::string prefix_;
};

// A record with a value, for cases that do not care about the rest.
OutputRecord record_of(const std::string& topic, std::int32_t partition, const std::string& value);
std::vector<std::string> values_of(const std::vector<Record>& records);

// Ends the case when `status` is bad; otherwise hands out the value.
void expect_ok(const Status& status, const char* what);
template <class T>
T value_of(Result<T> result, const char* what) {
  expect_ok(result.status(), what);
  return std::move(result).value();
}

struct Case {
  const char* name;
  void (*run)(Subject&);
};
// The cases by theme, each in a file of its own.
std::vector<Case> record_cases();
std::vector<Case> transaction_cases();
std::vector<Case> group_cases();

}  // namespace qcdr::stream::contract
